"""Traces as pictures: what stands where, and that nothing of a target's is markup."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from shm_conformance import exports
from shm_conformance.drawing import (
    OBSERVER,
    PAGE,
    ROW,
    TOP,
    WIDEST,
    as_text,
    draw,
)
from shm_conformance.trace import Step

STEPS = [
    Step("owner", "operation", "SharedMemory(create=True, size=16) -> ok"),
    Step(OBSERVER, "observation", "segment 'x': 16 bytes"),
    Step("other", "operation", "SharedMemory('x') -> FileNotFoundError: [Errno 2] x"),
    Step("owner", "death", "ends by return"),
    Step(OBSERVER, "observation", "segment 'x': does not exist"),
    Step("other", "stderr", "/lib/python3/tracker.py:254: UserWarning: leaked"),
]


def test_time_goes_down_and_each_process_has_a_lane() -> None:
    """The blocks come last, whenever they were first looked at."""
    drawing = draw("t", STEPS, "v")

    assert [lane.name for lane in drawing.lanes] == ["owner", "other", "block 'x'"]
    assert [mark.row for mark in drawing.marks] == list(range(len(STEPS)))
    assert [mark.lane for mark in drawing.marks] == [0, 2, 1, 0, 2, 1]


def test_shapes_tell_success_failure_and_death() -> None:
    shapes = [mark.shape for mark in draw("t", STEPS, "v").marks]

    assert shapes == ["operation", "there", "failure", "death", "gone", "stderr"]


def test_a_lane_ends_with_its_process() -> None:
    owner, other, _ = draw("t", STEPS, "v").lanes

    assert owner.lives[0][1] < other.lives[0][1]


def test_a_block_has_a_life() -> None:
    """From its creation, by its name or by none, until it is seen to be gone."""
    owner, _, block = draw("t", STEPS, "v").lanes

    gone = draw("t", STEPS, "v").marks[4]
    assert block.is_block
    assert block.lives == ((owner.lives[0][0], gone.y + ROW // 2),)


def test_a_name_may_have_several_lives() -> None:
    """It is looked at before, between and after; each line begins at a creation."""
    create = Step("a", "operation", "SharedMemory('x', create=True, size=1) -> ok")
    gone = Step(OBSERVER, "observation", "segment 'x': does not exist")
    steps = [gone, create, gone, gone, create]
    *_, block = draw("t", steps, "v").lanes

    assert [begin for begin, _ in block.lives] == [TOP + ROW, TOP + 4 * ROW]
    assert [end for _, end in block.lives] == [TOP + 2 * ROW + ROW // 2, TOP + 5 * ROW]


def test_two_blocks_have_a_lane_each() -> None:
    """Each begins where its name was first given, or where one got none."""
    steps = [
        Step("a", "operation", "SharedMemory(create=True, size=1) -> ok"),
        Step("a", "operation", "SharedMemory('it\\'s', create=True, size=1) -> ok"),
        Step(OBSERVER, "observation", "'it\\'s' exists"),
        Step(OBSERVER, "observation", "'psm_1' exists"),
        Step(OBSERVER, "observation", "a: all gone"),
    ]
    lanes = {lane.name: lane.lives[0][0] for lane in draw("t", steps, "v").lanes}

    assert list(lanes) == ["a", OBSERVER, "block 'it\\'s'", "block 'psm_1'"]
    assert lanes["block 'psm_1'"] + ROW == lanes["block 'it\\'s'"]


def test_trackers_have_a_lane() -> None:
    """What they say comes through the stderr of whoever has started them."""
    steps = [
        Step("owner", "stderr", "x.py:2: UserWarning: resource_tracker: 1 leaked"),
        Step("tracker", "death", "1 killed"),
        Step(
            "owner", "stderr", 'Traceback:\n  File "resource_tracker.py", line 1, in f'
        ),
        Step("owner", "stderr", "Traceback"),
    ]
    drawing = draw("t", steps, "v")

    assert [lane.name for lane in drawing.lanes] == ["owner", "tracker"]
    assert [mark.lane for mark in drawing.marks] == [1, 1, 0, 0]


def test_the_row_where_it_went_wrong_is_marked() -> None:
    """The last that was seen of a block, or the last error; nothing where all was well."""
    wrong = draw("t", STEPS, "v").wrong

    assert wrong is not None
    assert wrong.text == "segment 'x': does not exist"
    assert draw("t", STEPS, "v", is_wrong=False).wrong is None


def test_a_long_operation_still_shows_its_outcome() -> None:
    text = f"SharedMemory({'n' * 80!r}) -> FileNotFoundError: no such file"
    [mark] = draw("t", [Step("a", "operation", text)], "v").marks

    assert len(mark.label) <= WIDEST
    assert mark.label.endswith("-> FileNotFoundError")
    assert mark.text == text


def test_a_warning_is_shown_without_its_place() -> None:
    assert draw("t", STEPS, "v").marks[-1].label == "UserWarning: leaked"


def test_text_of_a_target_is_no_markup() -> None:
    """Whatever it prints, the picture is well-formed and shows it as text."""
    hostile = "</text><script>alert(1)</script>\x1b]&"
    step = {"actor": hostile, "kind": "stderr", "text": hostile}

    picture = exports.svg(hostile, [step], hostile)

    root = ET.fromstring(picture)
    assert not [it for it in root.iter() if it.tag.endswith("script")]
    assert "\x1b" not in picture


def test_an_empty_trace_is_a_picture_as_well() -> None:
    assert ET.fromstring(exports.svg("t", [], "v")) is not None


def test_a_picture_can_be_text() -> None:
    """A column for each lane; the row where it went wrong is marked."""
    lines = as_text(draw("title", STEPS, "verdict"))

    assert (lines[0], lines[-1]) == ("title", "verdict")
    assert [len(lines[2].split()), lines[2].split()[0]] == [4, "owner"]
    assert [line for line in lines if line.startswith(">")] == [lines[7]]
    assert lines[7].endswith("- segment 'x': does not exist")
    assert max(map(len, lines)) <= PAGE + 2

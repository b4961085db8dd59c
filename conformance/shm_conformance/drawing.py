"""A trace as a space-time diagram: a lane for each process, time goes down. Pure.

Boxes are operations, red ones failed; a cross is a death, where the lane ends. What
trackers say and suffer has a lane of its own, and so has each block that the observer
has looked at: a thick line for as long as it is there. The row where it went wrong is
marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from shm_conformance.trace import Step, printable

LANE, ROW, TOP, MARGIN = 330, 30, 70, 20
WIDEST = 42
OBSERVER, HARNESS, TRACKER = "observer", "harness", "tracker"
# Where Python's warnings come from is of no interest here.
WHERE = re.compile(r"^\S+\.py:\d+: ")
# How the observer says that a block is not there.
ABSENT = ("does not exist", "is gone", ": none")
# The block of which the observer speaks, in a list of what it says.
NAMED = re.compile(r"(?:segment )?('(?:[^'\\]|\\.)*')(?::| exists| does not| is gone)")
CREATED = re.compile(r"(?:create=True|ShareableList\(\[).* -> ok$", re.DOTALL)
GIVEN = re.compile(r"SharedMemory\('|name='")
# What a tracker says comes through the stderr of whoever has started it.
TRACKERS = re.compile(
    r"(?!.*process died)(?:.*UserWarning: resource_tracker"
    r'|Traceback[^\n]*\n\s*File "[^"]*resource_tracker\.py", line \d+, in main)'
)
BLOCK = "block "
# Of a picture made of text: how wide it is, and a lane, in characters; and what stands
# before a step.
PAGE, NARROWEST, BROADEST = 150, 20, 44
SIGNS = {"death": "x ", "stderr": "! ", "there": "o ", "gone": "- ", "note": "# "}


@dataclass(frozen=True)
class Mark:
    """One step in its place: a row counted from the top, a lane from the left."""

    row: int
    lane: int
    shape: str
    text: str

    @property
    def label(self) -> str:
        """As much of the text as there is room for: of an operation its outcome, too."""
        flat = " ".join(WHERE.sub("", self.text).split())
        if len(flat) <= WIDEST:
            return flat
        begin, arrow, outcome = flat.rpartition(" -> ")
        outcome = outcome.partition(":")[0]
        room = WIDEST - len(arrow) - len(outcome) - 1
        if arrow and room > 0:
            return f"{begin[:room]}\u2026{arrow}{outcome}"
        return f"{flat[: WIDEST - 1]}\u2026"

    @property
    def x(self) -> int:
        """The left end of the lane, in pixels."""
        return MARGIN + self.lane * LANE

    @property
    def y(self) -> int:
        """The top of the row, in pixels."""
        return TOP + self.row * ROW


@dataclass(frozen=True)
class Lane:
    """A process, or a name: when there was one, from the first to the last row of each.

    *lives* are pixels from the top: a process has one, a name may be used again.
    """

    name: str
    x: int
    lives: tuple[tuple[int, int], ...]
    is_block: bool = False


@dataclass(frozen=True)
class Drawing:
    """Everything that is drawn, in pixels."""

    title: str
    verdict: str
    lanes: list[Lane]
    marks: list[Mark]
    wrong: Mark | None
    width: int
    height: int


def draw(
    title: str, steps: Sequence[Step], verdict: str, is_wrong: bool = True
) -> Drawing:
    """Lay a trace out; *verdict* is written below it.

    With *is_wrong* the row that shows what went wrong is marked.
    """
    owners = [_owner(step) for step in steps]
    names = _names(owners)
    marks = [
        Mark(row, names.index(owner), _shape(step), printable(step.text))
        for row, (step, owner) in enumerate(zip(steps, owners, strict=True))
    ]
    end = TOP + len(steps) * ROW
    births = _births(steps, [it for it in names if it.startswith(BLOCK)])
    return Drawing(
        printable(title),
        printable(verdict),
        [
            _lane(name, [it for it in marks if it.lane == at], end, births.get(name))
            for at, name in enumerate(names)
        ],
        marks,
        _decisive(marks) if is_wrong else None,
        max(2 * MARGIN + len(names) * LANE, 3 * LANE),
        end + 2 * ROW,
    )


def _owner(step: Step) -> str:
    """Whose lane a step belongs to."""
    if step.kind == "stderr" and TRACKERS.match(step.text):
        return TRACKER
    named = NAMED.match(step.text) if step.kind == "observation" else None
    return BLOCK + named[1] if named and step.actor == OBSERVER else step.actor


def _names(owners: Iterable[str]) -> list[str]:
    """The lanes: processes as they appear, then who is none, then the blocks."""
    names = list(dict.fromkeys(owners))
    blocks = [name for name in names if name.startswith(BLOCK)]
    others = [name for name in (TRACKER, HARNESS, OBSERVER) if name in names]
    others += blocks
    return [name for name in names if name not in others] + others


def _births(steps: Sequence[Step], blocks: Sequence[str]) -> dict[str, list[int]]:
    """The rows in which blocks were created: by their names, or by none."""
    rows = [row for row, step in enumerate(steps) if CREATED.search(step.text)]
    nameless = [row for row in rows if not GIVEN.search(steps[row].text)]
    births = {}
    for block in blocks:
        name = block.removeprefix(BLOCK)
        own = [row for row in rows if name in steps[row].text]
        births[block] = own or [nameless.pop(0) for _ in nameless[:1]]
    return births


def _lane(
    name: str, own: Sequence[Mark], end: int, births: Sequence[int] | None
) -> Lane:
    x = own[0].x + 10
    if births is not None:
        return Lane(printable(name), x, tuple(_lives(own, births, end)), True)
    deaths = [mark.y for mark in own if mark.shape == "death"]
    # A tracker that was killed is started anew.
    is_over = deaths and name not in (HARNESS, TRACKER)
    bottom = deaths[0] + ROW // 2 if is_over else end
    return Lane(printable(name), x, ((own[0].y, bottom),))


def _lives(
    own: Sequence[Mark], births: Sequence[int], end: int
) -> Iterator[tuple[int, int]]:
    """From where a block was created, or first seen, to where it was seen to be gone."""
    seen = [(mark.y + ROW // 2, mark.shape != "gone") for mark in own]
    begin = None
    for y, is_there in sorted([*((TOP + row * ROW, True) for row in births), *seen]):
        if is_there and begin is None:
            begin = y
        elif not is_there and begin is not None:
            yield begin, y
            begin = None
    if begin is not None:
        yield begin, end


def _decisive(marks: Sequence[Mark]) -> Mark | None:
    """What showed that something is wrong: the last thing seen of a block, or an error."""
    for shapes in ({"failure", "gone", "there"}, {"death", "stderr", "operation"}):
        found = [mark for mark in marks if mark.shape in shapes]
        if found:
            return found[-1]
    return None


def _shape(step: Step) -> str:
    if step.kind == "operation":
        outcome = step.text.rpartition(" -> ")[2]
        kind = outcome.partition(":")[0]
        is_error = kind.endswith(("Error", "Crashed", "Hung", "Violation"))
        return "failure" if is_error else "operation"
    if step.kind == "observation" and "all gone" not in step.text:
        return "gone" if any(word in step.text for word in ABSENT) else "there"
    return step.kind


def as_text(drawing: Drawing) -> list[str]:
    """The picture for a terminal: a column for each lane, a line for each row."""
    rows = [[lane.name for lane in drawing.lanes]]
    for mark in drawing.marks:
        text = f"{SIGNS.get(mark.shape, '')}{mark.label}"
        row = [_life_sign(lane, mark.y) for lane in drawing.lanes]
        row[mark.lane] = text
        rows.append(row)
    widths = _widths(rows)
    lines = ["".join(map(_cell, row, widths)).rstrip() for row in rows]
    wrong = drawing.wrong.row + 1 if drawing.wrong else None
    signs = ["> " if at == wrong else "  " for at in range(len(lines))]
    marked = [f"{sign}{line}".rstrip() for sign, line in zip(signs, lines, strict=True)]
    return [drawing.title, "", *marked, "", drawing.verdict]


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """As much for each column as it needs, and none more than all have room for."""
    needs = [max(map(len, column)) + 2 for column in zip(*rows, strict=True)]
    most = BROADEST
    while most > NARROWEST and sum(min(most, need) for need in needs) > PAGE:
        most -= 1
    return [min(most, need) for need in needs]


def _cell(text: str, width: int) -> str:
    short = text if len(text) < width else f"{text[: width - 2]}\u2026"
    return short.ljust(width)


def _life_sign(lane: Lane, y: int) -> str:
    is_alive = any(begin <= y < end for begin, end in lane.lives)
    return (":" if lane.is_block else "|") if is_alive else ""

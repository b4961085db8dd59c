"""What is said of mutants: which are other programs, and which may survive."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mutation.mutants import Change, Score, change_of, program_of, read_reasons

SOURCE = "def f(a: int | str) -> int:\n    return a + 1\n"


def test_a_change_is_the_lines_that_differ() -> None:
    """Where they are does not matter, so that reasons outlive other changes."""
    mutated = SOURCE.replace("+", "-")

    change = change_of("a.py", "f", SOURCE, mutated)

    assert change == Change("a.py", "f", "return a + 1", "return a - 1")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [("+", "-", False), ("|", "&", True), ("a + 1", "a + (1)", True)],
)
def test_annotations_are_no_part_of_a_program(
    old: str, new: str, expected: bool
) -> None:
    """Nothing is run differently where only they differ."""
    assert (program_of(SOURCE) == program_of(SOURCE.replace(old, new))) == expected


def test_what_is_no_python_is_no_program() -> None:
    """Nothing is run at all."""
    assert program_of("return not") == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("not a == b", "a != b"), ("not a is b", "a is not b"), ("-0", "0")],
)
def test_a_program_can_be_spelled_in_two_ways(one: str, other: str) -> None:
    """Two operators that come to the same thing make one mutant."""
    assert program_of(one) == program_of(other) != program_of("a == b")


def test_survivors_with_a_reason_do_not_count() -> None:
    """The share is that of the mutants that can be told apart."""
    one, two, three = (Change("a.py", "f", "x", it) for it in "123")
    score = Score({one}, set(), {two, three}, {three: "it is the same"})

    assert score.unexplained == {two}
    assert score.share == 0.5
    assert list(score.rows()) == [("a.py", [1, 0, 1, 1])]


def test_a_reason_for_what_is_caught_is_outdated() -> None:
    """Else the list would grow, and hide what is lost later."""
    one = Change("a.py", "f", "x", "1")

    assert Score(set(), {one}, set(), {one: "why"}).outdated == {one}


@pytest.mark.parametrize("reason", ["", "why"])
def test_entries_need_a_reason_and_stand_once(tmp_path: Path, reason: str) -> None:
    """Neither a bare entry nor one twice is taken."""
    entry = '[[survivor]]\nmodule="a"\nwithin="f"\nline="x"\nbecomes="y"\n'
    entry += f'reason = "{reason}"\n'
    file = tmp_path / "s.toml"
    file.write_text(entry if not reason else entry * 2, "utf-8")

    with pytest.raises(ValueError, match="twice, or without a reason"):
        read_reasons(file)


def test_the_reasons_at_hand_are_about_lines_that_are_there() -> None:
    """A line that was changed since may be told apart by now."""
    impl = Path(__file__).parents[1]
    reasons = read_reasons(impl / "mutation" / "survivors.toml")

    assert reasons
    for change in reasons:
        text = (impl / "shm_reference" / change.module).read_text("utf-8")
        assert " ".join(change.line.split()) in " ".join(text.split()), change
        definition = rf"(def|class) {change.within}\b" if change.within else ""
        assert re.search(definition, text), change

"""The table of what becomes of a block has no gaps and no contradictions."""

from __future__ import annotations

from shm_conformance.model import FATES, METHODS, ROWS


def test_each_child_row_stands_for_every_start_method() -> None:
    """A row of the decisions about children is one row per start method."""
    children = [key for key in FATES if key[1] == "child"]

    assert len(ROWS) == len(FATES) + len(children) * (len(METHODS) - 1)


def test_each_row_is_a_requirement_of_its_own() -> None:
    """No two rows share an id."""
    assert len({row.requirement for row in ROWS}) == len(ROWS)


def test_no_block_comes_back() -> None:
    """What is gone after one end is gone after all ends."""
    assert not [
        row for row in ROWS if (row.after_end, row.after_all) == ("gone", "exists")
    ]


def test_no_untracked_end_removes_a_block() -> None:
    """A process that does not track has no tracker that could remove anything."""
    assert not [row for row in ROWS if not row.is_tracking and row.after_end == "gone"]

"""A trace as a space-time diagram: a lane for each process, time goes down. Pure.

Boxes are operations, red ones failed; a cross is a death, where the lane ends; the
last lane is what the observer saw of the blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shm_conformance.trace import Step, printable

LANE, ROW, TOP, MARGIN = 330, 30, 70, 20
WIDEST = 42
OBSERVER, HARNESS = "observer", "harness"
# Where Python's warnings come from is of no interest here.
WHERE = re.compile(r"^\S+\.py:\d+: ")
# How the observer says that a block is not there.
ABSENT = ("does not exist", "is gone", ": none")


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
    """A process, or the blocks: from its first step to its death or the end."""

    name: str
    x: int
    y: int
    bottom: int


@dataclass(frozen=True)
class Drawing:
    """Everything that is drawn, in pixels."""

    title: str
    verdict: str
    lanes: list[Lane]
    marks: list[Mark]
    width: int
    height: int


def draw(title: str, steps: Sequence[Step], verdict: str) -> Drawing:
    """Lay a trace out; *verdict* is written below it."""
    names = _names(steps)
    marks = [
        Mark(row, names.index(step.actor), _shape(step), printable(step.text))
        for row, step in enumerate(steps)
    ]
    end = TOP + len(steps) * ROW
    return Drawing(
        printable(title),
        printable(verdict),
        [_lane(name, at, marks, end) for at, name in enumerate(names)],
        marks,
        max(2 * MARGIN + len(names) * LANE, 3 * LANE),
        end + 2 * ROW,
    )


def _names(steps: Iterable[Step]) -> list[str]:
    """The lanes: processes as they appear, then who is none."""
    names = list(dict.fromkeys(step.actor for step in steps))
    others = [name for name in (HARNESS, OBSERVER) if name in names]
    return [name for name in names if name not in others] + others


def _lane(name: str, at: int, marks: Sequence[Mark], end: int) -> Lane:
    own = [mark for mark in marks if mark.lane == at]
    deaths = [mark.y for mark in own if mark.shape == "death"]
    bottom = deaths[0] + ROW // 2 if deaths and name != HARNESS else end
    title = "blocks" if name == OBSERVER else name
    return Lane(printable(title), own[0].x + 10, own[0].y, bottom)


def _shape(step: Step) -> str:
    if step.kind == "operation":
        outcome = step.text.rpartition(" -> ")[2]
        kind = outcome.partition(":")[0]
        is_error = kind.endswith(("Error", "Crashed", "Hung", "Violation"))
        return "failure" if is_error else "operation"
    if step.kind == "observation" and "all gone" not in step.text:
        return "gone" if any(word in step.text for word in ABSENT) else "there"
    return step.kind

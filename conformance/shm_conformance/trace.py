"""The ordered record of one test: operations, outcomes, observations, deaths."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["operation", "stderr", "observation", "death", "note", "example"]
TEXT_LIMIT = 4000


@dataclass(frozen=True)
class Step:
    """One line of a trace: who, what kind of event, and in words what happened."""

    actor: str
    kind: Kind
    text: str


@dataclass
class Trace:
    """The steps of one test, in the order in which the harness saw them."""

    steps: list[Step] = field(default_factory=list)
    # What the last step, if it is of this kind, has been made of.
    _heard: str = ""
    # So many steps are over: nothing that comes now belongs to them.
    _sealed: int = 0

    def add(self, actor: str, kind: Kind, text: str) -> None:
        """Append a step; long text is cut, control characters are escaped."""
        self.insert(len(self.steps), actor, kind, text)

    def hear(self, actor: str, text: str) -> None:
        """Append what an actor has printed; pieces that follow each other are one step."""
        last = self.steps[-1] if len(self.steps) > self._sealed else None
        if last and (last.actor, last.kind) == (actor, "stderr"):
            self.steps.pop()
            text = self._heard + text
        self._heard = text[:TEXT_LIMIT]
        self.add(actor, "stderr", text.rstrip("\n"))

    def seal(self) -> int:
        """Begin something new; returns the place of what it will be."""
        self._sealed = len(self.steps)
        return self._sealed

    def insert(self, place: int, actor: str, kind: Kind, text: str) -> None:
        """Put a step before those that were caused by it."""
        self.steps.insert(place, Step(actor, kind, printable(text)[:TEXT_LIMIT]))

    def lines(self) -> list[str]:
        """The trace as aligned text, a step a line."""
        width = max((len(step.actor) for step in self.steps), default=0)
        signs = {
            "stderr": "! ",
            "observation": "? ",
            "death": "x ",
            "note": "# ",
            "example": "= ",
        }
        return [
            f"{step.actor:<{width}}  {signs.get(step.kind, '')}{step.text}"
            for step in self.steps
        ]


def printable(text: str) -> str:
    """Escape what a terminal would obey: text from a target is only ever shown."""
    return "".join(
        char if char.isprintable() or char == "\n" else ascii(char)[1:-1]
        for char in text
    )

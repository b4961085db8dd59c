"""What a requirement is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Level = Literal["must", "should", "may"]
LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True)
class Requirement:
    """One promise: its id, its level, what it says, and where it is made.

    *source* names the class, parameter or sentence of the documentation page,
    or the reports behind a `should`. *platforms* are the systems on which it
    holds: `posix`, `windows`, or `all`. *smoke* marks the few that are judged
    by `check --smoke`.
    """

    id: str
    level: Level
    text: str
    source: str
    platforms: str = "all"
    smoke: bool = False

    @property
    def is_explored(self) -> bool:
        """Whether its test tries every system call of an operation, which takes long."""
        return self.id.startswith(("crash.", "fault.", "race."))

    @property
    def is_mixed(self) -> bool:
        """Whether it speaks of two targets that share a block."""
        return self.id.startswith("mix.")


def must(
    id_: str, text: str, source: str, platforms: str = "all", *, smoke: bool = False
) -> Requirement:
    """The documentation promises it."""
    return Requirement(id_, "must", text, source, platforms, smoke)


def should(
    id_: str, text: str, source: str, platforms: str = "all", *, smoke: bool = False
) -> Requirement:
    """It follows from the documentation, or every known implementation relies on it."""
    return Requirement(id_, "should", text, source, platforms, smoke)


def may(id_: str, text: str, source: str, platforms: str = "all") -> Requirement:
    """A permitted variation: recorded as a trait, never judged."""
    return Requirement(id_, "may", text, source, platforms)

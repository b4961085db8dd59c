"""What a scenario is: one real bug, its story, and the signature that proves it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from shm_conformance.actors import Actors
from shm_conformance.errors import ConformanceError
from shm_conformance.judging import SYSTEMS
from shm_conformance.platforms import Family

Verdict = Literal["reproduced", "absent", "broken"]
# What goes wrong, in a word or two; `scenario list --class` selects by it.
CLASSES = (
    "tracker-destroys-early",
    "tracker-noise",
    "tracker-sharing",
    "leak-after-crash",
    "leak-after-error",
    "double-unlink",
    "create-attach-race",
    "exports",
    "fd-leak",
    "memory-safety",
    "name",
    "size",
    "permissions",
    "manager",
    "list-corruption",
    "list-layout",
    "list-nul",
    "pickling",
    "free-threading",
    "reentrancy",
    "shutdown-order",
    "subinterpreter",
    "windows-last-handle",
    "environment",
)


@dataclass(frozen=True)
class Report:
    """What a draft of a bug report says beside story, versions and script."""

    expected: str
    actual: str


@dataclass(frozen=True)
class Scenario:
    """One bug. *steps* play it and say whether its signature was seen.

    Whatever else goes wrong on the way is `broken`, never a reproduction.
    *shown_by* is a target that has the bug, *spared* one that has not; where the
    documentation or the system itself makes it so, nobody is spared, and *advice*
    says why. *is_chance*: the order of events is not forced, so that one run may miss.
    *platforms*: where it can be played; what cannot happen there is absent.
    *report* is for a defect that is in no public report known to us.
    """

    id: str
    kind: str
    title: str
    met: tuple[str, ...]
    symptom: str
    cast: dict[str, str]
    advice: str
    shown_by: str
    spared: str | None
    steps: Callable[[Actors], bool]
    is_chance: bool = False
    platforms: Literal["posix", "all"] = "posix"
    report: Report | None = None

    def holds_on(self, family: Family) -> bool:
        """Whether it can be played on a family of systems."""
        return self.platforms in ("all", family)

    def play(self, actors: Actors) -> tuple[Verdict, str]:
        """Play the scenario once; returns the verdict and why, if it is broken."""
        family = actors.stage.observer.FAMILY
        if not self.holds_on(family):
            return "broken", f"it cannot be played on {SYSTEMS[family]}"
        try:
            was_seen = self.steps(actors)
        except ConformanceError as error:
            return "broken", str(error)
        return ("reproduced" if was_seen else "absent"), ""

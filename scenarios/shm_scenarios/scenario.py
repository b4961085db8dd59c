"""What a scenario is: one real bug, its story, and the signature that proves it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from shm_conformance.actors import Actors
from shm_conformance.errors import ConformanceError

Verdict = Literal["reproduced", "absent", "broken"]


@dataclass(frozen=True)
class Scenario:
    """One bug. *steps* play it and say whether its signature was seen.

    Whatever else goes wrong on the way is `broken`, never a reproduction.
    *shown_by* is a target that has the bug, *spared* one that has not; where the
    documentation itself makes it so, nobody is spared, and *advice* says why.
    """

    id: str
    title: str
    met: tuple[str, ...]
    symptom: str
    cast: dict[str, str]
    advice: str
    shown_by: str
    spared: str | None
    steps: Callable[[Actors], bool]

    def play(self, actors: Actors) -> tuple[Verdict, str]:
        """Play the scenario once; returns the verdict and why, if it is broken."""
        try:
            was_seen = self.steps(actors)
        except ConformanceError as error:
            return "broken", str(error)
        return ("reproduced" if was_seen else "absent"), ""

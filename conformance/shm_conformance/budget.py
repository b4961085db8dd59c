"""How many examples a property is tried on, and which; where processes are disturbed. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

Profile = Literal["smoke", "standard", "thorough"]
PROFILES: tuple[Profile, ...] = get_args(Profile)
# How often a failing example may be made smaller.
SHRINKS: dict[Profile, int] = {"smoke": 50, "standard": 300, "thorough": 1000}
EXAMPLES: dict[Profile, int] = {"smoke": 20, "standard": 50, "thorough": 2000}


# How many pairs of preemptions a race is tried with.
PAIRS: dict[Profile, int] = {"smoke": 0, "standard": 6, "thorough": 60}
By = Literal["calls", "lines"]
WAYS: tuple[By, ...] = get_args(By)


@dataclass(frozen=True)
class Exploration:
    """Which points are tried: calls or lines, how many pairs, or just one schedule."""

    by: By = "calls"
    pairs: int | None = None
    schedule: str = ""


@dataclass(frozen=True)
class Budget:
    """How long to look, and with which seed; 0 stands for the fixed examples."""

    profile: Profile = "standard"
    seed: int = 0
    # Of a target that is there to fail, nobody wants to see the smallest example.
    is_shrinking: bool = True
    exploration: Exploration = field(default_factory=Exploration)

    def examples(self, share: float = 1.0) -> int:
        """How many examples there are for a check that gets this share of the budget."""
        return max(1, round(EXAMPLES[self.profile] * share))

    @property
    def pairs(self) -> int:
        """With how many pairs of preemptions a race is tried."""
        asked = self.exploration.pairs
        return PAIRS[self.profile] if asked is None else asked

    def shrinks(self, share: float = 1.0) -> int:
        """How often a failing example may be made smaller: seldom, where each is dear."""
        if not self.is_shrinking:
            return 1
        return max(10, round(SHRINKS[self.profile] * min(1.0, share)))

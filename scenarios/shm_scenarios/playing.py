"""Scenarios played on targets: once or often, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from shm_conformance.actors import Actors
from shm_conformance.budget import Budget
from shm_conformance.errors import TargetNotStarted
from shm_conformance.judging import Bench, Settings
from shm_scenarios.scenario import Scenario, Verdict

FORMAT = "shm-conformance-scenarios/1"
REPRODUCED, ABSENT, BROKEN = 1, 0, 4
# What is left to chance is given many chances.
BUDGET = Budget("thorough")


@dataclass
class Performance:
    """What came of a scenario on a target: *hits* of *runs*, and the last run's trace.

    *is_miss*: it was not seen, and is left to chance.
    """

    scenario: str
    target: str
    verdict: Verdict = "absent"
    hits: int = 0
    runs: int = 0
    why: str = ""
    is_miss: bool = False
    python: dict[str, Any] = field(default_factory=dict)
    platform: dict[str, Any] = field(default_factory=dict)
    trace: list[dict[str, Any]] = field(default_factory=list)

    def __str__(self) -> str:
        often = f" ({self.hits} of {self.runs} runs)" if self.runs > 1 else ""
        why = f": {self.why}" if self.why else ""
        return f"{self.scenario} on {self.target}: {self.verdict}{often}{why}"

    @property
    def caption(self) -> str:
        """What is written below a picture: nothing that only one machine knows."""
        name, version = (
            self.python.get(it, "?") for it in ("implementation", "version")
        )
        target = self.target.partition("@")[0]
        flags = self.python.get("flags", "")
        return f"{self.verdict} on {target}, {name} {version}{flags}"


@dataclass(frozen=True)
class Wish:
    """How often to play a scenario; with *until_hit* no more once it was reproduced."""

    runs: int = 1
    until_hit: bool = False


def play_all(
    scenarios: Iterable[Scenario],
    targets: Iterable[str],
    wish: Wish,
    path: tuple[str, ...] = (),
    tell: Callable[[Performance], None] = lambda performance: None,
) -> list[Performance]:
    """Play each scenario on each target; *tell* hears of each as it ends."""
    bench = Bench(Settings(path=path))
    found = []
    try:
        for target in targets:
            for scenario in scenarios:
                found.append(_perform(bench, scenario, target, wish))
                tell(found[-1])
    finally:
        bench.close()
    return found


def _perform(bench: Bench, scenario: Scenario, target: str, wish: Wish) -> Performance:
    performance = Performance(scenario.id, target)
    try:
        stage = bench.stage(target)
    except TargetNotStarted as error:
        performance.verdict, performance.why = "broken", str(error)
        return performance
    facts = stage.describe()
    performance.python, performance.platform = facts["python"], facts["platform"]
    for _ in range(wish.runs):
        actors = Actors(stage, budget=BUDGET)
        try:
            verdict, performance.why = scenario.play(actors)
        finally:
            actors.end()
        performance.trace = [asdict(step) for step in actors.trace.steps]
        performance.runs += 1
        performance.hits += verdict == "reproduced"
        if verdict == "broken":
            performance.verdict = verdict
            return performance
        if performance.hits and wish.until_hit:
            break
    performance.verdict = "reproduced" if performance.hits else "absent"
    performance.is_miss = scenario.is_chance and not performance.hits
    return performance


def document(found: Iterable[Performance]) -> dict[str, Any]:
    """All that was played, as JSON has it."""
    return {"format": FORMAT, "runs": [asdict(performance) for performance in found]}


def exit_code(found: Iterable[Performance]) -> int:
    """1 if anything was reproduced, else 4 if anything is broken, else 0."""
    verdicts = {performance.verdict for performance in found}
    if "reproduced" in verdicts:
        return REPRODUCED
    return BROKEN if "broken" in verdicts else ABSENT

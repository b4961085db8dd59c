"""From a test function to a verdict: run it, confirm what it found, tell whose fault.

One `Bench` per harness process keeps the run and the stages of its targets.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Any, cast

from shm_conformance.actors import Actors
from shm_conformance.budget import Budget
from shm_conformance.errors import ConformanceError, TargetNotStarted
from shm_conformance.limits import Limits
from shm_conformance.platforms import Family
from shm_conformance.requirements import Requirement
from shm_conformance.run import Run
from shm_conformance.stage import Stage
from shm_conformance.target import Target, pair_of, parse
from shm_conformance.verdicts import DEVIATIONS, Result, new_result
from shm_conformance.wires import Wires

SYSTEMS: dict[Family, str] = {"posix": "POSIX", "windows": "Windows"}


@dataclass(frozen=True)
class Settings:
    """How a bench works: what the user chose, the same in every process."""

    path: tuple[str, ...] = ()
    isolation: str = "auto"
    is_strict: bool = False
    budget: Budget = field(default_factory=Budget)
    limits: Limits = field(default_factory=Limits)


class Bench:
    """The run of this process and the targets that were made ready in it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.facts: dict[str, dict[str, Any]] = {}
        self._stages: dict[str, Stage | TargetNotStarted] = {}
        self.run: Run | None = None
        self._wires: Wires | None = None
        self._warming: Future[None] | None = None

    def warm(self, targets: Iterable[str]) -> None:
        """Make targets ready in the background, while something else is waited for."""
        helper = ThreadPoolExecutor(1)
        self._warming = helper.submit(self._warm, list(targets))
        helper.shutdown(wait=False)

    def _warm(self, texts: list[str]) -> None:
        self._open_all(texts)
        for stage in self._stages.values():
            if isinstance(stage, Stage):
                stage.stock(1)

    def stage(self, text: str) -> Stage:
        """The stage of a target; raises TargetNotStarted, each time for the same reason."""
        self._wait_warm()
        self._open_all([text])
        stage = self._stages[text]
        if isinstance(stage, TargetNotStarted):
            # The same exception raised again would drag all its tracebacks along.
            raise TargetNotStarted(str(stage))
        return stage

    def pair(self, text: str) -> tuple[Stage, Stage]:
        """The stages of both sides of a pair, or of a target and its partner."""
        left, right = map(self.stage, pair_of(text))
        if text not in self.facts:
            self.facts[text] = {**left.describe(), "partner": right.describe()}
        return left, right

    def _open_all(self, texts: list[str]) -> None:
        # The first actors of all come to life side by side.
        new = [text for text in dict.fromkeys(texts) if text not in self._stages]
        self._stages.update({text: self._begin(text) for text in new})
        self._stages.update({text: self._prepared(text) for text in new})

    def _begin(self, text: str) -> Stage | TargetNotStarted:
        if self.run is None:
            self.run = Run(self.settings.isolation, self.settings.limits)
            self._wires = Wires(self.run.folder / "socket")
            self.run.wait_until_guarded()
        assert self._wires is not None
        target = parse(text, self.settings.path)
        try:
            return Stage(self.run, self._wires, target, self.settings.is_strict)
        except ConformanceError as error:
            return _not_started(target, error)

    def _prepared(self, text: str) -> Stage | TargetNotStarted:
        stage = self._stages[text]
        if isinstance(stage, TargetNotStarted):
            return stage
        try:
            stage.prepare()
        except ConformanceError as error:
            stage.close()
            return _not_started(stage.target, error)
        self.facts[text] = stage.describe()
        return stage

    def _wait_warm(self) -> None:
        warming, self._warming = self._warming, None
        if warming:
            warming.result()

    def close(self) -> None:
        """End everything that was started."""
        self._wait_warm()
        for stage in self._stages.values():
            if isinstance(stage, Stage):
                stage.close()
        if self._wires is not None:
            self._wires.close()
        if self.run is not None:
            self.run.close()


def _not_started(target: Target, error: ConformanceError) -> TargetNotStarted:
    if isinstance(error, TargetNotStarted):
        return error
    return TargetNotStarted(f"target {target}: {error}")


# Their tests need no process that nothing was done in before; what they find is
# confirmed in fresh ones.
POOLED = ("list.", "shm.buf.", "shm.size.", "shm.repr.", "mix.block.", "mix.list.")


def judge(requirement: Requirement, actors: Actors, test: Callable[[], None]) -> Result:
    """Run a test, and again in fresh processes if it found something."""
    if why := out_of_place(requirement, actors):
        level = requirement.level
        return Result(requirement.id, level, "unsupported", why)
    began = time.monotonic()
    result = _run_once(requirement, actors, test)
    is_expected = actors.stage.target.kind == "faulty" and not actors.is_pooled
    # A target that hung is believed to hang again: each look costs a deadline.
    is_hang = actors.stage.has_hung and result.verdict == "hung"
    if result.verdict in DEVIATIONS and not (is_hang or is_expected):
        actors.restart()
        result = _confirmed(result, _run_once(requirement, actors, test))
    if result.verdict == "hung":
        _remember_hang(actors.stage, result)
    result.seconds = round(time.monotonic() - began, 4)
    return result


def out_of_place(requirement: Requirement, actors: Actors) -> str:
    """Why a requirement does not hold where the actors live; empty where it does."""
    here = actors.stage.observer.FAMILY
    there = actors.partner.observer.FAMILY if actors.partner else here
    if here != there:
        names = f"{SYSTEMS[here]} and {SYSTEMS[there]}"
        return f"{names} share no blocks"
    if requirement.platforms in ("all", here):
        return ""
    only = SYSTEMS[cast(Family, requirement.platforms)]
    return f"it holds on {only} only, and this target runs on {SYSTEMS[here]}"


def _run_once(
    requirement: Requirement, actors: Actors, test: Callable[[], None]
) -> Result:
    error: BaseException | None = None
    try:
        test()
    except Exception as caught:  # noqa: BLE001 - every end of a test is a verdict
        error = caught
    result = new_result(requirement, error)
    result.trace = [asdict(step) for step in actors.trace.steps]
    result.traits = dict(actors.traits)
    result.script = actors.script if error else ""
    result.points = list(actors.points)
    return result


def _confirmed(first: Result, second: Result) -> Result:
    """What is seen once in two fresh runs is no verdict on the target yet."""
    if second.verdict in DEVIATIONS:
        return second
    first.verdict = "broken"
    first.detail = f"not confirmed, seen in 1 of 2 runs: {first.detail}"
    return first


def _remember_hang(stage: Stage, result: Result) -> None:
    if stage.has_hung:
        result.detail += " (deadline shortened: this target has hung before)"
    stage.has_hung, stage.limit = True, stage.limits.answer_after_hang

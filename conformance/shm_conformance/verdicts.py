"""What a test can find, and how findings add up. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from shm_conformance import errors
from shm_conformance.requirements import Level, Requirement

Verdict = Literal[
    "conforms", "deviates", "crashed", "hung", "unsupported", "broken", "not-run"
]
# The ways of breaking a requirement. The others say that it was not judged.
DEVIATIONS: tuple[Verdict, ...] = ("deviates", "crashed", "hung")
UNJUDGED: tuple[Verdict, ...] = ("broken", "not-run")


@dataclass(frozen=True)
class Known:
    """Why a deviation is no news: the entry of a baseline."""

    reason: str
    issue: str | None = None


@dataclass
class Result:
    """The verdict on one requirement, with what is needed to understand it."""

    requirement: str
    level: Level
    verdict: Verdict
    detail: str = ""
    seconds: float = 0.0
    reproduce: str = ""
    known: Known | None = None
    expected: str | None = None
    actual: str | None = None
    trace: list[dict[str, str]] = field(default_factory=list)
    traits: dict[str, str] = field(default_factory=dict)
    script: str = ""
    points: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        """Whether this is a deviation that no baseline knows."""
        return self.verdict in DEVIATIONS and self.known is None

    @property
    def is_fixed(self) -> bool:
        """Whether a baseline knows a deviation that is gone."""
        return self.verdict == "conforms" and self.known is not None

    def as_json(self) -> dict[str, Any]:
        """The result as the JSON contract has it; traits stand elsewhere there."""
        data = asdict(self)
        del data["traits"]
        return data


def verdict_on(error: BaseException | None) -> Verdict:
    """The verdict that an exception out of a test stands for."""
    for kind, verdict in _VERDICTS:
        if isinstance(error, kind):
            return verdict
    return "conforms" if error is None else "broken"


_VERDICTS: tuple[tuple[type[BaseException], Verdict], ...] = (
    (errors.Crashed, "crashed"),
    (errors.TargetNotStarted, "crashed"),
    (errors.Hung, "hung"),
    (errors.Unsupported, "unsupported"),
    (errors.NotRun, "not-run"),
    (AssertionError, "deviates"),
)


def new_result(requirement: Requirement, error: BaseException | None) -> Result:
    """Write down what came of a test of a requirement."""
    result = Result(requirement.id, requirement.level, verdict_on(error))
    if isinstance(error, errors.Violation):
        result.expected, result.actual = error.expected, error.actual
    if error is not None:
        result.detail = str(error) or type(error).__name__
    return result


def summary(results: Iterable[Result]) -> dict[str, int]:
    """Count results by verdict, and those that a baseline knew or had wrong."""
    results = list(results)
    names = ("conforms", *DEVIATIONS, "unsupported", *UNJUDGED)
    counts = Counter(result.verdict for result in results)
    total: dict[str, int] = {name: counts[name] for name in names}
    total["known"] = sum(
        result.known is not None and result.verdict in DEVIATIONS for result in results
    )
    total["new"] = sum(result.is_new for result in results)
    total["fixed"] = sum(result.is_fixed for result in results)
    return total


def word(result: dict[str, Any]) -> str:
    """One word on a result in JSON: known and fixed deviations have their own."""
    verdict: str = result["verdict"]
    if result["known"] and verdict in DEVIATIONS:
        return "known"
    return "fixed" if result["known"] and verdict == "conforms" else verdict

"""Generated examples: run a check on many, and keep the smallest that fails.

Hypothesis makes and shrinks the examples; what a target does with one is seen
in actors that live as long as the test. The examples of a run are the same each
time, unless a seed asks for others.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import hypothesis
from hypothesis.internal.conjecture import providers
from hypothesis.strategies import SearchStrategy

from shm_conformance.budget import Budget
from shm_conformance.errors import ConformanceError, Crashed, Violation
from shm_conformance.trace import Step, Trace

# In seconds, what no example takes without waiting for something in vain.
SLOW = 8.0
TEXT_LIMIT = 500


class Explorer:
    """Looks for examples that fail a check, and knows the smallest it has found."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.smallest: dict[str, Any] | None = None

    def explore(
        self,
        trace: Trace,
        check: Callable[..., None],
        share: float = 1.0,
        **given: SearchStrategy[Any],
    ) -> None:
        """Run *check* on examples of what is *given*; none of them must fail.

        Raises what the smallest failing example raised, and leaves its trace; if
        one is known already, it alone is tried again. *share* scales the number
        of examples of the profile.
        """
        finding = _Finding(trace, check, self.budget.shrinks(share))
        if self.smallest is not None:
            finding.try_example(**self.smallest)
            return
        test = hypothesis.given(**given)(finding.try_example)
        if self.budget.seed:
            test = hypothesis.seed(self.budget.seed)(test)
        try:
            with _own_constants_only():
                _settings(self.budget, share)(test)()
        except Exception:
            # What Hypothesis makes of a check that fails now and then is no news.
            if finding.error is None:
                raise
        if finding.error is not None:
            self.smallest = finding.values
            trace.steps[:] = finding.steps
            raise finding.error


def _settings(budget: Budget, share: float) -> hypothesis.settings:
    return hypothesis.settings(
        max_examples=budget.examples(share),
        derandomize=not budget.seed,
        database=None,
        deadline=None,
        print_blob=False,
        report_multiple_bugs=False,
        verbosity=hypothesis.Verbosity.quiet,
        phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
        suppress_health_check=list(hypothesis.HealthCheck),
    )


@contextmanager
def _own_constants_only() -> Iterator[None]:
    """Keep Hypothesis from taking constants out of the modules that are loaded.

    Which ones are depends on what else is judged, in which process, and on how this
    package is installed; the examples must not.
    """
    # A part of Hypothesis that is not public: other releases may lack it.
    none = getattr(providers, "Constants", None)
    if none and hasattr(providers, "_get_local_constants"):
        with mock.patch.object(providers, "_get_local_constants", none):
            yield
    else:
        yield


class _Finding:
    """The last example that failed, which is the smallest so far."""

    def __init__(self, trace: Trace, check: Callable[..., None], shrinks: int) -> None:
        self.trace, self.check, self.most_shrinks = trace, check, shrinks
        self.error: ConformanceError | None = None
        self.steps: list[Step] = []
        self.values: dict[str, Any] = {}
        self._shrinks = 0

    def try_example(self, **values: Any) -> None:
        """Run the check once, unless enough is known."""
        if self._shrinks >= self.most_shrinks:
            return
        began = time.monotonic()
        self.trace.steps.clear()
        self.trace.add("harness", "example", _text(values))
        try:
            self.check(**values)
        except ConformanceError as error:
            # A deadline that passes costs it each time, and what is not there stays away.
            is_quick = time.monotonic() - began < SLOW
            is_smaller_worthwhile = isinstance(error, (Violation, Crashed)) and is_quick
            self._shrinks += 1 if is_smaller_worthwhile else self.most_shrinks
            self.error, self.steps = error, list(self.trace.steps)
            self.values = values
            raise


def _text(values: dict[str, Any]) -> str:
    text = ", ".join(f"{name}={value!r}" for name, value in values.items())
    return text if len(text) <= TEXT_LIMIT else f"{text[:TEXT_LIMIT]}..."

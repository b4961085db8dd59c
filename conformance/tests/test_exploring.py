"""Generated examples: which are tried, which one is kept, and when it is enough."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from shm_conformance.budget import Budget
from shm_conformance.errors import Hung, Violation
from shm_conformance.exploring import Explorer
from shm_conformance.trace import Trace

from .conftest import TIME_LIMIT

TRIED = """
from hypothesis import strategies as st
from shm_conformance.budget import Budget
from shm_conformance.exploring import Explorer
from shm_conformance.trace import Trace
Explorer(Budget(seed=5)).explore(
    Trace(), lambda value: print(value), 10, value=st.integers()
)
"""


def tried(budget: Budget, share: float = 1.0) -> list[int]:
    """The examples that an explorer tries, where none fails."""
    seen: list[int] = []
    Explorer(budget).explore(
        Trace(), lambda number: seen.append(number), share, number=st.integers()
    )
    return seen


def refuse(number: int) -> None:
    if number > 10:
        raise Violation(f"{number}", "at most 10")


def test_the_profile_says_how_many() -> None:
    assert len(tried(Budget("smoke"))) == 20
    assert len(tried(Budget("standard"))) == 50
    assert len(tried(Budget("standard"), 0.1)) == 5


def test_two_runs_try_the_same() -> None:
    assert tried(Budget()) == tried(Budget())
    assert tried(Budget(seed=7)) == tried(Budget(seed=7))
    assert tried(Budget()) != tried(Budget(seed=7))


def test_other_modules_do_not_matter(tmp_path: Path) -> None:
    """Hypothesis would take constants out of every module that is not installed."""
    (tmp_path / "full.py").write_text(f"NUMBERS = {[3**n for n in range(99)]}")
    seen = {
        subprocess.run(
            [sys.executable, "-c", f"{first}\n{TRIED}"],
            cwd=tmp_path,
            check=True,
            stdout=subprocess.PIPE,
            timeout=TIME_LIMIT,
        ).stdout
        for first in ("pass", "import full")
    }

    assert len(seen) == 1


def test_the_smallest_example_is_kept_with_its_trace() -> None:
    explorer, trace = Explorer(Budget()), Trace()

    with pytest.raises(Violation, match="^11; at most 10"):
        explorer.explore(trace, refuse, number=st.integers())

    assert explorer.smallest == {"number": 11}
    assert [step.text for step in trace.steps] == ["number=11"]


def test_a_second_look_is_at_the_smallest_alone() -> None:
    explorer = Explorer(Budget())
    with pytest.raises(Violation):
        explorer.explore(Trace(), refuse, number=st.integers())
    seen: list[int] = []

    def look(number: int) -> None:
        seen.append(number)

    explorer.explore(Trace(), look, number=st.integers())

    assert seen == [11]


def test_a_hang_is_not_made_smaller() -> None:
    """Each look at one costs its deadline."""
    seen: list[Any] = []

    def hang(number: int) -> None:
        seen.append(number)
        raise Hung("no answer")

    with pytest.raises(Hung):
        Explorer(Budget()).explore(Trace(), hang, number=st.integers())

    assert len(seen) == 1


def test_what_fails_now_and_then_is_still_reported() -> None:
    """Whether it is confirmed is not for the explorer to say."""
    seen: list[int] = []

    def refuse_once(number: int) -> None:
        seen.append(number)
        if len(seen) == 3:
            raise Violation("this time", "never")

    with pytest.raises(Violation, match="this time"):
        Explorer(Budget()).explore(Trace(), refuse_once, number=st.integers())

"""What a finding is, and whose fault."""

from __future__ import annotations

import pytest

from shm_conformance import errors, verdicts
from shm_conformance.messages import Failure
from shm_conformance.requirements import must
from shm_conformance.verdicts import Known, Result, Verdict

REQUIREMENT = must("a.b.c", "It holds.", "here")


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (None, "conforms"),
        (errors.Violation("1", "2"), "deviates"),
        (errors.TargetError("close()", Failure("E", ("E",), "m")), "deviates"),
        (AssertionError(), "deviates"),
        (errors.Crashed("gone"), "crashed"),
        (errors.TargetNotStarted("no"), "crashed"),
        (errors.Hung("silent"), "hung"),
        (errors.Unsupported("no"), "unsupported"),
        (errors.NotRun("no"), "not-run"),
        (errors.HarnessError("ours"), "broken"),
        (KeyError("ours"), "broken"),
    ],
)
def test_an_error_stands_for_a_verdict(
    error: Exception | None, verdict: Verdict
) -> None:
    result = verdicts.new_result(REQUIREMENT, error)

    assert result.verdict == verdict
    assert bool(result.detail) is (error is not None)


def test_a_violation_keeps_both_sides() -> None:
    result = verdicts.new_result(REQUIREMENT, errors.Violation("was 1", "2"))

    assert (result.actual, result.expected) == ("was 1", "2")
    assert result.detail == "was 1; 2 was due"


def test_results_add_up() -> None:
    """A known deviation is no news, and a conforming one that is known is fixed."""
    known = Known("because")
    results = [
        Result("a", "must", "conforms"),
        Result("b", "must", "conforms", known=known),
        Result("c", "must", "deviates", known=known),
        Result("d", "must", "hung"),
        Result("e", "must", "broken", known=known),
    ]

    counts = {key: n for key, n in verdicts.summary(results).items() if n}

    assert counts == {
        "conforms": 2,
        "deviates": 1,
        "hung": 1,
        "broken": 1,
        "known": 1,
        "new": 1,
        "fixed": 1,
    }


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        ("conforms", "fixed"),
        ("hung", "known"),
        ("unsupported", "unsupported"),
        ("not-run", "not-run"),
    ],
)
def test_only_what_conforms_is_fixed(verdict: Verdict, expected: str) -> None:
    """A known deviation that could not be judged here is neither there nor gone."""
    result = Result("a", "must", verdict, known=Known("because"))

    assert verdicts.word(result.as_json()) == expected

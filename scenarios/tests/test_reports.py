"""Drafts of bug reports: who has one, what is in it."""

from __future__ import annotations

import re

import pytest

from shm_conformance.errors import UsageError
from shm_scenarios import catalogue
from shm_scenarios.reports import draft
from shm_scenarios.scenario import Scenario

DRAFTED = [it for it in catalogue().values() if it.report]


def test_what_is_avoidable_and_unreported_has_a_draft() -> None:
    """A link, or a draft that will have one; never both."""
    for scenario in catalogue().values():
        assert not (scenario.met and scenario.report), scenario.id
        if scenario.spared == "reference":
            assert scenario.met or scenario.report, scenario.id


@pytest.mark.parametrize("scenario", DRAFTED, ids=lambda it: it.id)
def test_a_draft_is_whole(scenario: Scenario) -> None:
    """Title, story, expected, actual, the versions seen, and how to see it."""
    text = draft(scenario)

    assert text.startswith(f"# {scenario.title}\n")
    heads = [line for line in text.splitlines() if line.startswith("## ")]
    assert heads == ["## Expected", "## Actual", "## Versions", "## Script"]
    assert re.search(r"Seen on: (Wine )?cpython 3\.", text)
    assert "def steps(" in text or "scenario run" in text


def test_who_has_none_says_why() -> None:
    with pytest.raises(UsageError, match="reported already: https://"):
        draft(catalogue()["attacher-ends-first"])
    with pytest.raises(UsageError, match="nothing promises otherwise"):
        draft(catalogue()["hangup-takes-the-tracker-along"])

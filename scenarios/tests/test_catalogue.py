"""Each scenario shows its bug on a target that has it, and spares one that has not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shm_conformance.actors import Actors
from shm_conformance.judging import Bench, Settings
from shm_scenarios import catalogue
from shm_scenarios.scenario import Scenario


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    bench = Bench(Settings(is_strict=True))
    yield bench
    bench.close()


def play(bench: Bench, scenario: Scenario, target: str) -> tuple[str, str]:
    actors = Actors(bench.stage(target))
    try:
        return scenario.play(actors)
    finally:
        actors.end()


@pytest.mark.parametrize("scenario", catalogue().values(), ids=lambda it: it.id)
def test_a_target_with_the_bug_shows_it(bench: Bench, scenario: Scenario) -> None:
    """The signature is seen on a target that has the bug."""
    assert play(bench, scenario, scenario.shown_by) == ("reproduced", "")


SPARED = [scenario for scenario in catalogue().values() if scenario.spared]


@pytest.mark.parametrize("scenario", SPARED, ids=lambda it: it.id)
def test_a_target_without_the_bug_is_spared(bench: Bench, scenario: Scenario) -> None:
    """The signature is not seen on a target that has not got the bug."""
    assert scenario.spared is not None
    assert play(bench, scenario, scenario.spared) == ("absent", "")


def test_the_readme_lists_the_catalogue() -> None:
    """The table in the README has every scenario, and no other."""
    readme = Path(__file__).parents[1] / "README.md"
    rows = re.findall(r"^\| `([a-z-]+)`", readme.read_text("utf-8"), re.MULTILINE)

    assert rows == sorted(catalogue())

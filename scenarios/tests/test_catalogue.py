"""Each scenario shows its bug on a target that has it, and spares one that has not."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from shm_conformance import pages
from shm_conformance.actors import Actors
from shm_conformance.judging import Bench, Settings
from shm_scenarios import catalogue, verified
from shm_scenarios.command import command
from shm_scenarios.scenario import CLASSES, Scenario


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


FORCED = [scenario for scenario in catalogue().values() if not scenario.is_chance]
CHANCE = [scenario for scenario in catalogue().values() if scenario.is_chance]


@pytest.mark.parametrize("scenario", FORCED, ids=lambda it: it.id)
def test_a_target_with_the_bug_shows_it(bench: Bench, scenario: Scenario) -> None:
    """The signature is seen on a target that has the bug."""
    assert play(bench, scenario, scenario.shown_by) == ("reproduced", "")


@pytest.mark.parametrize("scenario", CHANCE, ids=lambda it: it.id)
def test_what_is_left_to_chance_ends(bench: Bench, scenario: Scenario) -> None:
    """Whether it was a hit this time, nobody can promise; that it is played, we can."""
    verdict, why = play(bench, scenario, scenario.shown_by)

    assert verdict in ("reproduced", "absent"), why


SPARED = [scenario for scenario in catalogue().values() if scenario.spared]


@pytest.mark.parametrize("scenario", SPARED, ids=lambda it: it.id)
def test_a_target_without_the_bug_is_spared(bench: Bench, scenario: Scenario) -> None:
    """The signature is not seen on a target that has not got the bug."""
    assert scenario.spared is not None
    assert play(bench, scenario, scenario.spared) == ("absent", "")


def test_every_scenario_was_verified() -> None:
    """On most interpreters of the record; nowhere was it broken."""
    record = verified.shipped()

    for id_ in catalogue():
        verdicts = [signs[id_] for signs in record.values() if id_ in signs]
        assert len(verdicts) > len(record) / 2, id_
        assert "broken" not in verdicts, id_


def test_who_is_said_to_be_spared_was_seen_to_be() -> None:
    """The story and the record agree on the reference."""
    record = verified.shipped()
    columns = [it for name, it in record.items() if name.startswith("reference ")]

    assert columns
    for scenario in catalogue().values():
        if scenario.spared == "reference":
            seen = {it.get(scenario.id, "") for it in columns}
            assert "reproduced" not in seen, scenario.id


def test_the_readme_shows_the_record() -> None:
    """The table has every scenario, and what came of it where."""
    readme = Path(__file__).parents[1] / "README.md"
    lines = verified.table(catalogue(), verified.shipped())

    assert pages.section(verified.START, lines) in readme.read_text("utf-8")


@pytest.mark.parametrize("scenario", catalogue().values(), ids=lambda it: it.id)
def test_a_story_is_whole(scenario: Scenario) -> None:
    """Its module begins with its title, its class is known, its links can be followed."""
    story = inspect.getdoc(sys.modules[scenario.steps.__module__]) or ""

    assert story.splitlines()[0].rstrip(".") == scenario.title
    assert len(story) > 150
    assert scenario.kind in CLASSES
    assert all(link.startswith("https://github.com/") for link in scenario.met)
    # The standard library of a later Python may be free of the bug.
    assert scenario.is_chance or scenario.shown_by != "stdlib"


@pytest.mark.parametrize("scenario", catalogue().values(), ids=lambda it: it.id)
def test_every_scenario_has_a_picture(scenario: Scenario) -> None:
    """Of a run in which it was reproduced, with the row where it went wrong."""
    done = CliRunner().invoke(command, ["show", scenario.id])
    _, _, picture = done.output.partition("where it was seen:\n")
    lines = picture.splitlines()

    assert lines[0] == scenario.title
    assert lines[-1].startswith("reproduced on ")
    assert sum(line.startswith(">") for line in lines) == 1


def test_a_symptom_is_found_by_any_form_of_its_words() -> None:
    """Whoever looks for what has vanished finds what vanishes."""
    found = [CliRunner().invoke(command, ["list", it]) for it in ("vanish", "vanished")]

    assert found[0].output == found[1].output
    assert "result-gone-with-its-worker" in found[0].output


def test_where_a_scenario_can_be_played() -> None:
    """What needs trackers or signals cannot be played on Windows."""
    scenarios = catalogue()

    assert not scenarios["attacher-ends-first"].holds_on("windows")
    assert scenarios["attacher-ends-first"].holds_on("posix")
    assert scenarios["the-last-handle-takes-the-block"].holds_on("windows")

"""`shm-conformance scenario`: list, show and run the catalogue."""

from __future__ import annotations

import inspect
import sys

import click

from shm_conformance.errors import UsageError
from shm_scenarios import catalogue
from shm_scenarios.scenario import Scenario

EXIT_CODES = {"absent": 0, "reproduced": 1, "broken": 4}


@click.group("scenario")
def command() -> None:
    """List, show and run the catalogue of lifecycle bugs."""


@command.command("list")
@click.argument("words", nargs=-1, metavar="[WORD]...")
def list_(words: tuple[str, ...]) -> int:
    """List scenarios; each WORD must occur in id, title, symptom or links."""
    for scenario in catalogue().values():
        text = f"{scenario.id} {scenario.title} {scenario.symptom} {scenario.met}"
        if all(word.lower() in text.lower() for word in words):
            click.echo(f"{scenario.id}\n    {scenario.title}")
    return 0


@command.command("show")
@click.argument("id_", metavar="ID")
def show(id_: str) -> int:
    """Tell the story of a scenario."""
    scenario = _find(id_)
    story = inspect.getdoc(sys.modules[scenario.steps.__module__]) or ""
    click.echo(f"{scenario.title}\n\n{story}\n\nsymptom: {scenario.symptom}")
    for name, part in scenario.cast.items():
        click.echo(f"{name}: {part}")
    click.echo("met: " + " ".join(scenario.met))
    click.echo(f"what to do: {scenario.advice}")
    return 0


@command.command("run")
@click.argument("id_", metavar="ID")
@click.argument("target", default="stdlib")
@click.option("--path", multiple=True, metavar="DIR", help="For the target's sys.path.")
def run(id_: str, target: str, path: tuple[str, ...]) -> int:
    """Play a scenario: exit code 1 if it was reproduced, 0 if the bug is absent."""
    from shm_conformance.actors import Actors
    from shm_conformance.judging import Bench, Settings

    scenario = _find(id_)
    bench = Bench(Settings(path=path))
    try:
        actors = Actors(bench.stage(target))
        verdict, why = scenario.play(actors)
        for line in actors.trace.lines():
            click.echo(f"  {line}")
        click.echo(f"{scenario.id} on {target}: {verdict} {why}".rstrip())
        actors.end()
    finally:
        bench.close()
    return EXIT_CODES[verdict]


def _find(id_: str) -> Scenario:
    found = catalogue().get(id_)
    if found is None:
        raise UsageError(f"no scenario {id_!r}; there are: {', '.join(catalogue())}")
    return found

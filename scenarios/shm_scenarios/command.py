"""`shm-conformance scenario`: list, show, run and verify the catalogue."""

from __future__ import annotations

import inspect
import json
import sys
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shm_conformance.errors import UsageError
from shm_conformance.trace import Step, Trace, printable
from shm_scenarios import catalogue
from shm_scenarios.scenario import CLASSES, Scenario

if TYPE_CHECKING:
    from shm_scenarios.playing import Performance

FILE = click.Path(dir_okay=False, path_type=Path)
PAGE = click.Path(exists=True, dir_okay=False, path_type=Path)
RUNS = click.IntRange(min=1)
# Each scenario as it was played where it is seen, drawn as text.
PICTURES = resources.files("shm_scenarios").joinpath("pictures")
# The letters that a word keeps at least when it loses its ending.
LEAST_STEM = 2


@click.group("scenario")
def command() -> None:
    """List, show, run and verify the catalogue of lifecycle bugs."""


@command.command("list")
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option("--class", "kind", type=click.Choice(CLASSES), help="Of one class only.")
@click.option(
    "--issue", default="", metavar="ID", help="Met there: gh-82300, loky#242."
)
def list_(words: tuple[str, ...], kind: str | None, issue: str) -> int:
    """List scenarios; each WORD must occur in id, title, story, symptom or links.

    Endings do not matter: `vanished` finds what vanishes.
    """
    number, found = issue.rpartition("-")[2].rpartition("#")[2], 0
    for scenario in catalogue().values():
        text = " ".join(
            (scenario.id, scenario.title, _story(scenario), scenario.symptom)
        )
        links = " ".join(scenario.met)
        is_met = not issue or any(it.endswith(f"/{number}") for it in scenario.met)
        has_words = all(_stem(word) in f"{text} {links}".lower() for word in words)
        if is_met and has_words and kind in (None, scenario.kind):
            found += 1
            click.echo(f"{scenario.id}  [{scenario.kind}]\n    {scenario.title}")
    if not found:
        raise UsageError("no scenario is like that; `scenario list` shows all")
    return 0


def _stem(word: str) -> str:
    """A word without its ending, as far as English is so simple."""
    word = word.lower()
    endings = (it for it in ("ing", "ed", "es", "s") if word.endswith(it))
    stem = word.removesuffix(next(endings, ""))
    return stem if len(stem) > LEAST_STEM else word


@command.command("show")
@click.argument("id_", metavar="ID")
def show(id_: str) -> int:
    """Tell the story of a scenario, and which interpreters were last seen with it."""
    from shm_scenarios import verified

    scenario = _find(id_)
    click.echo(f"{_story(scenario)}\n\nsymptom: {scenario.symptom}")
    for name, part in scenario.cast.items():
        click.echo(f"{name}: {part}")
    click.echo(f"class: {scenario.kind}")
    click.echo(f"platforms: {scenario.platforms}")
    click.echo(f"met: {' '.join(scenario.met) or 'in no public report known to us'}")
    for verdict, word in (("reproduced", "seen on"), ("absent", "not seen on")):
        names = verified.versions(verified.shipped(), id_, verdict)
        click.echo(f"{word}: {', '.join(names) or 'none'}")
    click.echo(f"what to do: {scenario.advice}")
    file = PICTURES.joinpath(f"{id_}.txt")
    if file.is_file():
        click.echo(f"\nwhere it was seen:\n{file.read_text('utf-8')}", nl=False)
    return 0


def _story(scenario: Scenario) -> str:
    return inspect.getdoc(sys.modules[scenario.steps.__module__]) or ""


@command.command("run")
@click.argument("words", nargs=-1, required=True, metavar="ID... [TARGET]...")
@click.option("--path", multiple=True, metavar="DIR", help="For the target's sys.path.")
@click.option("--runs", type=RUNS, default=1, help="Play each so many times.")
@click.option("--until-hit", is_flag=True, help="No more runs once it was reproduced.")
@click.option("--json", "json_file", type=FILE, help="Write what was played as JSON.")
def run(
    words: tuple[str, ...],
    path: tuple[str, ...],
    runs: int,
    until_hit: bool,
    json_file: Path | None,
) -> int:
    """Play scenarios: exit code 1 if one was reproduced, 0 if all are absent."""
    from shm_scenarios.playing import Wish, exit_code, play_all

    ids = [word for word in words if word in catalogue()] or [_find(words[0]).id]
    targets = [word for word in words if word not in ids] or ["stdlib"]
    scenarios = [catalogue()[id_] for id_ in ids]
    found = play_all(scenarios, targets, Wish(runs, until_hit), path, _tell)
    _write(found, json_file)
    return exit_code(found)


def _tell(performance: Performance) -> None:
    for line in Trace([Step(**step) for step in performance.trace]).lines():
        click.echo(f"  {line}")
    click.echo(printable(str(performance)))


def _write(found: list[Performance], file: Path | None) -> None:
    if file:
        from shm_scenarios.playing import document

        file.write_text(json.dumps(document(found), indent=1) + "\n", "utf-8")


@command.command("script")
@click.argument("id_", metavar="ID")
def script(id_: str) -> int:
    """Print a scenario as one file that needs nothing but Python 3.8 or later.

    It exits with 1 where the bug is reproduced, 0 where it is absent, 2 where that
    cannot be told.
    """
    from shm_scenarios.scripts import render

    click.echo(render(_find(id_)), nl=False)
    return 0


@command.command("report")
@click.argument("id_", metavar="ID")
def report(id_: str) -> int:
    """Print a draft of a bug report as Markdown, for what nobody has reported yet."""
    from shm_scenarios.reports import draft

    click.echo(draft(_find(id_)))
    return 0


@command.command("draw")
@click.argument("id_", metavar="ID")
@click.argument("target", default="stdlib")
@click.option("--path", multiple=True, metavar="DIR", help="For the target's sys.path.")
@click.option(
    "-o", "--output", type=FILE, help="The picture, SVG or .txt (default: ID.svg)."
)
def draw(id_: str, target: str, path: tuple[str, ...], output: Path | None) -> int:
    """Play a scenario and draw it: lanes for processes, trackers and blocks."""
    from shm_conformance.exports import picture, svg
    from shm_scenarios.playing import Wish, exit_code, play_all

    scenario = _find(id_)
    found = play_all([scenario], [target], Wish(), path, _tell)
    output = output or Path(f"{id_}.svg")
    played = found[0]
    is_wrong = played.verdict == "reproduced"
    render = picture if output.suffix == ".txt" else svg
    text = render(scenario.title, played.trace, played.caption, is_wrong)
    output.write_text(text, "utf-8")
    click.echo(f"written: {output}")
    return exit_code(found)


@command.command("verify")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option(
    "--python", "pythons", multiple=True, metavar="COMMAND", help="On this one; again."
)
@click.option("--runs", type=RUNS, default=1, help="Play each up to so many times.")
@click.option("--json", "json_file", type=FILE, help="Write what was played as JSON.")
@click.option("--record", type=FILE, help="Keep what was verified in this file.")
@click.option("--table", type=PAGE, help="Write the table of this page anew.")
def verify(
    ids: tuple[str, ...],
    pythons: tuple[str, ...],
    runs: int,
    json_file: Path | None,
    record: Path | None,
    table: Path | None,
) -> int:
    """Play the catalogue on every interpreter of the machine, and the reference.

    All of it, if no ID is named. What the record has of other interpreters and
    scenarios stays, and stands in the table.
    Exit code 4 if anything is broken; that bugs are reproduced is no failure here.
    """
    import shlex

    from shm_conformance.commands.matrix import survey_of
    from shm_conformance.platforms import family_of
    from shm_scenarios import verified
    from shm_scenarios.playing import BROKEN, Wish, play_all

    known = verified.read(record) if record else {}
    scenarios = [_find(it) for it in ids or catalogue()]
    found = []
    for it in survey_of(pythons).found:
        target = f"stdlib@{shlex.join(it.command)}"
        played = [one for one in scenarios if one.holds_on(family_of(it.facts))]
        found += play_all(played, [target], Wish(runs, True), (), _tell_shortly)
    found += play_all(scenarios, ["reference"], Wish(runs, True), (), _tell_shortly)
    _write(found, json_file)
    known = verified.merge(known, found)
    if record:
        verified.save(record, catalogue(), known)
    if table:
        verified.write_table(table, catalogue(), known)
    return BROKEN if any(it.verdict == "broken" for it in found) else 0


def _tell_shortly(performance: Performance) -> None:
    click.echo(printable(str(performance)))


def _find(id_: str) -> Scenario:
    found = catalogue().get(id_)
    if found is None:
        raise UsageError(f"no scenario {id_!r}; there are: {', '.join(catalogue())}")
    return found

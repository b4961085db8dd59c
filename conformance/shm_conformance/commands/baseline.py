"""`baseline`: show the known deviations, or write those of a result down."""

from __future__ import annotations

from pathlib import Path

import click

from shm_conformance.commands import _options


@click.group("baseline")
def command() -> None:
    """Show or write the known deviations of a target."""


@command.command("show")
@click.argument("target", default="stdlib")
@click.option(
    "--baseline", "files", multiple=True, type=_options.OLD_FILE, help="Yours, too."
)
def show(target: str, files: tuple[Path, ...]) -> int:
    """Show the entries that apply to TARGET, ours and those of FILES."""
    from shm_conformance import baseline
    from shm_conformance.interpreter import probe
    from shm_conformance.target import parse

    parsed = parse(target)
    facts = {} if parsed.kind == "actor" else probe(parsed.python).facts
    for entry in (
        *(e for file in files for e in baseline.read(file)),
        *baseline.shipped(),
    ):
        if baseline.applies(entry, parsed, facts):
            click.echo(f"{entry['requirement']}")
            click.echo(f"    {entry['reason']}")
            if "issue" in entry:
                click.echo(f"    {entry['issue']}")
    return 0


@command.command("update")
@click.argument("result", type=_options.OLD_FILE)
@click.argument("file", type=_options.FILE)
@click.option("--reason", required=True, help="Why these deviations are accepted.")
@click.option("--issue", help="Link to where they are reported.")
@click.option("--only", multiple=True, metavar="ID", help="Just this requirement.")
def update(
    result: Path, file: Path, reason: str, issue: str | None, only: tuple[str, ...]
) -> int:
    """Bring FILE up to date with RESULT: add what is new, drop what is fixed.

    The only thing that writes a baseline. Prints every change that it makes.
    """
    from shm_conformance import baseline_file
    from shm_conformance.results import read

    document = read(result)
    changes = baseline_file.update(document, file, reason, issue, only)
    for sign, target, requirement in changes:
        click.echo(f"{sign} {requirement}  ({target})")
    click.echo(f"{file}: {len(changes)} changes", err=True)
    return 0

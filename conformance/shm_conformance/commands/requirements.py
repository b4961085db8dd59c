"""`requirements`: what is checked, in words."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from shm_conformance.commands import _options
from shm_conformance.requirements import LEVELS, Requirement, catalogue


@click.command("requirements")
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option("--level", type=click.Choice(LEVELS), help="Only this level.")
@click.option("--smoke", is_flag=True, help="Only those of `check --smoke`.")
@click.option("--json", "json_file", type=_options.FILE, help="Write them as JSON.")
def command(
    words: tuple[str, ...], level: str | None, smoke: bool, json_file: Path | None
) -> int:
    """List the requirements; each WORD must occur in the id or the text."""
    found = [
        requirement
        for requirement in catalogue().values()
        if level in (None, requirement.level)
        and (requirement.smoke or not smoke)
        and all(_matches(requirement, word) for word in words)
    ]
    if json_file:
        rows = [asdict(requirement) for requirement in found]
        json_file.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    for requirement in found:
        click.echo(f"{requirement.id}  [{requirement.level}]")
        click.echo(f"    {requirement.text}")
        click.echo(
            f"    source: {requirement.source}; platforms: {requirement.platforms}"
        )
    click.echo(_count(found), err=True)
    return 0


def _matches(requirement: Requirement, word: str) -> bool:
    return word.lower() in f"{requirement.id} {requirement.text}".lower()


def _count(found: list[Requirement]) -> str:
    counts = [
        f"{sum(requirement.level == level for requirement in found)} {level}"
        for level in LEVELS
    ]
    return f"{len(found)} requirements: {', '.join(counts)}"

"""`compare`: what changed from one result to another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from shm_conformance.commands import _options
from shm_conformance.results import CONFORMS, DEVIATES, INCOMPLETE
from shm_conformance.verdicts import DEVIATIONS

Verdicts = dict[str, str]
JUDGED = ("conforms", "unsupported", *DEVIATIONS)


@click.command("compare")
@click.argument("old", type=_options.OLD_FILE)
@click.argument("new", type=_options.OLD_FILE)
def command(old: Path, new: Path) -> int:
    """Tell OLD and NEW apart; the exit code is 1 if something got worse, 3 if unjudged.

    Targets of the same text are compared; two results of one target each are
    compared whatever their targets are.
    """
    from shm_conformance.results import read

    before, after = _by_target(read(old)), _by_target(read(new))
    if len(before) == len(after) == 1:
        pairs = [(next(iter(before)), next(iter(after)))]
    else:
        pairs = [(name, name) for name in after if name in before]
        for name in before.keys() ^ after.keys():
            click.echo(f"{name}: only in {old if name in before else new}")
    code = CONFORMS if before.keys() <= after.keys() or len(pairs) else INCOMPLETE
    for first, second in pairs:
        changes = differences(before[first], after[second])
        click.echo(f"{first} -> {second}: {len(changes)} differences")
        for kind, requirement, text in changes:
            click.echo(f"  {kind:<10} {requirement}: {text}")
            if kind == "regression" or (kind == "unjudged" and code == CONFORMS):
                code = DEVIATES if kind == "regression" else INCOMPLETE
    return code


def _by_target(document: dict[str, Any]) -> dict[str, Verdicts]:
    return {
        target["target"]: {
            result["requirement"]: result["verdict"] for result in target["results"]
        }
        for target in document["targets"]
    }


def differences(before: Verdicts, after: Verdicts) -> list[tuple[str, str, str]]:
    """List (kind, requirement, text): regression, fixed, new, vanished, changed."""
    found = []
    for requirement in dict.fromkeys((*before, *after)):
        old, new = before.get(requirement), after.get(requirement)
        if old != new:
            text = f"{old or 'absent'} -> {new or 'absent'}"
            found.append((_kind(old, new), requirement, text))
    return found


def _kind(old: str | None, new: str | None) -> str:
    if new in DEVIATIONS and old not in DEVIATIONS:
        return "regression"
    if old in JUDGED and new not in JUDGED:
        return "unjudged"
    if old is None:
        return "new"
    if new is None:
        return "vanished"
    return "fixed" if old in DEVIATIONS and new == "conforms" else "changed"

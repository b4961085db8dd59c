"""`matrix`: judge on every interpreter of the machine, or pairs of them."""

from __future__ import annotations

import os
import shlex
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shm_conformance.commands import _options
from shm_conformance.errors import UsageError

if TYPE_CHECKING:
    from shm_conformance.interpreters import Survey


@click.command("matrix")
@click.argument("implementations", nargs=-1, metavar="[IMPLEMENTATION]...")
@click.option(
    "--python",
    "pythons",
    multiple=True,
    metavar="COMMAND",
    help="Just this interpreter; may be repeated (default: all that are found).",
)
@click.option(
    "--mix",
    is_flag=True,
    help="Judge pairs: what is made on one is handed to the other, both ways.",
)
@click.option(
    "--list", "is_list", is_flag=True, help="Show the interpreters and judge nothing."
)
@_options.judging
@_options.session
def command(
    implementations: tuple[str, ...],
    pythons: tuple[str, ...],
    mix: bool,
    is_list: bool,
    **options: Any,
) -> int:
    """Judge implementations on every interpreter of this machine.

    Without an IMPLEMENTATION (stdlib, reference, PACKAGE.MODULE), the standard
    library is judged. Interpreters are those of pyenv, python3* and pypy3* on
    PATH, what ci/interpreters obtained, and the running one.
    """
    from shm_conformance import screen
    from shm_conformance.commands.check import judge
    from shm_conformance.results import CONFORMS, INCOMPLETE

    _options.check_places(options)
    _check_implementations(implementations)
    found = survey_of(pythons)
    _show(found, is_list)
    # What was asked for by name and is not judged is missed; what was found is not.
    missed = INCOMPLETE if not found.found or (pythons and found.refused) else CONFORMS
    if is_list or not found.found:
        return missed
    targets = _targets(implementations or ("stdlib",), found)
    if mix:
        targets = [" | ".join(pair) for pair in product(targets, targets)]
    return judge(_options.wanted(targets, options), options, screen.show_all) or missed


def _check_implementations(texts: tuple[str, ...]) -> None:
    from shm_conformance.target import parse

    for text in texts:
        if parse(text).kind == "actor" or "@" in text:
            raise UsageError(f"matrix {text!r}: no @PYTHON or actor:COMMAND fits here")


def survey_of(pythons: tuple[str, ...]) -> Survey:
    """The interpreters that are named, or all of the machine."""
    from shm_conformance.interpreters import candidates, survey

    if not pythons:
        return survey(candidates(os.environ, Path.home()))
    try:
        return survey([tuple(shlex.split(text)) or ("",) for text in pythons])
    except ValueError as error:
        raise UsageError(f"--python {pythons}: {error}") from None


def _show(found: Survey, is_list: bool) -> None:
    from shm_conformance.tables import python_text

    if is_list:
        for it in found.found:
            click.echo(f"{python_text(it.facts):<30} {shlex.join(it.command)}")
    for reason in found.refused:
        click.echo(f"not judged: {reason}", err=not is_list)


def _targets(implementations: tuple[str, ...], found: Survey) -> list[str]:
    return [
        f"{implementation}@{shlex.join(it.command)}"
        for implementation, it in product(dict.fromkeys(implementations), found.found)
    ]

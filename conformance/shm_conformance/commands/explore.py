"""`explore`: what is left when a process dies, or fails, at any of its system calls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import click

from shm_conformance.budget import WAYS, Exploration
from shm_conformance.commands import _options
from shm_conformance.commands.check import judge
from shm_conformance.errors import UsageError

KINDS = {"kill": "crash.", "fail": "fault.", "race": "race."}


@click.command("explore")
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option("--life", "lives", multiple=True, metavar="NAME", help="Only this life.")
@click.option("--list", "is_listing", is_flag=True, help="List the lives, and end.")
@click.option("--kill", is_flag=True, help="Kill the process as it enters each call.")
@click.option("--fail", is_flag=True, help="Have each call fail as it plausibly can.")
@click.option("--race", is_flag=True, help="Hold it there while another one works.")
@click.option(
    "--by",
    type=click.Choice(WAYS),
    default="calls",
    show_default=True,
    help="Kill at each system call, or at each line of the target's modules.",
)
@click.option(
    "--pairs",
    type=click.IntRange(min=0),
    metavar="N",
    help="Try each race with so many pairs of preemptions (default: 6).",
)
@click.option(
    "--schedule", metavar="TEXT", default="", help="Try each race only like this."
)
@_options.judging
@_options.session
def command(targets: tuple[str, ...], lives: tuple[str, ...], **options: Any) -> int:
    """Disturb short lives of blocks at each of their system calls.

    TARGET is that of `check`. A life is a few operations; at each system call of
    its last one a process is killed (--kill), the call fails (--fail), or the process
    is held while another one does a whole operation (--race); without any of them,
    all. Then it is judged what is left: `requirements crash`, `requirements fault`
    and `requirements race` tell what must be. Needs strace, unless it is done at
    each line of the target's modules (--by lines, --kill alone).
    """
    if options["is_listing"]:
        return _list()
    from shm_conformance import screen

    _check_lives(lives)
    _options.check_places(options)
    options["expression"] = _expression(lives, options)
    wanted = _options.wanted(targets or ("stdlib",), options)
    wanted = replace(wanted, explored="only", exploration=_exploration(options))
    return judge(wanted, options, screen.show)


def _exploration(options: dict[str, Any]) -> Exploration:
    from shm_conformance.schedules import parse

    if options["schedule"]:
        parse(options["schedule"])
    return Exploration(options["by"], options["pairs"], options["schedule"])


def _list() -> int:
    """Show every life: who does what, and the step under fire."""
    from shm_conformance.requirements import requirements_of
    from shm_conformance.short_lives import LIVES

    for life in LIVES.values():
        kinds = [kind for kind in ("kill", "fail") if getattr(life, kind)]
        click.echo(f"{life.name}  [{', '.join(kinds)}]  {life.story}")
        click.echo(f"    {', '.join(life.cast)}: {'; '.join(life.steps)}")
    for race in requirements_of("race"):
        click.echo(f"{race.id.split('.')[1]}  [race]  {race.text}")
    return 0


def _check_lives(names: Iterable[str]) -> None:
    from shm_conformance.requirements import catalogue

    known = {it.id.split(".")[1] for it in catalogue().values() if it.is_explored}
    for name in names:
        if name not in known:
            raise UsageError(f"no life {name!r}; `explore --list` shows them")


def _expression(lives: tuple[str, ...], options: dict[str, Any]) -> str:
    """What is asked for, as -k has it."""
    kinds = [word for kind, word in KINDS.items() if options[kind]]
    if options["by"] == "lines":
        # Nothing else can be done at a line.
        kinds = [KINDS["kill"]]
    elif options["schedule"]:
        kinds = [KINDS["race"]]
    parts = [
        " or ".join(kinds or KINDS.values()),
        " or ".join(f".{name}." for name in lives),
        options["expression"],
    ]
    return " and ".join(f"({part})" for part in parts if part)

"""The options that several commands share, so that they are alike everywhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from shm_conformance.budget import PROFILES
from shm_conformance.errors import UsageError

if TYPE_CHECKING:
    from shm_conformance.session import Session

Command = TypeVar("Command", bound=Callable[..., Any])
FILE = click.Path(dir_okay=False, path_type=Path)
OLD_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SESSION = (
    click.option(
        "-n",
        "processes",
        metavar="N|auto",
        default=None,
        help="Judge in so many processes (default: auto; one with --smoke).",
    ),
    click.option(
        "-k",
        "expression",
        metavar="EXPR",
        default="",
        help="Judge only requirements whose id matches, such as"
        " 'shm.unlink and not twice'.",
    ),
    click.option(
        "--profile",
        type=click.Choice(PROFILES),
        default="standard",
        show_default=True,
        help="How many examples to generate for each property.",
    ),
    click.option(
        "--seed",
        type=click.IntRange(min=0),
        default=0,
        show_default=True,
        help="Seed of the generated examples; with 0 they are always the same.",
    ),
    click.option("--json", "json_file", type=FILE, help="Write the result as JSON."),
    click.option("--html", "html_file", type=FILE, help="Write a page."),
    click.option("--junit", "junit_file", type=FILE, help="Write JUnit XML."),
    click.option(
        "--scripts",
        "scripts_folder",
        type=click.Path(file_okay=False, path_type=Path),
        help="Write a script that stands alone for each life that deviates.",
    ),
    click.option(
        "--isolation",
        type=click.Choice(["auto", "namespace", "names"]),
        default="auto",
        show_default=True,
        help="Give actors a /dev/shm of their own, or tell segments by name.",
    ),
    click.option(
        "--strict-protocol",
        is_flag=True,
        help="Check every message against the published schema.",
    ),
)


JUDGING = (
    click.option(
        "--path",
        multiple=True,
        type=click.Path(exists=True, file_okay=False),
        metavar="DIR",
        help="Folder for the front of the target's sys.path; may be repeated.",
    ),
    click.option(
        "--baseline",
        multiple=True,
        type=OLD_FILE,
        metavar="FILE",
        help="Known deviations of your own; may be repeated.",
    ),
    click.option(
        "--no-baseline", is_flag=True, help="Show known deviations as deviations."
    ),
    click.option(
        "--level",
        type=click.Choice(["must", "should", "may"]),
        default="may",
        help="Judge requirements down to this level (default: all).",
    ),
    click.option(
        "--smoke", is_flag=True, help="Judge the few most telling requirements."
    ),
)


def wanted(targets: Iterable[str], options: dict[str, Any]) -> Session:
    """The session that the options of `judging` and `session` ask for."""
    from shm_conformance.session import Session

    return Session(
        targets=tuple(dict.fromkeys(targets)),
        path=options["path"],
        baselines=tuple(map(str, options["baseline"])),
        use_baselines=not options["no_baseline"],
        level=options["level"],
        is_smoke=options["smoke"],
        processes=options["processes"] or ("0" if options["smoke"] else "auto"),
        expression=options["expression"],
        profile="smoke" if options["smoke"] else options["profile"],
        seed=options["seed"],
        isolation=options["isolation"],
        is_strict=options["strict_protocol"],
    )


def check_places(session: dict[str, Any]) -> None:
    """See before anything is judged that what comes of it can be written."""
    for option in ("json_file", "html_file", "junit_file"):
        file = session[option]
        if file and not os.access(file.parent, os.W_OK):
            raise UsageError(f"cannot write {file}: {file.parent} is no such folder")
    folder = session["scripts_folder"]
    if folder and not _can_be_filled(folder.absolute()):
        raise UsageError(f"cannot write into {folder}: name a folder of yours")


def _can_be_filled(folder: Path) -> bool:
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return there.is_dir() and os.access(there, os.W_OK)


def judging(command: Command) -> Command:
    """Add the options of the commands that judge what the user names."""
    for option in reversed(JUDGING):
        command = option(command)
    return command


def session(command: Command) -> Command:
    """Add the options of every command that judges."""
    for option in reversed(SESSION):
        command = option(command)
    return command

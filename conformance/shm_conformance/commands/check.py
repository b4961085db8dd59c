"""`check`: judge targets and say what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shm_conformance.commands import _options

if TYPE_CHECKING:
    from shm_conformance.session import Session

Show = Callable[[dict[str, Any]], None]


@click.command("check")
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@_options.judging
@_options.session
def command(targets: tuple[str, ...], **options: Any) -> int:
    """Judge implementations of shared memory.

    TARGET is IMPLEMENTATION[@PYTHON]: stdlib, reference,
    PACKAGE.MODULE[:PACKAGE.MANAGERS] or actor:COMMAND; PYTHON is a command line.
    'TARGET | TARGET' is a pair: what the left makes is handed to the right.
    Without one, the standard library of the running interpreter is judged.
    """
    from shm_conformance import screen

    _options.check_places(options)
    return judge(_options.wanted(targets or ("stdlib",), options), options, screen.show)


def judge(wanted: Session, options: dict[str, Any], show: Show) -> int:
    """Judge, and conclude also where the user ends it before its end."""
    from shm_conformance.session import Interrupted, judge_all

    try:
        document = judge_all(wanted)
    except Interrupted as interrupt:
        conclude(interrupt.document, options, show)
        raise
    return conclude(document, options, show)


def conclude(
    document: dict[str, Any], session: dict[str, Any], show: Show | None = None
) -> int:
    """Write and show a result; returns its exit code."""
    from shm_conformance import results, screen

    (show or screen.show)(document)
    if session["json_file"]:
        results.write(document, session["json_file"])
    if session["scripts_folder"]:
        _write_scripts(document, session["scripts_folder"])
    if session["html_file"] or session["junit_file"]:
        from shm_conformance import exports
    if session["html_file"]:
        exports.write_html(document, session["html_file"])
    if session["junit_file"]:
        exports.write_junit(document, session["junit_file"])
    return results.exit_code(document)


def _write_scripts(document: dict[str, Any], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, target in enumerate(document["targets"], 1):
        for result in target["results"]:
            if result["script"]:
                file = folder / f"{number}-{result['requirement']}.py"
                file.write_text(result["script"], "utf-8")
                click.echo(f"written: {file}")

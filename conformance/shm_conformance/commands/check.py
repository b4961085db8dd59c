"""`check`: judge targets and say what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from shm_conformance.commands import _options


@click.command("check")
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option(
    "--path",
    multiple=True,
    type=click.Path(exists=True, file_okay=False),
    metavar="DIR",
    help="Folder for the front of the target's sys.path; may be repeated.",
)
@click.option(
    "--baseline",
    multiple=True,
    type=_options.OLD_FILE,
    metavar="FILE",
    help="Known deviations of your own; may be repeated.",
)
@click.option(
    "--no-baseline", is_flag=True, help="Show known deviations as deviations."
)
@click.option(
    "--level",
    type=click.Choice(["must", "should", "may"]),
    default="may",
    help="Judge requirements down to this level (default: all).",
)
@click.option("--smoke", is_flag=True, help="Judge the few most telling requirements.")
@_options.session
def command(
    targets: tuple[str, ...],
    path: tuple[str, ...],
    baseline: tuple[Path, ...],
    no_baseline: bool,
    level: str,
    smoke: bool,
    **session: Any,
) -> int:
    """Judge implementations of shared memory.

    TARGET is IMPLEMENTATION[@PYTHON]: stdlib, reference,
    PACKAGE.MODULE[:PACKAGE.MANAGERS] or actor:COMMAND; PYTHON is a command line.
    Without one, the standard library of the running interpreter is judged.
    """
    from shm_conformance.session import Interrupted, Session, judge_all

    _options.check_places(session)
    wanted = Session(
        targets=tuple(dict.fromkeys(targets)) or ("stdlib",),
        path=path,
        baselines=tuple(map(str, baseline)),
        use_baselines=not no_baseline,
        level=level,
        is_smoke=smoke,
        processes=session["processes"] or ("0" if smoke else "auto"),
        expression=session["expression"],
        profile="smoke" if smoke else session["profile"],
        seed=session["seed"],
        isolation=session["isolation"],
        is_strict=session["strict_protocol"],
    )
    try:
        document = judge_all(wanted)
    except Interrupted as interrupt:
        conclude(interrupt.document, session)
        raise
    return conclude(document, session)


def conclude(document: dict[str, Any], session: dict[str, Any]) -> int:
    """Write and show a result; returns its exit code."""
    from shm_conformance import results, screen

    screen.show(document)
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

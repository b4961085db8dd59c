"""`doctor`: what this machine offers, and what killed runs have left on it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click


@click.command("doctor")
@click.option("--clean", is_flag=True, help="End and remove what killed runs left.")
def command(clean: bool) -> int:
    """Show what this machine offers, and what killed runs have left.

    Only processes that bear a run's mark are ended, and only segments that its
    ledger proves to be its own are removed.
    """
    _show_machine()
    return _show_leftovers(clean)


def _show_machine() -> None:
    from shm_conformance import platforms

    platform = platforms.current()
    place = Path("/dev/shm")
    usage = shutil.disk_usage(place)
    _say("harness", f"Python {sys.version.split()[0]} ({sys.executable})")
    _say("kernel", f"{os.uname().sysname} {os.uname().release}")
    _say(str(place), f"{usage.free >> 20} MiB free of {usage.total >> 20} MiB")
    private = platform.private_view()
    _say("isolation", "private /dev/shm" if private else "by names: unshare failed")
    _say("processors", str(len(os.sched_getaffinity(0))))
    found = [name for name in ("python3", "pypy3") if shutil.which(name)]
    _say("found", ", ".join(found))
    strace = shutil.which("strace")
    _say("explore", strace or "needs strace, which a package of that name has")


def _say(what: str, text: str) -> None:
    click.echo(f"{what:<12}{text}")


def _show_leftovers(clean: bool) -> int:
    from shm_conformance import guardian, ledger, platforms, processes, run
    from shm_conformance.results import BROKEN, CONFORMS

    is_left = False
    for folder in run.folders():
        if run.is_running(folder):
            continue
        token = folder.name
        _say("left", f"the ledger of a killed run, {folder}")
        _, entries = ledger.read(folder / "ledger.jsonl")
        for process in processes.marked(token):
            _say("left", f"process {process.pid} {process.name()}")
        for segment in ledger.residue(entries, token, platforms.current()):
            _say("left", f"segment {segment.name}, {segment.size} bytes")
        if clean:
            is_left |= not guardian.clean_up(folder, token)
    if clean:
        _say("leftovers", "some could not be cleared" if is_left else "cleared")
    return BROKEN if is_left else CONFORMS

"""What actors start besides actors: managers and trackers, and how these are killed."""

from __future__ import annotations

import os
import select
from collections.abc import Iterable
from contextlib import suppress

import psutil

from shm_conformance import processes
from shm_conformance.actors import Actor, Actors
from shm_conformance.remotes import Remote

# A process that was told to end needs only to be scheduled.
END_LIMIT = 2.0
TRACKER = "multiprocessing.resource_tracker"


def begin(owner: Actor, **options: object) -> tuple[Remote, list[psutil.Process]]:
    """Start a manager; the processes are those that this brought about, oldest first."""
    manager = owner.manager(**options)
    before = owner.actors.below(owner)
    manager.call("start")
    new = owner.actors.below(owner) - before
    return manager, sorted(
        new, key=lambda process: (process.create_time(), process.pid)
    )


def trackers_of(
    actor: Actor, managers: Iterable[psutil.Process] = ()
) -> list[psutil.Process]:
    """The resource trackers that an actor has started; *managers* are none of them."""
    known = {it.process.pid for it in actor.actors.cast} | {it.pid for it in managers}
    commands = processes.started_by(actor.process.pid, known)
    return [it for it, command in commands.items() if TRACKER in command]


def kill(actors: Actors, found: list[psutil.Process]) -> None:
    """Kill what actors have started, and wait for its end."""
    stage = actors.stage
    who = "tracker" if any(map(_is_tracker, found)) else "harness"
    for process in found:
        watch = stage.run.platform.exit_watch(process.pid)
        process.kill()
        # Its parent may let it lie, so that only this tells of its end.
        select.select([watch], [], [], stage.limits.exit)
        os.close(watch)
    actors.trace.add(who, "death", f"{len(found)} killed")


def _is_tracker(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return TRACKER in " ".join(process.cmdline())
    return False


def still_alive(found: list[psutil.Process]) -> list[psutil.Process]:
    """Those that do not end within a short while."""
    return processes.still_alive(found, END_LIMIT)

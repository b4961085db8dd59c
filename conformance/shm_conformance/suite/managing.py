"""What actors start besides actors: managers and trackers, and how these are killed."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Iterable

import psutil

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
    parent = psutil.Process(actor.process.pid)
    deadline = time.monotonic() + END_LIMIT
    while True:
        children = [it for it in parent.children() if it.pid not in known]
        commands = {it: _command(it) for it in children}
        # In the midst of its start a tracker is a copy of its parent, or nothing;
        # that it is done nobody tells.
        is_starting = not {"", _command(parent)}.isdisjoint(commands.values())
        if not is_starting or time.monotonic() > deadline:
            return [it for it, command in commands.items() if TRACKER in command]
        time.sleep(0.001)


def _command(process: psutil.Process) -> str:
    """What a process runs: empty in the midst of an exec."""
    try:
        return " ".join(process.cmdline())
    except (psutil.ZombieProcess, psutil.NoSuchProcess):
        return "(ended)"


def kill(actors: Actors, processes: list[psutil.Process]) -> None:
    """Kill what actors have started, and wait for its end."""
    stage = actors.stage
    for process in processes:
        watch = stage.run.platform.exit_watch(process.pid)
        process.kill()
        # Its parent may let it lie, so that only this tells of its end.
        select.select([watch], [], [], stage.limits.exit)
        os.close(watch)
    actors.trace.add("harness", "death", f"{len(processes)} killed")


def still_alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that do not end within a short while."""
    _, alive = psutil.wait_procs(processes, END_LIMIT)
    return alive

"""How a manager is started, and which processes that brings about."""

from __future__ import annotations

import psutil

from shm_conformance.actors import Actor
from shm_conformance.remotes import Remote

# A process that was told to end needs only to be scheduled.
END_LIMIT = 2.0


def begin(owner: Actor, **options: object) -> tuple[Remote, list[psutil.Process]]:
    """Start a manager; the processes are those that this brought about, oldest first."""
    manager = owner.manager(**options)
    before = _below(owner)
    manager.call("start")
    new = _below(owner) - before
    return manager, sorted(
        new, key=lambda process: (process.create_time(), process.pid)
    )


def _below(owner: Actor) -> set[psutil.Process]:
    return set(psutil.Process(owner.process.pid).children(recursive=True))

"""A manager's block goes while the manager is still there.

A worker makes a block through a manager, fills it, closes its handle and hands the
name on: the manager owns the block until it is shut down. On Windows the standard
library's manager only remembers names, so that the block goes with the worker's handle.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.disturbed import error_of
from shm_scenarios.scenario import Report, Scenario


def steps(actors: Actors) -> bool:
    """Close the only handle on a block of a running manager; it must be gone."""
    worker, other = actors.start_all("worker", "other")
    manager = worker.manager()
    manager.call("start")
    block = manager.make("SharedMemory", 16)
    name = block.get("name")

    block.close()
    error = error_of(lambda: other.shared_memory(name))

    manager.call("shutdown")
    return error == "FileNotFoundError"


SCENARIO = Scenario(
    id="a-manager-holds-no-block",
    kind="manager",
    title="A manager's block goes while the manager is still there",
    met=(),
    symptom="FileNotFoundError for a block of a manager that has not been shut down, on Windows only",
    cast={
        "worker": "starts a manager, makes a block through it, and closes its handle",
        "other": "attaches by the name that it was told",
    },
    advice="Keep a handle open beside the manager until others have attached.",
    shown_by="faulty:close_unlinks",
    spared="reference",
    steps=steps,
    platforms="all",
    report=Report(
        expected="A block that a SharedMemoryManager has made exists until the manager is shut down; that is what it is for.",
        actual="On Windows the manager's process keeps only the names. A block goes with the last handle of those who use it, and the manager has none.",
    ),
)

"""The manager of a killed owner lives on, with all its blocks.

The process that started a SharedMemoryManager is killed. The manager does not notice:
it waits for connections for ever, and keeps every block; so does the tracker of the
family, as one of its members is alive.
"""

from __future__ import annotations

import signal

from shm_conformance.actors import Actors
from shm_conformance.suite.managing import begin, kill, still_alive
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Kill the owner; the manager must still be there, and the block as well."""
    owner = actors.start("owner")
    manager, started = begin(owner)
    block = manager.make("SharedMemory", 16)

    owner.kill(signal.SIGKILL)
    alive = still_alive(started)

    is_there = actors.look(block.name) is not None
    kill(actors, alive)
    return bool(alive) and is_there


SCENARIO = Scenario(
    id="manager-outlives-its-owner",
    kind="manager",
    title="The manager of a killed owner lives on, with all its blocks",
    met=("https://github.com/python/cpython/issues/81158",),
    symptom="Orphaned Python processes and blocks that stay until they are killed by hand",
    cast={
        "owner": "starts a manager, has it make a block, and is killed",
    },
    advice="End owners by signals that Python can handle, and kill what is left of a killed one.",
    shown_by="faulty:a_manager_does_not_look_after_its_owner",
    spared="reference",
    steps=steps,
)

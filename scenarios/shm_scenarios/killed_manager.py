"""The blocks of a killed manager stay as long as its owner.

The out-of-memory killer ends the process of a SharedMemoryManager. Its owner shuts
the manager down, without an error or with one; no block is released by that, as only
the manager knew which there were. They stay until the owner ends and its tracker
removes them, which may be weeks later.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.suite.managing import begin, kill
from shm_scenarios.disturbed import error_of
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Kill the manager, have its owner shut it down; the block must be left."""
    owner = actors.start("owner")
    manager, started = begin(owner)
    block = manager.make("SharedMemory", 16)

    kill(actors, started[-1:])
    error_of(lambda: manager.call("shutdown"))

    return actors.look(block.name) is not None


SCENARIO = Scenario(
    id="a-killed-managers-blocks-stay",
    kind="manager",
    title="The blocks of a killed manager stay as long as its owner",
    met=(),
    symptom="Memory is not given back after a manager was killed, however often another one is started",
    cast={
        "owner": "starts a manager, has it make a block, and shuts it down after its death",
    },
    advice="Keep the names, and unlink what is left after a manager that did not end in order. Only the manager knows its blocks, so that no implementation is spared.",
    shown_by="reference",
    spared=None,
    steps=steps,
)

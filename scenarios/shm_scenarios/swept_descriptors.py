"""A daemon that closes all descriptors removes its blocks.

Daemons close every descriptor that they have not opened themselves, as textbooks have
it: os.closerange(3, 65536). One of them is the pipe to the resource tracker, which
takes its end for the end of the program, and removes the blocks under its feet.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.suite.managing import still_alive, trackers_of
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Close the tracker's pipe as a sweep does; the block must go while its owner lives."""
    owner = actors.start("owner")
    block = owner.shared_memory(create=True, size=16)
    trackers = trackers_of(owner)
    owner.run("import os; from multiprocessing import resource_tracker")
    owner.run("pipe = resource_tracker._resource_tracker._fd")

    owner.run("os.closerange(pipe, pipe + 1)")
    is_over = not still_alive(trackers)

    return bool(trackers) and is_over and actors.look(block.name) is None


SCENARIO = Scenario(
    id="a-sweep-of-descriptors-removes-the-blocks",
    kind="environment",
    title="A daemon that closes all descriptors removes its blocks",
    met=(),
    symptom="Blocks are gone as soon as a service has made a daemon of itself",
    cast={
        "owner": "creates a block, and closes what it does not know",
    },
    advice="Become a daemon first, create blocks then. The tracker belongs to the interpreter, so that no implementation that shares it is spared.",
    shown_by="reference",
    spared=None,
    steps=steps,
)

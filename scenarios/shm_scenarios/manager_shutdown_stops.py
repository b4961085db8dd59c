"""One block that was unlinked keeps a manager from removing the others.

A program unlinks a block of its SharedMemoryManager itself, as it is done with it. At
shutdown the manager meets the missing name, fails, and leaves every block that it
would have come to after that one.
"""

from __future__ import annotations

from contextlib import suppress

from shm_conformance.actors import Actors
from shm_conformance.errors import TargetError
from shm_conformance.suite.managing import begin
from shm_scenarios.scenario import Report, Scenario


def steps(actors: Actors) -> bool:
    """Unlink the first block, shut down; another one must be left."""
    owner = actors.start("owner")
    manager, _ = begin(owner)
    blocks = [manager.make("SharedMemory", 16) for _ in range(3)]
    blocks[0].unlink()

    with suppress(TargetError):
        manager.call("shutdown")

    return any(actors.look(block.name) is not None for block in blocks)


SCENARIO = Scenario(
    id="shutdown-stops-at-a-missing-block",
    kind="manager",
    title="One block that was unlinked keeps a manager from removing the others",
    met=(),
    symptom="Blocks of a manager that stay after its shutdown; a FileNotFoundError traceback",
    cast={
        "owner": "makes three blocks, unlinks one, shuts down",
    },
    advice="Leave unlinking to the manager.",
    shown_by="faulty:shutdown_stops_at_an_unlinked_block",
    spared="reference",
    steps=steps,
    report=Report(
        expected="shutdown() passes over a block that is gone, as its user has unlinked it, and releases all others.",
        actual="The server raises FileNotFoundError at the missing name, and every block that comes after it stays until the resource tracker of the owner removes it, with a warning.",
    ),
)

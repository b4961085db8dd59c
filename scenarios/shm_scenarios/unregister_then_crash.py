"""The usual work-around leaves blocks behind after a crash.

To keep a reader's tracker from destroying a block, readers unregister it right after
they have attached. Where reader and owner share a tracker, that takes out the owner's
entry: if the owner is killed later, nobody knows of the block any more, and it
stays.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Unregister in a child, kill the owner; the block must be left."""
    owner = actors.start("owner")
    block = owner.shared_memory(create=True, size=16)
    reader = owner.start_child("spawn", "reader")
    reader.shared_memory(block.name)
    reader.run("from multiprocessing import resource_tracker")
    reader.run(f"resource_tracker.unregister('/{block.name}', 'shared_memory')")
    reader.end("return")

    owner.kill(9)
    actors.wait_gone(owner, reader)

    return actors.look(block.name) is not None


SCENARIO = Scenario(
    id="unregister-leaves-blocks-behind",
    kind="leak-after-crash",
    title="The usual work-around leaves blocks behind after a crash",
    met=(
        "https://github.com/vllm-project/vllm/issues/5468",
        "https://github.com/mlcommons/storage/issues/777",
    ),
    symptom="Blocks stay after a crash, though the tracker was alive",
    cast={
        "owner": "creates a block, and is killed",
        "reader": "is its child, attaches, and unregisters the block",
    },
    advice="From 3.13 on attach with track=False; before, do not unregister where owner and reader are relatives. The tracker's list is shared, so that no implementation is spared.",
    shown_by="reference",
    spared=None,
    steps=steps,
)

"""A worker reports a leak of what its parent has unlinked.

Workers are forked before the parent has used shared memory, so that each has a
tracker of its own. A worker creates a block, the parent attaches, reads and unlinks
it, all as it should be. The worker's tracker knows nothing of that: as the worker
ends, it reports a leak, and fails to remove what is gone.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Fork early, create there and unlink here; the worker's tracker must report a leak."""
    parent = actors.start("parent")
    worker = parent.start_child("fork", "worker")
    block = worker.shared_memory(create=True, size=16)
    parent.shared_memory(block.name).unlink()

    worker.end("return")
    parent.end("return")
    actors.wait_gone(worker, parent)

    return "leaked shared_memory" in worker.stderr + parent.stderr


SCENARIO = Scenario(
    id="worker-reports-a-leak",
    kind="tracker-sharing",
    title="A worker reports a leak of what its parent has unlinked",
    met=("https://github.com/python/cpython/issues/84140",),
    symptom="There appear to be 1 leaked shared_memory objects, and No such file or directory, from workers",
    cast={
        "parent": "forks, and unlinks what the worker has made",
        "worker": "creates a block, and ends last of all",
    },
    advice="Start the tracker before the first fork: multiprocessing.resource_tracker.ensure_running().",
    shown_by="faulty:fork_does_not_start_the_tracker",
    spared="reference",
    steps=steps,
)

"""A result vanishes with the forked worker that made it.

A worker puts its result into a block, sends the name to its parent and ends. The
parent attaches a moment later and finds nothing: the worker was forked before the
parent had a tracker, so it started one of its own, which removed the block with its
end.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.errors import TargetError
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Create in a forked worker that ends; the parent must not find the block."""
    parent = actors.start("parent")
    worker = parent.start_child("fork", "worker")
    block = worker.shared_memory(create=True, size=16)
    block.write(0, b"result")
    block.close()
    worker.end("return")
    actors.wait_gone(worker)

    try:
        parent.shared_memory(block.name)
    except TargetError as error:
        return error.failure.type == "FileNotFoundError"
    return False


SCENARIO = Scenario(
    id="result-gone-with-its-worker",
    kind="tracker-sharing",
    title="A result vanishes with the forked worker that made it",
    met=(
        "https://github.com/sgl-project/sglang/issues/21665",
        "https://github.com/dask/zict/issues/86",
    ),
    symptom="FileNotFoundError on attach to a name that a worker has just sent",
    cast={
        "parent": "forks the worker, and attaches after its end",
        "worker": "creates, writes, closes, ends",
    },
    advice="Have the parent's tracker run before it forks, or attach before the worker ends.",
    shown_by="faulty:fork_does_not_start_the_tracker",
    spared="reference",
    steps=steps,
)

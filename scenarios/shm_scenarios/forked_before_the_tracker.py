"""A sibling that was forked early takes the block of another one away.

A program forks its workers before anything has used shared memory. One worker creates
a block, another one attaches to it and exits. Each of them has started a resource
tracker of its own, and that of the second worker takes the end of its only client for
the end of the block. The documentation says that processes with a common ancestor
share a tracker.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Fork two siblings at once, let one attach and end; the block must be gone then."""
    parent = actors.start("parent")
    maker = parent.start_child("fork", "maker")
    reader = parent.start_child("fork", "reader")
    block = maker.shared_memory(create=True, size=16)
    reader.shared_memory(block.name).close()

    reader.end("return")
    actors.wait_gone(reader)

    return actors.look(block.name) is None


SCENARIO = Scenario(
    id="siblings-forked-early",
    kind="tracker-sharing",
    title="A sibling that was forked early takes the block of another one away",
    met=(
        "https://github.com/joblib/loky/issues/242",
        "https://github.com/python/cpython/issues/84140",
    ),
    symptom="FileNotFoundError or a leak warning in the surviving worker, with start method fork only; with spawn or forkserver all is well",
    cast={
        "parent": "forks both workers before it uses shared memory",
        "maker": "creates the block and lives on",
        "reader": "attaches, closes, exits",
    },
    advice="Start the tracker in the parent before forking (multiprocessing.resource_tracker.ensure_running), or use spawn or forkserver.",
    shown_by="faulty:fork_does_not_start_the_tracker",
    spared="reference",
    steps=steps,
)

"""A tracker that was killed forgets what it had to remove.

A profiler, a signal to the group or the out-of-memory killer ends the resource
tracker while its program lives. The next use of shared memory starts another one,
with a warning; what the first one knew is forgotten, and stays behind at the end of
the program.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.suite.managing import kill, trackers_of
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Kill the tracker between two creations; the first block must be left."""
    owner = actors.start("owner")
    before = owner.shared_memory(create=True, size=16)
    kill(actors, trackers_of(owner))
    owner.shared_memory(create=True, size=16)

    owner.end("os._exit")
    actors.wait_gone(owner)

    return actors.look(before.name) is not None


SCENARIO = Scenario(
    id="tracker-forgets",
    kind="leak-after-crash",
    title="A tracker that was killed forgets what it had to remove",
    met=(
        "https://github.com/plasma-umass/scalene/issues/231",
        "https://github.com/tqdm/tqdm/issues/1355",
    ),
    symptom="resource_tracker: process died unexpectedly, relaunching; later blocks that nobody removes",
    cast={
        "owner": "creates a block before and one after the death of its tracker, and ends",
    },
    advice="Unlink in the program itself; the tracker is a net, and a net with one thread.",
    shown_by="reference",
    spared=None,
    steps=steps,
)

"""Unlinking after the death of the tracker upsets the next one.

The resource tracker is killed. The next unlink() is right, and works; but it starts
another tracker only to tell it to forget what it has never heard of, so that a
KeyError is printed with a traceback that names no line of the program.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.suite.managing import kill, trackers_of
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Kill the tracker, unlink; the new tracker must print a traceback."""
    owner = actors.start("owner")
    block = owner.shared_memory(create=True, size=16)
    kill(actors, trackers_of(owner))

    block.unlink()
    owner.end("return")
    actors.wait_gone(owner)

    return "KeyError" in owner.stderr


SCENARIO = Scenario(
    id="unlink-after-the-trackers-death",
    kind="tracker-noise",
    title="Unlinking after the death of the tracker upsets the next one",
    met=("https://github.com/plasma-umass/scalene/issues/231",),
    symptom="KeyError in resource_tracker.py after process died unexpectedly, relaunching",
    cast={
        "owner": "unlinks its block after its tracker was killed",
    },
    advice="Nothing is lost: the block was removed. Keep profilers and memory watchers off the tracker.",
    shown_by="faulty:unlink_tells_the_tracker_twice",
    spared=None,
    steps=steps,
)

"""A creation that fails upsets the tracker at the end of the program.

There is no room for a block: the size is absurd, or /dev/shm is full. The creation
fails as it should, and takes its name back from the resource tracker, which has never
heard it. At the end of the program the tracker prints a KeyError that no exit code
tells of.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.suite.endings import with_tracker
from shm_scenarios.disturbed import error_of
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Create what no machine can map; the tracker must print a traceback."""
    creator = with_tracker(actors.start("creator"))
    error = error_of(
        lambda: creator.shared_memory(actors.name(), create=True, size=2**50)
    )

    creator.end("return")
    actors.wait_gone(creator)

    return bool(error) and "KeyError" in creator.stderr


SCENARIO = Scenario(
    id="failed-create-upsets-the-tracker",
    kind="tracker-noise",
    title="A creation that fails upsets the tracker at the end of the program",
    met=(
        "https://github.com/wool-labs/wool/issues/340",
        "https://github.com/python/cpython/issues/153279",
    ),
    symptom="KeyError in resource_tracker.py after a MemoryError or OSError that was handled long ago",
    cast={
        "creator": "asks for a petabyte, and ends",
    },
    advice="Harmless but for the noise.",
    shown_by="faulty:failed_create_confuses_the_tracker",
    spared="reference",
    steps=steps,
)

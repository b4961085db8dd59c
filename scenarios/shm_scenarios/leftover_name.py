"""A name left over from a crash stops every restart.

A service uses a fixed name for its block. After a crash that has taken the tracker
along the name is still there, and create=True raises FileExistsError at each start,
until somebody removes the file by hand.
"""

from __future__ import annotations

import signal

from shm_conformance.actors import Actors
from shm_conformance.suite.managing import kill, trackers_of
from shm_scenarios.disturbed import error_of
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Kill a creator with its tracker; another process cannot create the name."""
    name, first = actors.name(), actors.start("first")
    first.shared_memory(name, create=True, size=16)
    kill(actors, trackers_of(first))
    first.kill(signal.SIGKILL)
    actors.wait_gone(first)

    second = actors.start("second")
    error = error_of(lambda: second.shared_memory(name, create=True, size=16))
    return error == "FileExistsError"


SCENARIO = Scenario(
    id="leftover-name-stops-the-restart",
    kind="leak-after-crash",
    title="A name left over from a crash stops every restart",
    met=(
        "https://github.com/brickbots/PiFinder/issues/465",
        "https://github.com/airo-ugent/airo-mono/issues/98",
    ),
    symptom="FileExistsError at every start of a service that once was killed",
    cast={
        "first": "creates the block, and dies with its tracker",
        "second": "is the restart",
    },
    advice="Attach and unlink before creating, or create under a fresh name and publish that.",
    shown_by="reference",
    spared=None,
    steps=steps,
)

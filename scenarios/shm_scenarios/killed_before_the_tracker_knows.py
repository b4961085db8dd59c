"""A process that is killed while it creates a block leaves it for ever.

The out-of-memory killer, a supervisor or an impatient user kills a process in the
middle of a creation. The block exists by then, but its name has not been told to the
resource tracker yet: nobody will ever remove it, and no warning is printed.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.suite.endings import with_tracker
from shm_scenarios.disturbed import kill_at
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Kill the creator before it maps; the block must be left when its tracker has ended."""
    creator, name = with_tracker(actors.start("creator")), actors.name()

    # The size is asked for between sizing and mapping. Memory may be mapped earlier.
    kill_at(
        creator, "%fstat", lambda: creator.shared_memory(name, create=True, size=16)
    )

    return actors.look(name) is not None


SCENARIO = Scenario(
    id="killed-before-the-tracker-knows",
    kind="leak-after-crash",
    title="A process that is killed while it creates a block leaves it for ever",
    met=("https://github.com/python/cpython/issues/92408",),
    symptom="Files in /dev/shm that no process has open, after processes were killed; no leak warning",
    cast={
        "creator": "is killed as it asks for the size of the new block, to map it",
    },
    advice="Look through /dev/shm after a kill; use an implementation that announces a name before it creates the block.",
    shown_by="faulty:creation_is_announced_by_nobody",
    spared="reference",
    steps=steps,
)

"""SIGKILL to the whole family leaves every block behind.

A container is stopped, or a process group killed. The resource tracker is of the same
group and dies as well, so that nobody is left to remove the blocks; /dev/shm fills up
from run to run, until a new program dies of SIGBUS.
"""

from __future__ import annotations

import signal

from shm_conformance.actors import Actors
from shm_conformance.suite.managing import kill, trackers_of
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Kill the tracker, then its owner; the block must be left."""
    owner = actors.start("owner")
    block = owner.shared_memory(create=True, size=16)

    kill(actors, trackers_of(owner))
    owner.kill(signal.SIGKILL)
    actors.wait_gone(owner)

    return actors.look(block.name) is not None


SCENARIO = Scenario(
    id="killed-with-its-tracker",
    kind="leak-after-crash",
    title="SIGKILL to the whole family leaves every block behind",
    met=(
        "https://github.com/sgl-project/sglang/issues/28089",
        "https://github.com/vllm-project/vllm/issues/51317",
    ),
    symptom="psm_ files pile up in /dev/shm with each restart of a service that is killed as a group",
    cast={
        "owner": "creates a block, and is killed right after its tracker",
    },
    advice="No implementation that relies on a process can avoid it: remove blocks by name at the next start, or end the group by SIGTERM.",
    shown_by="reference",
    spared=None,
    steps=steps,
)

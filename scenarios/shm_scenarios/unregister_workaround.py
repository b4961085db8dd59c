"""The usual work-around makes a tracker fail at somebody else's unlink.

To keep a reader from destroying a block, its program calls
resource_tracker.unregister() right after the attach. Where the reader is a relative
of the creator they share one tracker, which holds names in a set: the call has taken
out the creator's entry. Its unlink() takes it out a second time, and the tracker
prints a KeyError. If the creator crashes instead, the block is left behind.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Unregister in a child that attached; the owner's unlink must upset the tracker."""
    owner = actors.start("owner")
    block = owner.shared_memory(create=True, size=16)
    reader = owner.start_child("spawn", "reader")
    reader.shared_memory(block.name)
    reader.run("from multiprocessing import resource_tracker")
    reader.run(f"resource_tracker.unregister('/{block.name}', 'shared_memory')")

    block.unlink()
    reader.end("return")
    owner.end("return")
    actors.wait_gone(owner, reader)

    return "KeyError" in owner.stderr + reader.stderr


SCENARIO = Scenario(
    id="unregister-after-attach",
    kind="tracker-noise",
    title="The usual work-around makes a tracker fail at somebody else's unlink",
    met=(
        "https://github.com/vllm-project/vllm/issues/5468",
        "https://github.com/mlcommons/storage/issues/777",
        "https://github.com/wool-labs/wool/issues/336",
    ),
    symptom="KeyError: '/psm_...' in a traceback of resource_tracker.py, at the end of a program that worked",
    cast={
        "owner": "creates, and unlinks in the end",
        "reader": "a child that attaches and unregisters",
    },
    advice="Attach with track=False (Python 3.13+). The tracker cannot be asked, so that no implementation can mend the call.",
    shown_by="reference",
    spared=None,
    steps=steps,
)

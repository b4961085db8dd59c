"""The tracker complains of a block that was unlinked while it was attached.

A consumer attaches just as the owner, a relative, unlinks. The owner takes the name
out of their common tracker, then the consumer puts it in: at the end the tracker
reports a leak, and fails to remove what is gone. If the name is used again in the
meantime, the new block is removed.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.disturbed import attaching, hold_after
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Hold the attach after its openat, unlink; the tracker must report a leak."""
    owner = actors.start("owner")
    block, spare = [owner.shared_memory(create=True, size=16) for _ in "12"]
    consumer = owner.start_child("spawn", "consumer")

    hold_after(
        consumer,
        "/dev/shm/",
        lambda: consumer.shared_memory(spare.name),
        attaching(consumer, block.name),
        block.unlink,
    )
    spare.unlink()
    consumer.end("return")
    owner.end("return")
    actors.wait_gone(owner, consumer)

    return "leaked shared_memory" in owner.stderr + consumer.stderr


SCENARIO = Scenario(
    id="unlinked-while-it-is-attached",
    kind="tracker-noise",
    title="The tracker complains of a block that was unlinked while it was attached",
    met=("https://github.com/gem/oq-engine/issues/9676",),
    symptom="There appear to be 1 leaked shared_memory objects, though everything was unlinked",
    cast={
        "owner": "creates, and unlinks while the consumer is held",
        "consumer": "a child that is held in the middle of its attach",
    },
    advice="Unlink when nobody attaches any more. The order of the two messages cannot be known to either, so that no implementation is spared.",
    shown_by="reference",
    spared=None,
    steps=steps,
)

"""A dead name in a tracker destroys the next block that bears it.

A consumer attaches just as its relative, the owner, unlinks: the name is put into
their common tracker after it has been taken out. Nobody notices, until a program
that has nothing to do with them creates a block of the same name. When the family
ends, its tracker removes that block.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.disturbed import attaching, hold_after
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Hold the attach after its open, unlink, and use the name anew; the new block must go."""
    owner, stranger = actors.start_all("owner", "stranger")
    block, spare = [
        owner.shared_memory(actors.name(), create=True, size=16) for _ in "12"
    ]
    consumer = owner.start_child("spawn", "consumer")
    hold_after(
        consumer,
        "/dev/shm/",
        lambda: consumer.shared_memory(spare.name),
        attaching(consumer, block.name),
        block.unlink,
    )
    spare.unlink()

    stranger.shared_memory(block.name, create=True, size=16)
    consumer.end("return")
    owner.end("return")
    actors.wait_gone(consumer, owner)

    return actors.look(block.name) is None


SCENARIO = Scenario(
    id="a-dead-name-destroys-its-successor",
    kind="tracker-destroys-early",
    title="A dead name in a tracker destroys the next block that bears it",
    met=(),
    symptom="A block with a fixed name disappears when an unrelated program ends",
    cast={
        "owner": "creates, and unlinks while the consumer is held",
        "consumer": "is a child of the owner, held in the middle of its attach",
        "stranger": "creates a block of the same name",
    },
    advice="Let generated names be; nobody uses them twice. The order of the two messages cannot be known to either, so that no implementation is spared.",
    shown_by="reference",
    spared=None,
    steps=steps,
)

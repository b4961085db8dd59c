"""Each open block costs two descriptors.

A program that keeps some hundreds of blocks open runs out of descriptors at half of
the limit: the handle has one, and the mapping keeps a copy of its own.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Count the descriptors of one block in the process that created it."""
    owner = actors.start("owner")
    block = owner.shared_memory(create=True, size=16)

    return actors.descriptors(owner, actors.look(block.name)) > 1


SCENARIO = Scenario(
    id="two-descriptors-a-block",
    kind="fd-leak",
    title="Each open block costs two descriptors",
    met=("https://github.com/pytorch/pytorch/issues/973",),
    symptom="OSError: Too many open files at half as many blocks as the limit allows",
    cast={
        "owner": "creates a block",
    },
    advice="Raise the limit. From Python 3.13 on a mapping can do without its copy, and shm_reference has it do so; before that nobody is spared.",
    shown_by="faulty:each_block_has_a_descriptor_more",
    spared=None,
    steps=steps,
)

"""A slash in front of the name makes the tracker complain about a block that is gone.

One part of a program says block, another one /block. The system folds leading
slashes, so both mean the same memory; the resource tracker does not, and holds two
names. The creator unlinks one of them, and at the end the tracker reports the other
one as leaked, tries to remove it, and fails.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Attach with a slash, unlink without; the tracker must report a leak."""
    owner, name = actors.start("owner"), actors.name()
    block = owner.shared_memory(name, create=True, size=16)
    owner.shared_memory(f"/{name}").close()
    block.unlink()

    owner.end("return")
    actors.wait_gone(owner)

    return "leaked shared_memory" in owner.stderr


SCENARIO = Scenario(
    id="two-spellings-of-a-name",
    kind="name",
    title="A slash in front of the name makes the tracker complain about a block that is gone",
    met=("https://github.com/python/cpython/issues/105380",),
    symptom="There appear to be 1 leaked shared_memory objects, and then: No such file or directory",
    cast={
        "owner": "creates the block, and attaches as /NAME",
        "tracker": "hears two names",
    },
    advice="Spell names without a slash.",
    shown_by="faulty:slash_is_tracked_as_given",
    spared="reference",
    steps=steps,
)

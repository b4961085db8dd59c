"""A newline in a name removes somebody else's block.

What the resource tracker is told are lines of text. A name with newlines in it is
several lines, and what stands in them is taken for messages of its own: a name that
comes from a user or from a file can so register a block of others, which the tracker
removes when the program ends.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.disturbed import error_of
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Create and unlink a name that says to register a stranger's block; that must go."""
    owner, creator = actors.start_all("owner", "creator")
    block = owner.shared_memory(create=True, size=16)
    name = actors.name(f"\nREGISTER:{block.name}:shared_memory\n")

    error_of(lambda: creator.shared_memory(name, create=True, size=16).unlink())
    creator.end("return")
    actors.wait_gone(creator)

    return actors.look(block.name) is None


SCENARIO = Scenario(
    id="a-newline-in-a-name-removes-others-blocks",
    kind="name",
    title="A newline in a name removes somebody else's block",
    met=("https://github.com/python/cpython/issues/98896",),
    symptom="A block is gone though nobody that knows of it has unlinked it",
    cast={
        "owner": "has a block",
        "creator": "uses a name with newlines, and ends",
    },
    advice="Check names that come from outside: letters, digits and a few signs are enough.",
    shown_by="faulty:lines_of_a_name_are_messages",
    spared="reference",
    steps=steps,
)

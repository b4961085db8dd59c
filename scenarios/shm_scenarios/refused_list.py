"""A list that is refused leaves its block behind.

One of the values is an int beyond 64 bits. The struct.error comes when the block is
there already; it keeps its name, and the list cannot be made again under it.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.disturbed import error_of
from shm_scenarios.scenario import Report, Scenario


def steps(actors: Actors) -> bool:
    """Make a list with an int that is too large; a block must be left."""
    owner, name = actors.start("owner"), actors.name()
    error = error_of(lambda: owner.shareable_list([1, 2**63], name=name))

    return bool(error) and actors.look(name) is not None


SCENARIO = Scenario(
    id="refused-list-leaves-a-block",
    kind="leak-after-error",
    title="A list that is refused leaves its block behind",
    met=(),
    symptom="FileExistsError when a corrected list is made under the same name",
    cast={
        "owner": "makes a list with a value of 2**63, by name",
    },
    advice="Check values before making the list.",
    shown_by="faulty:refused_int_leaves_a_block",
    spared="reference",
    steps=steps,
    platforms="all",
    report=Report(
        expected="The error is raised before anything exists, or what was created is removed again.",
        actual="The values are packed when the block exists already. It stays, and with a given name the next try raises FileExistsError.",
    ),
)

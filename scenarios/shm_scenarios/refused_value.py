"""A value that is refused has destroyed the one that was there.

A counter passes 64 bits. The assignment raises struct.error, as it must; but the type
of the item was written before, and the old value can no longer be read as what it
was.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.errors import TargetError
from shm_scenarios.disturbed import error_of
from shm_scenarios.scenario import Report, Scenario


def steps(actors: Actors) -> bool:
    """Assign an int that is too large; the old str must be gone."""
    block = actors.start("owner").shareable_list(["old text"])

    error = error_of(lambda: block.apply("setitem", 0, 2**63))

    try:
        is_whole = block.apply("getitem", 0) == "old text"
    except TargetError:
        is_whole = False
    return bool(error) and not is_whole


SCENARIO = Scenario(
    id="refused-value-destroys-the-old",
    kind="list-corruption",
    title="A value that is refused has destroyed the one that was there",
    met=(),
    symptom="After an exception that was handled, an item reads as a number that nobody wrote",
    cast={
        "owner": "assigns 2**63 to an item that holds a str",
    },
    advice="Check values before assigning.",
    shown_by="faulty:refused_int_clears_the_item",
    spared="reference",
    steps=steps,
    platforms="all",
    report=Report(
        expected="The old value stays as it was.",
        actual="The format of the item is written first, then the value is refused. The item has the type of the one and the bytes of the other.",
    ),
)

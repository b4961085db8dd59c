"""An item whose type changes is read as an error, or as what nobody wrote.

One process assigns a number where a str was, another one reads the item at that
moment. Type and content are written one after the other; the reader gets the one with
the other: an AttributeError, a ValueError, or a value that nobody has written. No
atomicity is promised.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.suite.together import getting, setting, together
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Assign and read at once for a while; a read must raise what no order explains."""
    writer, reader = actors.start_all("writer", "reader")
    block = writer.shareable_list(["seven"])
    far = reader.shareable_list(name=block.name)

    _, (seen,) = together(
        actors,
        (writer, [setting(block, 0, 7), setting(block, 0, "seven")]),
        (reader, [getting(far, 0)]),
    )

    return "AttributeError" in [it.value for it in seen if it.kind == "error"]


SCENARIO = Scenario(
    id="type-changes-while-it-is-read",
    kind="list-corruption",
    title="An item whose type changes is read as an error, or as what nobody wrote",
    met=("https://github.com/python/cpython/issues/81833",),
    symptom="AttributeError: 'int' object has no attribute 'rstrip', now and then, from reading a list",
    cast={
        "writer": "assigns 7 and seven in turn",
        "reader": "reads the item",
    },
    advice="Keep the types of items, or use a lock.",
    shown_by="stdlib",
    spared="reference",
    steps=steps,
    platforms="all",
    is_chance=True,
)

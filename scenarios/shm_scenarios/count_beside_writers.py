"""count() fails while another process assigns numbers.

A ShareableList of numbers is a table of counters: one process adds, another one asks
count() or index(). Types never change; but each assignment writes the format of the
item anew, which is empty for a moment, and the reader gets a ValueError.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.suite.together import calling, setting, together
from shm_scenarios.scenario import Report, Scenario


def steps(actors: Actors) -> bool:
    """Count and assign at once for a while; count must fail at least once."""
    writer, reader = actors.start_all("writer", "reader")
    block = writer.shareable_list([1] * 8)
    far = reader.shareable_list(name=block.name)

    _, (seen,) = together(
        actors,
        (writer, [setting(block, at, value) for at in range(8) for value in (1, 2)]),
        (reader, [calling(far, "count", "absent")]),
    )

    return any(outcome.kind == "error" for outcome in seen)


SCENARIO = Scenario(
    id="count-fails-beside-a-writer",
    kind="list-corruption",
    title="count() fails while another process assigns numbers",
    met=(),
    symptom="ValueError from count(), index() or iteration, once in many thousand calls",
    cast={
        "writer": "assigns ints to ints",
        "reader": "counts",
    },
    advice="Use a lock.",
    shown_by="stdlib",
    spared="reference",
    steps=steps,
    report=Report(
        expected="count() gives the number of items that are equal, whatever other processes assign meanwhile, as long as no type changes.",
        actual="count() raises ValueError now and then: an assignment writes the format of the item anew even if it stays the same, and a reader finds it empty for a moment.",
    ),
    is_chance=True,
)

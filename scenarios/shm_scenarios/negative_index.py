"""An index before the beginning writes into another part of the block.

Off by one: a[-len(a) - 1] = x. For a list of Python that is an IndexError. Here
reading gives rubbish, and writing destroys the bookkeeping of the list for every
process that shares it.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.disturbed import error_of
from shm_scenarios.scenario import Report, Scenario


def steps(actors: Actors) -> bool:
    """Assign before the beginning; bytes of the block must change without an IndexError."""
    block = actors.start("owner").shareable_list([1, 2, 3])
    before = block.shm.read()

    error = error_of(lambda: block.apply("setitem", -4, 7))

    return error != "IndexError" and block.shm.read() != before


SCENARIO = Scenario(
    id="index-before-the-list",
    kind="list-corruption",
    title="An index before the beginning writes into another part of the block",
    met=(),
    symptom="A ShareableList that suddenly cannot be read by anybody",
    cast={
        "owner": "assigns at -len - 1",
    },
    advice="Check indices that are computed.",
    shown_by="faulty:assignment_far_back_overwrites_the_end",
    spared="reference",
    steps=steps,
    platforms="all",
    report=Report(
        expected="IndexError, as for every sequence, and nothing is written.",
        actual="An index below -len(list) is not checked. It is taken for a place before the list's data, in its own bookkeeping, which is overwritten for every process that shares the block.",
    ),
)

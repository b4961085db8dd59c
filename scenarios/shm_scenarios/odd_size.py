"""A size that is refused leaves an empty block behind.

A size is computed, and comes out as 1.5 or beyond 64 bits. The TypeError is raised by
the second system call of the creation, whose first one has made the name: an empty
block stays, untracked, and the next creation of that name raises FileExistsError.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.disturbed import error_of
from shm_scenarios.scenario import Report, Scenario


def steps(actors: Actors) -> bool:
    """Create with a size that is no int; a block must be left."""
    owner, name = actors.start("owner"), actors.name()
    error = error_of(lambda: owner.shared_memory(name, create=True, size=1.5))

    return bool(error) and actors.look(name) is not None


SCENARIO = Scenario(
    id="refused-size-leaves-a-block",
    kind="leak-after-error",
    title="A size that is refused leaves an empty block behind",
    met=(),
    symptom="FileExistsError after the size was put right",
    cast={
        "owner": "creates with a size of 1.5",
    },
    advice="Pass int sizes; remove the file in /dev/shm by hand.",
    shown_by="faulty:wrong_size_is_noticed_late",
    spared="reference",
    steps=steps,
    platforms="all",
    report=Report(
        expected="The error is raised before anything exists, or what was created is removed again.",
        actual="shm_open() has created the name when ftruncate() refuses the size. Only OSError leads to the clean-up; after a TypeError or an OverflowError an empty block stays, which no tracker knows.",
    ),
)

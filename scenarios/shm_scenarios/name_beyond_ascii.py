"""A name beyond ASCII is refused too late.

The resource tracker is told of names in ASCII. A block whose name has an accent in it
is created, then its name cannot be told: creating raises UnicodeEncodeError, and the
block stays behind for ever.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.suite.endings import with_tracker
from shm_scenarios.disturbed import error_of
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Create with an accent in the name; an error must come, and the block be left."""
    creator, name = with_tracker(actors.start("creator")), actors.name("é")
    error = error_of(lambda: creator.shared_memory(name, create=True, size=16))

    creator.end("return")
    actors.wait_gone(creator)

    return bool(error) and actors.look(name) is not None


SCENARIO = Scenario(
    id="name-beyond-ascii-stays",
    kind="name",
    title="A name beyond ASCII is refused too late",
    met=("https://github.com/python/cpython/issues/98896",),
    symptom="UnicodeEncodeError from SharedMemory(), and FileExistsError at the next start",
    cast={
        "creator": "creates a block whose name has an accent",
    },
    advice="Keep to ASCII in names; Python 3.15 can tell its tracker every name.",
    shown_by="faulty:what_is_not_ascii_is_refused_too_late",
    spared="reference",
    steps=steps,
)

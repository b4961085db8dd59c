"""A name with a NUL means another block.

A name comes from a file or the network, and has a NUL in it. The part behind it is
cut off on the way to the system, so that the program attaches to, or unlinks, a block
that belongs to somebody else.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.disturbed import error_of
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Attach to a name with a NUL behind a name that exists; it must succeed."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=16)

    return not error_of(lambda: other.shared_memory(f"{block.name}\0more"))


SCENARIO = Scenario(
    id="a-nul-in-the-name",
    kind="name",
    title="A name with a NUL means another block",
    met=("https://github.com/python/cpython/issues/115886",),
    symptom="An attach that succeeds for a name that nobody has created",
    cast={
        "owner": "creates a block",
        "other": "asks for its name, a NUL, and more",
    },
    advice="Check names from outside; Python 3.13 and later refuse them.",
    shown_by="faulty:attach_cuts_the_name_at_nul",
    spared="reference",
    steps=steps,
    platforms="all",
)

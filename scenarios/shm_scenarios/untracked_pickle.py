"""A pickled handle forgets that it was not to be tracked.

A block is opened with track=False, as it belongs to somebody else, and the handle is
sent to another process. A pickle holds name and size only: the copy is tracked, and
the block is removed when the process that got it ends.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.disturbed import error_of
from shm_scenarios.scenario import Report, Scenario


def steps(actors: Actors) -> bool:
    """Send an untracked handle to a process that ends; the block must go with it."""
    owner, other = actors.start_all("owner", "other")
    name = actors.name()
    untracked = {"create": True, "size": 16, "track": False}
    # What there is no parameter for cannot be forgotten.
    if error_of(lambda: owner.shared_memory(name, **untracked)) == "TypeError":
        return False
    other.unpickle(owner.shared_memory(name, track=False).pickle())

    other.end("return")
    actors.wait_gone(other)

    return actors.look(name) is None


SCENARIO = Scenario(
    id="untracked-travels-tracked",
    kind="pickling",
    title="A pickled handle forgets that it was not to be tracked",
    met=(),
    symptom="track=False everywhere, and the block is removed all the same",
    cast={
        "owner": "creates an untracked block, and pickles its handle",
        "other": "unpickles it, and ends",
    },
    advice="Send the name, and attach with track=False there.",
    shown_by="faulty:copy_is_tracked",
    spared="reference",
    steps=steps,
    report=Report(
        expected="The copy is as untracked as the handle that was pickled.",
        actual="__reduce__ gives name, False and size only, so that the copy is made with track=True, and its tracker removes the block.",
    ),
)

"""A name can neither be attached to nor created again.

A creator died between the two system calls that make a block and give it its size.
What it has left has no bytes: to attach raises ValueError, to create FileExistsError,
and with this module alone there is no way to remove it, as unlink() needs a handle.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.suite.endings import with_tracker
from shm_scenarios.disturbed import error_of, kill_at
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Kill the creator at its ftruncate; nobody can attach to the name, nor create it."""
    creator, name = with_tracker(actors.start("creator")), actors.name()
    create = {"create": True, "size": 16}

    kill_at(creator, "ftruncate", lambda: creator.shared_memory(name, **create))

    successor = actors.start("next")
    refused = [
        error_of(lambda: successor.shared_memory(name)),
        error_of(lambda: successor.shared_memory(name, **create)),
    ]
    return refused == ["ValueError", "FileExistsError"]


SCENARIO = Scenario(
    id="empty-for-ever",
    kind="leak-after-crash",
    title="A name can neither be attached to nor created again",
    met=("https://github.com/python/cpython/issues/92408",),
    symptom="ValueError: cannot mmap an empty file, on every attach, while create=True raises FileExistsError",
    cast={
        "creator": "is killed as it sizes the new block",
        "next": "tries to attach, and to create",
    },
    advice="Remove the file in /dev/shm by hand.",
    shown_by="faulty:a_half_made_block_is_for_ever",
    spared="reference",
    steps=steps,
)

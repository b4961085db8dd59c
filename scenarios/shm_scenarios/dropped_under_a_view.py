"""A handle that is dropped under a live view loses a descriptor for good.

A function returns an array over the block and lets the handle go. Its finaliser meets
the BufferError of close(), prints a traceback that it ignores, and never closes the
descriptor, not even when the array is gone: a long-lived program runs out of
descriptors.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Drop the handle before the view; a descriptor of the block must stay open."""
    owner = actors.start("owner")
    block = owner.shared_memory(create=True, size=16)
    segment = actors.look(block.name)
    view = block.view("cast", "i")

    block.drop()
    view.drop()

    return actors.descriptors(owner, segment) > 0


SCENARIO = Scenario(
    id="dropped-under-a-view",
    kind="fd-leak",
    title="A handle that is dropped under a live view loses a descriptor for good",
    met=(
        "https://github.com/python/cpython/issues/155003",
        "https://github.com/numpy/numpy/issues/23305",
    ),
    symptom="Exception ignored in SharedMemory.__del__: BufferError; too many open files, hours later",
    cast={
        "owner": "casts buf, drops the handle, then the cast",
    },
    advice="Keep the handle as long as the views, and close it after them.",
    shown_by="faulty:garbage_with_a_view_keeps_the_descriptor",
    spared="reference",
    steps=steps,
)

"""A close() that fails leaves a handle that is neither open nor closed.

A slice of buf, or an array over it, is still alive when close() is called. It raises
BufferError, but has given up buf by then: the program cannot go on with the block,
and not even look what is in it.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.disturbed import error_of
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Close under a live slice; the error must have cost the handle its buf."""
    block = actors.start("owner").shared_memory(create=True, size=16)
    block.view("slice", 0, 4)

    error = error_of(block.close)

    return error == "BufferError" and block.get("buf") is None


SCENARIO = Scenario(
    id="close-leaves-half-a-handle",
    kind="exports",
    title="A close() that fails leaves a handle that is neither open nor closed",
    met=("https://github.com/python/cpython/issues/155003",),
    symptom="BufferError: cannot close exported pointers exist; afterwards buf is None",
    cast={
        "owner": "holds a slice, and closes",
    },
    advice="Release every view first: del the arrays, release() the slices.",
    shown_by="faulty:refused_close_forgets_buf",
    spared="reference",
    steps=steps,
    platforms="all",
)

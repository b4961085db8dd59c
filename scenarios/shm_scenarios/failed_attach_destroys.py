"""An attach that fails half way unlinks the block of somebody else.

The attacher has opened the block and fails to map it: too little address space,
too many descriptors. Its error path unlinks the name, as if the block were a half
made one of its own, and everybody else's block is gone.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.errors import TargetError
from shm_scenarios.scenario import Scenario

GIB = 1 << 30


def steps(actors: Actors) -> bool:
    """Attach where the mapping must fail; the owner's block must be gone."""
    owner, attacher = actors.start_all("owner", "attacher")
    block = owner.shared_memory(create=True, size=4 * GIB)
    attacher.do("limit", "limit RLIMIT_AS", resource="RLIMIT_AS", soft=2 * GIB)

    try:
        attacher.shared_memory(block.name)
        has_failed = False
    except TargetError as error:
        has_failed = "OSError" in error.failure.bases

    return has_failed and actors.look(block.name) is None


SCENARIO = Scenario(
    id="failed-attach-destroys",
    kind="tracker-destroys-early",
    title="An attach that fails half way unlinks the block of somebody else",
    met=("https://github.com/python/cpython/issues/153279",),
    symptom="FileNotFoundError for everybody, right after one process could not attach"
    " (ENOMEM, EMFILE); a KeyError traceback of the resource tracker",
    cast={"owner": "creates the block", "attacher": "has too little address space"},
    advice="Give attachers enough address space and descriptors, or use an"
    " implementation whose failed attach leaves the name alone.",
    shown_by="faulty:failed_attach_unlinks",
    spared="reference",
    steps=steps,
)

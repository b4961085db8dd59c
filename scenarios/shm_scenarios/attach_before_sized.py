"""Who attaches too early gets a ValueError.

A consumer polls for a block that a producer is about to create. Between the two
system calls of the creation the name exists and the block has no size; the attach
fails with a ValueError, which a loop that waits for FileNotFoundError to stop does
not catch.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.errors import TargetError
from shm_conformance.suite.endings import with_tracker
from shm_scenarios.disturbed import creating, hold_after
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Hold the creator after its shm_open; the attach must raise ValueError alone."""
    creator, consumer = with_tracker(actors.start("creator")), actors.start("consumer")
    name = actors.name()
    seen: list[str] = []

    def attach() -> None:
        try:
            consumer.shared_memory(name)
        except TargetError as error:
            seen.extend(error.failure.bases)

    spare = actors.name()
    hold_after(
        creator,
        "O_CREAT",
        lambda: creator.shared_memory(spare, create=True, size=16),
        creating(creator, name),
        attach,
    )

    return "ValueError" in seen and "FileNotFoundError" not in seen


SCENARIO = Scenario(
    id="attach-before-it-is-sized",
    kind="create-attach-race",
    title="Who attaches too early gets a ValueError",
    met=(
        "https://github.com/dimensionalOS/dimos/issues/3671",
        "https://github.com/python/cpython/issues/92408",
    ),
    symptom="ValueError: cannot mmap an empty file, once in ten thousand starts",
    cast={
        "creator": "is held between shm_open() and ftruncate()",
        "consumer": "attaches in the meantime",
    },
    advice="Catch ValueError as well, or tell the consumer when the block is there.",
    shown_by="faulty:a_block_without_size_is_a_plain_valueerror",
    spared="reference",
    steps=steps,
)

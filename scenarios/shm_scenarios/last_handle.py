"""On Windows a block goes with its last handle, before anybody has looked.

A producer writes a block, closes its handle, and tells a consumer the name. On POSIX
the block stays until it is unlinked; on Windows it goes when the last handle on it is
closed, and the consumer finds nothing.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.disturbed import error_of
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Close the only handle, then attach; nothing must be there."""
    producer, consumer = actors.start_all("producer", "consumer")
    block = producer.shared_memory(create=True, size=16)
    block.write(0, b"result")

    block.close()

    return error_of(lambda: consumer.shared_memory(block.name)) == "FileNotFoundError"


SCENARIO = Scenario(
    id="the-last-handle-takes-the-block",
    kind="windows-last-handle",
    title="On Windows a block goes with its last handle, before anybody has looked",
    met=(
        "https://github.com/python/cpython/issues/91044",
        "https://github.com/marimo-team/marimo/issues/285",
    ),
    symptom="FileNotFoundError when a result is fetched, on Windows only",
    cast={
        "producer": "creates a block, writes it, and closes its handle",
        "consumer": "attaches by the name that it was told",
    },
    advice="Keep a handle open until the other side has said that it has attached. The documentation says so of Windows, so that nobody is spared there; on POSIX the block stays.",
    shown_by="faulty:close_removes_the_name",
    spared="reference",
    steps=steps,
    platforms="all",
)

"""After unlink() the name is still taken.

A service replaces its block by a new one of the same name: it unlinks, and creates
again, while readers still hold the old one. On Windows unlink() does nothing: the name
is free when the last handle is closed, and the second creation fails until then.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.disturbed import error_of
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Unlink and create again under the eyes of a reader; that must be refused."""
    name = actors.name()
    service, reader = actors.start_all("service", "reader")
    block = service.shared_memory(name, create=True, size=16)
    reader.shared_memory(name)

    block.close()
    block.unlink()

    error = error_of(lambda: service.shared_memory(name, create=True, size=16))
    return error == "FileExistsError"


SCENARIO = Scenario(
    id="unlink-does-not-free-the-name",
    kind="name",
    title="After unlink() the name is still taken",
    met=("https://github.com/luizalabs/shared-memory-dict/issues/59",),
    symptom="FileExistsError when a block is replaced by one of the same name, on Windows only",
    cast={
        "service": "unlinks its block, and creates the next one by the same name",
        "reader": "still has the old one",
    },
    advice="Use a fresh name for each block, and tell readers of it. The documentation says that unlink() has no effect on Windows, so that nobody is spared there; on POSIX the name is free at once.",
    shown_by="faulty:unlink_does_nothing",
    spared="reference",
    steps=steps,
    platforms="all",
)

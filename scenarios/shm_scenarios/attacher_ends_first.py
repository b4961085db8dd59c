"""An unrelated process that attaches and exits destroys the block.

A service creates a block. A second program, started by hand or by `subprocess`,
attaches, reads and exits, cleanly. From then on nobody can attach: the second
program had a resource tracker of its own, which took the end of its only client
for the end of the block.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Attach and end in an unrelated process; the block must not be there any more."""
    owner, reader = actors.start_all("owner", "reader")
    block = owner.shared_memory(create=True, size=16)
    copy = reader.shared_memory(block.name)
    copy.close()

    reader.end("return")
    actors.wait_gone(reader)

    is_gone = actors.look(block.name) is None
    was_warned = "leaked shared_memory" in reader.stderr
    return is_gone and was_warned


SCENARIO = Scenario(
    id="attacher-ends-first",
    kind="tracker-destroys-early",
    title="An unrelated process that attaches and exits destroys the block",
    met=("https://github.com/python/cpython/issues/82300",),
    symptom="FileNotFoundError on attach, though the owner is alive and has not"
    " unlinked; 'leaked shared_memory objects' on the reader's stderr",
    cast={
        "owner": "creates the block and lives on",
        "reader": "attaches, closes, exits",
    },
    advice="Attach with track=False (Python 3.13+) wherever another process does the"
    " bookkeeping. The documentation says that a tracked attach ends so, which is why"
    " no implementation that keeps it is spared.",
    shown_by="reference",
    spared=None,
    steps=steps,
)

"""Two processes that both clean up: one of them fails.

Creator and consumer both call unlink(), to be sure. On POSIX the second one gets
FileNotFoundError, often in a finally block, where it hides the exception that brought
it there; on Windows unlink() does nothing, so that the program was never seen failing
there.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.disturbed import error_of
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Unlink in two processes; the second must get FileNotFoundError."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=16)
    attached = other.shared_memory(block.name)
    block.unlink()

    return error_of(attached.unlink) == "FileNotFoundError"


SCENARIO = Scenario(
    id="unlinked-by-two",
    kind="double-unlink",
    title="Two processes that both clean up: one of them fails",
    met=("https://github.com/TheDeanLab/navigate/issues/1072",),
    symptom="FileNotFoundError from unlink(), on Linux and macOS only",
    cast={
        "owner": "creates and unlinks",
        "other": "unlinks as well",
    },
    advice="Exactly one process unlinks; so the documentation has it, and no implementation is spared.",
    shown_by="reference",
    spared=None,
    steps=steps,
)

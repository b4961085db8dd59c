"""A process dies of SIGBUS because another one has shrunk the block.

A block is a file: who may open it may give it another size. A clean-up script, a
program in another language or an older version of the service truncates it, and every
process that touches the memory beyond the new end is killed, without an exception.
"""

from __future__ import annotations

import signal

from shm_conformance.actors import Actors
from shm_conformance.errors import Crashed
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Truncate the block; the next read must kill its reader by SIGBUS."""
    victim, other = actors.start_all("victim", "other")
    block = victim.shared_memory(create=True, size=4096)
    other.run("import os")
    other.run(f"os.truncate('/dev/shm/{block.name}', 0)")

    try:
        block.read(0, 1)
    except Crashed:
        return victim.process.exit_code == -signal.SIGBUS
    return False


SCENARIO = Scenario(
    id="block-shrunk-by-another",
    kind="memory-safety",
    title="A process dies of SIGBUS because another one has shrunk the block",
    met=(
        "https://github.com/python/cpython/issues/114390",
        "https://github.com/pytorch/pytorch/issues/5247",
    ),
    symptom="Bus error, exit code -7 or 135, on reading or writing buf",
    cast={
        "victim": "has the block mapped, and reads",
        "other": "truncates it",
    },
    advice="No mapping is safe from it. Keep the files of others out of reach: the mode is 0600. A full /dev/shm ends the same way.",
    shown_by="reference",
    spared=None,
    steps=steps,
)

"""A block that does not fit kills who writes to it.

Creation only notes the size: memory is found page by page, at the first write. Where
/dev/shm is full by then (a container has 64 MiB of it), the write is not an error but a
SIGBUS, which ends the process.
"""

from __future__ import annotations

import signal

from shm_conformance.actors import Actors
from shm_conformance.errors import Crashed
from shm_scenarios.scenario import Scenario

SMALL = 'mount -t tmpfs -o size=64k,mode=1777 tmpfs /dev/shm && exec "$@"'
WITHIN = ("unshare", "--mount", "--propagation", "private", "sh", "-c", SMALL, "sh")


def steps(actors: Actors) -> bool:
    """Create 1 MiB where there are 64 KiB, and fill it; that must be a SIGBUS."""
    creator = actors.start_within(WITHIN, "creator")
    block = creator.shared_memory(create=True, size=1 << 20)

    try:
        block.write(0, b"x" * (1 << 20))
    except Crashed:
        return creator.process.exit_code == -signal.SIGBUS
    return False


SCENARIO = Scenario(
    id="a-full-dev-shm-kills-the-writer",
    kind="size",
    title="A block that does not fit kills who writes to it",
    met=(
        "https://github.com/python/cpython/issues/114390",
        "https://github.com/python/cpython/issues/144281",
        "https://github.com/pytorch/pytorch/issues/5247",
    ),
    symptom="Bus error, exit code -7 or 135, on the first write to a new block, in containers above all",
    cast={
        "creator": "creates a block that is larger than its /dev/shm, and fills it",
    },
    advice="Give the container more (docker run --shm-size). Who must have an error instead reserves the memory at creation, as ReservedSharedMemory of the reference's extensions does, or os.posix_fallocate.",
    shown_by="reference",
    spared=None,
    steps=steps,
)

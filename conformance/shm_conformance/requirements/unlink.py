"""What unlink() promises: the end of a block's name."""

from shm_conformance.requirements._requirement import must, should

UNLINK = "SharedMemory.unlink"
REQUIREMENTS = (
    must(
        "shm.unlink.frees-the-name",
        "After unlink() no process can attach to the name.",
        UNLINK,
        "posix",
        smoke=True,
    ),
    should(
        "shm.unlink.twice-is-an-error",
        "A second unlink() of the same block raises FileNotFoundError.",
        "SharedMemory.unlink: called only once per block; CPython's own tests",
        "posix",
    ),
)

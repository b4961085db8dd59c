"""What unlink() promises: the end of a block's name."""

from shm_conformance.requirements._requirement import must, should

UNLINK = "SharedMemory.unlink"
ANY_ORDER = "SharedMemory.unlink: unlink and close can be called in any order"
ONCE = "SharedMemory.unlink: once per block, regardless of the number of handles"
POSIX = (
    "SharedMemory.unlink: access afterwards depends on the platform; POSIX shm_unlink"
)
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
    must(
        "shm.unlink.name-can-be-used-again",
        "After unlink() any process can create a block of that name at once, and it"
        " holds zeros.",
        UNLINK,
        "posix",
    ),
    must(
        "shm.unlink.before-close",
        "close() succeeds after unlink(), and the block is gone.",
        ANY_ORDER,
        "posix",
    ),
    must(
        "shm.unlink.after-close",
        "unlink() succeeds after close(), and the block is gone.",
        ANY_ORDER,
        "posix",
    ),
    must(
        "shm.unlink.by-another-process",
        "A process that did not create the block can unlink it.",
        ONCE,
        "posix",
    ),
    must(
        "shm.unlink.once-suffices",
        "One unlink() frees the name of a block with several handles.",
        ONCE,
        "posix",
    ),
    must(
        "shm.unlink.leaves-other-blocks",
        "unlink() of one block leaves the others of the process.",
        UNLINK,
        "posix",
    ),
    should(
        "shm.unlink.keeps-the-content",
        "Who has the block open can read, after unlink(), what it held.",
        POSIX,
        "posix",
    ),
    should(
        "shm.unlink.memory-stays-shared",
        "Processes that have the block open still see, after unlink(), what the"
        " others write.",
        POSIX,
        "posix",
    ),
    should(
        "shm.unlink.new-block-is-another",
        "A handle on an unlinked block sees nothing of a new block of that name.",
        POSIX,
        "posix",
    ),
    must(
        "shm.unlink.leaves-no-noise",
        "A process that creates, closes and unlinks, and all that it started, end"
        " without a word on stderr.",
        "SharedMemory: unlink ensures proper cleanup",
    ),
)

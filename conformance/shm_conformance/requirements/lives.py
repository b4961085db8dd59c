"""What holds in any order of events, among any processes: generated lives."""

from shm_conformance.requirements._requirement import must, should

SHARED = "SharedMemory: created, attached, closed, unlinked by different processes"
FAMILY = "SharedMemory, parameter track: relatives by multiprocessing share a tracker"
TRACKER = "SharedMemory, parameter track: the tracker cleans up, once, and by its name"
MANAGER = "SharedMemoryManager: start, SharedMemory, shutdown"
REQUIREMENTS = (
    must(
        "life.one-process.any-order",
        "In any order of a process's steps each block is as it was left.",
        SHARED,
        "posix",
    ),
    must(
        "life.strangers.any-order",
        "In any order of the steps of unrelated processes each block is as it was left.",
        SHARED,
        "posix",
    ),
    must(
        "life.family.any-order",
        "Among relatives, in any order, blocks end with unlink or with the last of them.",
        FAMILY,
        "posix",
    ),
    must(
        "life.families.any-order",
        "Among several families, in any order, the first to end takes what it tracks.",
        FAMILY,
        "posix",
    ),
    should(
        "life.tracker.killed-at-any-time",
        "A tracker that is killed takes no block, and blocks can still be read.",
        TRACKER,
        "posix",
    ),
    must(
        "life.manager.any-order",
        "In any order, a manager's blocks live until it is shut down, and no longer.",
        MANAGER,
        "posix",
    ),
    should(
        "life.manager.killed-at-any-time",
        "A manager that is killed takes nothing away from those who use its blocks.",
        MANAGER,
        "posix",
    ),
)

"""What SharedMemoryManager promises: a process that owns blocks, and lets go of them."""

from shm_conformance.requirements._requirement import Requirement, must, should

CLASS = "SharedMemoryManager"
START = f"{CLASS}: start() causes a new process to be started"
SHUTDOWN = f"{CLASS}: shutdown() unlinks all blocks, then stops the process"
WITH = f"{CLASS}: in a with statement all blocks are released when it finishes"
LIFE = f"{CLASS}: its sole purpose is to manage the life cycle of all its blocks"
BASE = "multiprocessing.managers.BaseManager"

REQUIREMENTS: tuple[Requirement, ...] = (
    should(
        "manager.class.is-a-base-manager",
        "SharedMemoryManager is a subclass of BaseManager.",
        f"{CLASS}: a subclass of {BASE}; forks of multiprocessing have their own",
    ),
    must(
        "manager.start.begins-a-process",
        "start() starts a new process.",
        START,
    ),
    should(
        "manager.before-start.is-refused",
        "Asking a manager that was not started for a block raises an error.",
        f"{START}; CPython's own tests",
    ),
    must(
        "manager.memory.has-the-size",
        "SharedMemory(size) returns a block of at least that size.",
        "SharedMemoryManager.SharedMemory",
    ),
    must(
        "manager.blocks.are-of-the-classes",
        "What a manager returns are instances of SharedMemory and ShareableList.",
        "SharedMemoryManager.SharedMemory, SharedMemoryManager.ShareableList",
    ),
    must(
        "manager.list.has-the-values",
        "ShareableList(sequence) returns a list of the values of the sequence.",
        "SharedMemoryManager.ShareableList",
    ),
    should(
        "manager.bad-size.is-refused",
        "A size of zero or less raises ValueError, and the manager works on.",
        "SharedMemoryManager.SharedMemory; SharedMemory, parameter size",
    ),
    must(
        "manager.dropped-handle.keeps-the-block",
        "A block outlives the close() and the deletion of the handle on it.",
        LIFE,
        "posix",
    ),
    must(
        "manager.shutdown.unlinks-every-block",
        "shutdown() removes every block and every list that the manager made.",
        SHUTDOWN,
        "posix",
        smoke=True,
    ),
    must(
        "manager.shutdown.ends-the-process",
        "shutdown() ends the manager's process.",
        SHUTDOWN,
    ),
    should(
        "manager.shutdown.twice-is-harmless",
        "A second shutdown() does nothing.",
        f"{BASE}.shutdown: can be called multiple times",
    ),
    should(
        "manager.shutdown.passes-over-unlinked-blocks",
        "shutdown() removes all other blocks if somebody has unlinked one before.",
        SHUTDOWN,
        "posix",
    ),
    should(
        "manager.shutdown.leaves-mappings",
        "The contents of a block can be read through an open handle after shutdown().",
        f"{SHUTDOWN}; SharedMemory.unlink, in any order with close()",
        "posix",
    ),
    should(
        "manager.after-shutdown.is-refused",
        "Asking a manager that was shut down for a block raises an error.",
        SHUTDOWN,
    ),
    must(
        "manager.two.are-independent",
        "shutdown() of one manager leaves the blocks of another.",
        f"{SHUTDOWN}: those managed by that process",
        "posix",
    ),
    must(
        "manager.with.releases-every-block",
        "A with statement starts the manager, and removes every block at its end.",
        WITH,
        "posix",
    ),
    must(
        "manager.with.releases-after-an-error",
        "A with statement whose body raises removes every block.",
        WITH,
        "posix",
    ),
)

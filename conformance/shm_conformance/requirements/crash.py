"""What must be left when a process is killed at any system call of an operation."""

from shm_conformance.requirements._requirement import must, should

TRACKER = (
    "SharedMemory, parameter track: the tracker cleans up once processes have ended"
)
CLOSE = "SharedMemory.close: other processes are not affected"
REQUIREMENTS = (
    must(
        "crash.create.leaves-nothing",
        "Killed at any call of a creation, a process leaves no block once its tracker"
        " has ended too.",
        TRACKER,
        "posix",
    ),
    should(
        "crash.create.is-quiet",
        "Killed at any call of a creation, a process leaves no tracker that fails.",
        TRACKER,
        "posix",
    ),
    must(
        "crash.first-create.leaves-nothing",
        "Killed at any call of its first creation, which starts the tracker, a process"
        " leaves no block.",
        TRACKER,
        "posix",
    ),
    must(
        "crash.attach.spares-the-owner",
        "A child killed at any call of an attach leaves its parent's block whole.",
        CLOSE,
        "posix",
    ),
    must(
        "crash.attach.leaves-nothing",
        "A child killed at any call of an attach leaves no block behind when its family"
        " has ended.",
        TRACKER,
        "posix",
    ),
    must(
        "crash.unpickle.spares-the-owner",
        "A child killed at any call of an unpickling leaves its parent's block whole.",
        CLOSE,
        "posix",
    ),
    must(
        "crash.close.spares-the-owner",
        "A child killed at any call of a close() leaves its parent's block whole.",
        CLOSE,
        "posix",
    ),
    must(
        "crash.unlink.leaves-nothing",
        "Killed at any call of an unlink(), a process leaves no block.",
        "SharedMemory.unlink; " + TRACKER,
        "posix",
    ),
    should(
        "crash.unlink.is-quiet",
        "Killed at any call of an unlink(), a process leaves no tracker that fails.",
        TRACKER,
        "posix",
    ),
)

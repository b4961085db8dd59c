"""What holds on Windows alone: a block lives as long as a handle on it is open."""

from shm_conformance.requirements._requirement import Requirement, may, must, should

LAST_HANDLE = (
    "SharedMemory, parameter track: Windows deletes shared memory when all handles"
    " to it have been closed"
)
TRACK = "SharedMemory, parameter track: ignored on Windows"
UNLINK = "SharedMemory.unlink: no effect on Windows"
CLOSE = "SharedMemory.close: from this instance; others may still need the block"
CREATE = "SharedMemory, parameter create"
SIZE = "SharedMemory, parameter size: platforms choose chunks of their page size"
PICKLE = "ShareableList: attached to the object of that name, if it is still alive"
MANAGER = "SharedMemoryManager: its sole purpose is to manage the life cycle of blocks"
WINDOWS = "windows"
REQUIREMENTS: tuple[Requirement, ...] = (
    must(
        "windows.close.last-one-frees-the-name",
        "A block is gone when the last handle on it, whoever holds it, is closed.",
        LAST_HANDLE,
        WINDOWS,
    ),
    must(
        "windows.close.leaves-it-to-others",
        "After its creator's close() a block and its content stay for those who have"
        " attached, and can be attached again.",
        CLOSE,
        WINDOWS,
    ),
    must(
        "windows.collect.frees-the-name",
        "A block is gone when its last handle is garbage, and was never closed.",
        LAST_HANDLE,
        WINDOWS,
    ),
    must(
        "windows.list.last-close-frees-the-name",
        "The block of a ShareableList is gone when the last handle on it is closed.",
        LAST_HANDLE,
        WINDOWS,
    ),
    must(
        "windows.name.can-be-used-again",
        "Once a block is gone, a new one can be created under its name, full of zeros.",
        LAST_HANDLE,
        WINDOWS,
    ),
    must(
        "windows.unlink.changes-nothing",
        "After unlink() the block, its name and its content are as before.",
        UNLINK,
        WINDOWS,
    ),
    should(
        "windows.unlink.again-is-harmless",
        "unlink() raises nothing: not a second time, nor when the block is gone.",
        UNLINK,
        WINDOWS,
    ),
    must(
        "windows.ended-process.frees-the-name",
        "A block is gone when the one process that had it open has ended without"
        " close(), in whatever order.",
        LAST_HANDLE,
        WINDOWS,
    ),
    must(
        "windows.killed-process.frees-the-name",
        "A block is gone when the one process that had it open was killed.",
        LAST_HANDLE,
        WINDOWS,
    ),
    must(
        "windows.killed-creator.leaves-it-to-others",
        "A block whose creator was killed stays, with its content, for those who have"
        " attached.",
        LAST_HANDLE,
        WINDOWS,
    ),
    must(
        "windows.track.is-ignored",
        "With track=True or track=False, a block is gone with its last handle.",
        TRACK,
        WINDOWS,
    ),
    should(
        "windows.track.starts-no-process",
        "To create, attach and unlink starts no process.",
        f"{TRACK}, which has its own tracking",
        WINDOWS,
    ),
    should(
        "windows.attach.sees-whole-pages",
        "The size of an attached handle is that of the block: whole pages.",
        f"{SIZE}; SharedMemory.size: size in bytes of the block",
        WINDOWS,
    ),
    should(
        "windows.attach.failure-leaves-no-handle",
        "Attaching to names that no block bears leaves a process as many handles as"
        " before.",
        "SharedMemory.close: without an instance nobody could close them",
        WINDOWS,
    ),
    should(
        "windows.create.taken-name-has-its-errno",
        "The error for a taken name has errno EEXIST.",
        "FileExistsError: corresponds to EEXIST; CPython's own tests",
        WINDOWS,
    ),
    should(
        "windows.create.refusal-leaves-no-handle",
        "A process whose create was refused for a taken name has no handle on the block.",
        f"{CREATE}: a new block; {LAST_HANDLE}",
        WINDOWS,
    ),
    should(
        "windows.pickle.dead-block-is-an-error",
        "A handle whose block is gone is unpickled with FileNotFoundError, and no block"
        " comes to be.",
        PICKLE,
        WINDOWS,
    ),
    should(
        "windows.manager.keeps-its-blocks",
        "A manager's block stays when its user has closed the handle that the manager"
        " gave.",
        MANAGER,
        WINDOWS,
    ),
    must(
        "windows.manager.shutdown-lets-go",
        "After shutdown() a manager's block is gone once its users have closed it.",
        f"SharedMemoryManager.shutdown: releases all blocks; {LAST_HANDLE}",
        WINDOWS,
    ),
    may(
        "windows.create.size-for-its-creator",
        "Whether its creator sees the size that was asked for, or that of whole pages.",
        SIZE,
        WINDOWS,
    ),
    may(
        "windows.name.with-a-directory",
        "Whether a name may begin with one of the system's directories, as Local\\.",
        "SharedMemory, parameter name",
        WINDOWS,
    ),
)

"""What attaching promises: the block that bears the name, as it is."""

from shm_conformance.requirements._requirement import may, must, should

ATTACH = "SharedMemory: a different process attaches by the same name"
CREATE = "SharedMemory, parameter create"
SIZE = "SharedMemory, parameter size: ignored when attaching"
CPYTHON = "CPython's own tests"
FAILED = "https://github.com/python/cpython/issues/153279"
REQUIREMENTS = (
    must(
        "shm.attach.is-the-default",
        "SharedMemory(name) attaches to the block that bears the name.",
        CREATE + ": False is the default",
    ),
    must(
        "shm.attach.sees-what-was-written",
        "Another process that attaches reads what the creator writes, before and after.",
        ATTACH,
        smoke=True,
    ),
    must(
        "shm.attach.writes-reach-the-creator",
        "What another process writes into an attached block, the creator reads.",
        ATTACH,
    ),
    must(
        "shm.attach.shares-within-a-process",
        "All handles on a block in one process show the same memory.",
        "SharedMemory: the low-level example",
    ),
    must(
        "shm.attach.leaves-the-block-as-it-is",
        "To attach changes neither content, size, mode nor identity of a block.",
        CREATE + ": an existing block is attached",
    ),
    must(
        "shm.attach.missing-block-is-an-error",
        "To attach to a name that no block bears raises FileNotFoundError.",
        CREATE + ": an existing block is attached; " + CPYTHON,
        smoke=True,
    ),
    must(
        "shm.attach.missing-block-is-not-made",
        "To attach to a name that no block bears does not make one.",
        CREATE + ": an existing block is attached",
    ),
    should(
        "shm.attach.missing-block-has-its-errno",
        "The error for a missing block has errno ENOENT.",
        "FileNotFoundError: corresponds to ENOENT",
    ),
    should(
        "shm.attach.needs-a-name",
        "To attach without a name, or to None, raises ValueError.",
        "SharedMemory, parameter name: only new blocks get one; " + CPYTHON,
    ),
    must(
        "shm.attach.ignores-size",
        "Whatever size is given, a handle gets the whole block and its size.",
        SIZE,
    ),
    must(
        "shm.attach.size-never-resizes",
        "Whatever size is given, an existing block keeps the one that it has.",
        SIZE,
    ),
    may(
        "shm.attach.negative-size-may-be-refused",
        "To attach with a negative size may be refused.",
        SIZE + "; CPython refuses a negative size in any case",
    ),
    should(
        "shm.attach.has-the-size-of-the-block",
        "The size of an attached handle is that of the block in the system.",
        "SharedMemory.size: size in bytes of the block",
        "posix",
    ),
    should(
        "shm.attach.failure-spares-the-block",
        "To attach and fail for want of memory leaves the block to its users.",
        FAILED,
        "posix",
    ),
    should(
        "shm.attach.failure-keeps-nothing-open",
        "After a failed attach the process has no descriptor and no mapping of the block.",
        FAILED,
        "posix",
    ),
    should(
        "shm.attach.failure-is-quiet",
        "A failed attach prints nothing, not even when its process has ended.",
        FAILED,
        "posix",
    ),
)

"""What creating a block promises: a new one, whole, or none at all."""

from shm_conformance.requirements._requirement import may, must, should

CREATE = "SharedMemory, parameter create"
NAME = "SharedMemory, parameter name"
SIZE = "SharedMemory, parameter size"
CPYTHON = "CPython's own tests"
REQUIREMENTS = (
    must(
        "shm.create.makes-a-block",
        "With create=True a new block exists in the system under its name.",
        CREATE,
        smoke=True,
    ),
    must(
        "shm.create.is-large-enough",
        "A new block has at least the requested number of bytes.",
        SIZE,
    ),
    may(
        "shm.create.may-be-larger",
        "A new block may be larger than requested, up to the next page.",
        SIZE,
    ),
    should(
        "shm.create.is-zero-filled",
        "A new block holds zeros, even where another of its name held data.",
        "SharedMemory: a new block; POSIX: new bytes of an object are zero",
    ),
    should(
        "shm.create.is-for-its-user-alone",
        "A new block can be read and written by its user, and by nobody else.",
        "CPython: the mode of a block is 0600",
        "posix",
    ),
    must(
        "shm.create.blocks-are-separate",
        "What is written into one block shows up in no other.",
        "SharedMemory: each block has a unique name",
    ),
    must(
        "shm.create.taken-name-is-refused",
        "create=True with the name of an existing block raises FileExistsError.",
        CREATE + ": a new block; " + CPYTHON,
        smoke=True,
    ),
    must(
        "shm.create.refusal-spares-the-block",
        "A create that is refused leaves the existing block and its content as is.",
        CREATE + ": a new block",
    ),
    should(
        "shm.create.refusal-has-no-aftermath",
        "The end of a process whose create was refused leaves the existing block.",
        "SharedMemory, parameter track: of blocks with access to the memory",
        "posix",
    ),
    should(
        "shm.create.needs-a-positive-size",
        "create=True with a size of 0, or without a size, raises ValueError.",
        SIZE + "; " + CPYTHON,
    ),
    should(
        "shm.create.negative-size-is-refused",
        "create=True with a negative size raises ValueError.",
        SIZE + "; " + CPYTHON,
    ),
    must(
        "shm.create.size-is-an-integer",
        "create=True with a size that is no integer raises TypeError.",
        SIZE + ": an int",
    ),
    should(
        "shm.create.wrong-size-leaves-nothing",
        "A create with a size of the wrong type or value makes no block.",
        SIZE,
    ),
    should(
        "shm.create.impossible-size-is-an-error",
        "A create with more bytes than can be had raises an error.",
        SIZE,
    ),
    should(
        "shm.create.failure-leaves-nothing",
        "A create that the system cannot fulfil leaves no block.",
        "SharedMemory: a block without a handle would have no one to unlink it",
    ),
    should(
        "shm.create.failure-is-quiet",
        "A create that fails prints nothing, not even when its process has ended.",
        "https://github.com/python/cpython/issues/153279",
        "posix",
    ),
    must(
        "shm.create.generates-a-name",
        "A block created without a name, or with None, gets one and exists under it.",
        NAME,
    ),
    must(
        "shm.create.generated-names-are-novel",
        "Each block that is created without a name gets a name, and memory, of its own.",
        NAME,
    ),
    should(
        "shm.create.generated-name-is-drawn-again",
        "A generated name that is in use already is not taken; another one is.",
        NAME + ": a novel name",
    ),
    should(
        "shm.create.forks-generate-other-names",
        "A forked child does not generate the names that its parent generates.",
        NAME + ": a novel name",
        "posix",
    ),
    should(
        "shm.create.generated-name-is-short",
        "A generated name has at most 14 characters, with the slash that POSIX wants.",
        "CPython: the longest name that every system takes",
    ),
    may(
        "shm.create.generated-name-form",
        "What a generated name looks like is up to the implementation.",
        NAME,
    ),
    must(
        "shm.create.arguments-have-an-order",
        "SharedMemory takes name, create and size by position, in this order.",
        "SharedMemory: the signature",
    ),
    must(
        "shm.create.arguments-have-names",
        "SharedMemory takes name, create and size by keyword.",
        "SharedMemory: the signature",
    ),
    must(
        "shm.create.track-needs-its-keyword",
        "A fourth positional argument raises TypeError: track goes by keyword only.",
        "SharedMemory: the signature",
    ),
)

"""What a SharedMemory promises for every name, size and write, tried on generated ones."""

from shm_conformance.requirements._requirement import must, should

NAME = "SharedMemory, parameter name"
SIZE = "SharedMemory, parameter size"
BUF = "SharedMemory.buf: a memoryview of contents of the shared memory block"
CLOSE = "SharedMemory.close: from this instance"
VIEWS = "SharedMemory.buf: a memoryview; CPython's BufferError for exported memory"
REQUIREMENTS = (
    must(
        "shm.any-name.is-found",
        "A block that was made under any name is found by that name, and unlinked.",
        NAME,
        "posix",
    ),
    should(
        "shm.any-name.refused-leaves-nothing",
        "Any name is taken, or refused with nothing left behind.",
        NAME,
        "posix",
    ),
    must(
        "shm.any-size.is-at-least-as-asked",
        "A block of any size has at least that size, all of it zero.",
        SIZE,
    ),
    must(
        "shm.any-size.is-refused",
        "Anything that is no size above zero is refused.",
        SIZE,
    ),
    must(
        "shm.any-write.is-read-elsewhere",
        "Any writes to any parts of a block are read in a second process.",
        BUF,
    ),
    must(
        "shm.any-handles.share",
        "Any number of handles on a block share it, whichever of them are closed.",
        CLOSE,
    ),
    should(
        "shm.any-view.works-or-is-dead",
        "A close() with any views on buf raises BufferError, and handle and views still"
        " work, or it leaves views that give no byte any more.",
        VIEWS,
    ),
)

"""What close() promises: the end of one handle's access, and nobody else's."""

from shm_conformance.requirements._requirement import may, must, should

CLOSE = "SharedMemory.close"
LOW_LEVEL = "SharedMemory: the low-level example"
CPYTHON = "SharedMemory.close; CPython and programs written for it"
VIEWS = "SharedMemory.buf: a memoryview; CPython's BufferError for exported memory"
COLLECTED = "SharedMemory.close: a handle that is gone needs no access"
LEAK = "https://github.com/python/cpython/issues/155003"
REQUIREMENTS = (
    must(
        "shm.close.gives-up-the-descriptor",
        "After close() the process has no descriptor of the block open.",
        CLOSE,
        smoke=True,
    ),
    should(
        "shm.close.gives-up-the-mapping",
        "After close() the process maps the block no more.",
        "SharedMemory.close: once access from this instance is no longer needed",
    ),
    should(
        "shm.close.buf-is-none-afterwards",
        "After close() buf is None.",
        CPYTHON,
    ),
    must(
        "shm.close.leaves-the-content-to-others",
        "After close() other processes find in the block what it held.",
        "SharedMemory: close is for a block that others may still need",
        "posix",
    ),
    must(
        "shm.close.keeps-the-name",
        "A block that no process has open any more can be attached by its name.",
        "SharedMemory: a block may outlive its process, and ends with unlink",
        "posix",
    ),
    must(
        "shm.close.leaves-other-handles",
        "After close() other handles of the same process still read and write.",
        "SharedMemory.close: from this instance",
    ),
    should(
        "shm.close.again-is-harmless",
        "A second close() does nothing and raises nothing.",
        CPYTHON,
    ),
    should(
        "shm.close.again-spares-new-descriptors",
        "A second close() closes no descriptor that was opened since the first.",
        "SharedMemory.close: the descriptor of this instance",
    ),
    should(
        "shm.close.name-and-size-stay",
        "After close() name and size are what they were.",
        LOW_LEVEL + ": unlink after close",
    ),
    should(
        "shm.close.use-afterwards-is-an-error",
        "Reading or writing through a closed handle raises an error.",
        CLOSE,
    ),
    must(
        "shm.close.kept-buf-is-no-hindrance",
        "close() succeeds while the program still holds the object that buf gave.",
        LOW_LEVEL,
    ),
    should(
        "shm.close.kept-buf-is-dead",
        "After close() the object that buf gave can be used no more.",
        LOW_LEVEL,
    ),
    should(
        "shm.close.live-view-keeps-nothing-open",
        "close() while a slice or a cast of buf is alive either raises BufferError,"
        " or leaves a view that gives no byte any more.",
        VIEWS,
    ),
    should(
        "shm.close.refusal-changes-nothing",
        "A close() that raises for a live view leaves the handle as usable as before.",
        LEAK,
    ),
    should(
        "shm.close.works-once-views-are-gone",
        "Once the views that were alive at close() are gone, it succeeds.",
        VIEWS,
    ),
    should(
        "shm.close.live-view-never-crashes",
        "A view that was alive at close() gives bytes or an error, never a crash.",
        "SharedMemory.buf: a memoryview; https://github.com/pypy/pypy/issues/3723",
    ),
    should(
        "shm.close.leaks-nothing-over-rounds",
        "After many rounds of create, close and unlink a process has no more"
        " descriptors than after the first.",
        "SharedMemory.close, SharedMemory.unlink: proper cleanup",
    ),
    may(
        "shm.close.descriptors-per-handle",
        "How many descriptors an open handle takes is up to the implementation.",
        "SharedMemory.close: the file descriptor/handle",
    ),
    may(
        "shm.close.ndarray-outlives-the-handle",
        "Nothing is said of a NumPy array on buf after close().",
        "https://github.com/python/cpython/issues/102349",
    ),
    should(
        "shm.collect.gives-up-access",
        "A handle that is garbage, and was never closed, leaves neither descriptor"
        " nor mapping.",
        COLLECTED,
    ),
    should(
        "shm.collect.is-silent",
        "The collection of a handle that was never closed prints nothing.",
        COLLECTED,
    ),
    should(
        "shm.collect.view-stays-readable",
        "A view of buf can be read when its handle is garbage.",
        "SharedMemory.buf: a memoryview, which keeps its memory",
    ),
    should(
        "shm.collect.is-silent-with-a-view",
        "The collection of a handle whose buf has a live view prints nothing.",
        LEAK,
    ),
    should(
        "shm.collect.last-view-frees-the-descriptor",
        "Once the handle and its last view are garbage, no descriptor is left.",
        LEAK,
    ),
)

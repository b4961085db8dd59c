"""What a pickled handle promises: the same block, wherever it is unpickled."""

from shm_conformance.requirements._requirement import must, should

SAME_OBJECT = (
    "ShareableList: pickled, it (and its SharedMemory) is the same shared object"
)
IF_ALIVE = "ShareableList: attached to the object of that name, if it is still alive"
PROCESS = "SharedMemoryManager: the example passes blocks to a Process"
COST = "ShareableList: the deserialized object has the name, and is just attached"
REQUIREMENTS = (
    must(
        "shm.pickle.every-protocol",
        "A handle can be pickled with every protocol, and the copy shows the same"
        " block.",
        SAME_OBJECT,
    ),
    must(
        "shm.pickle.is-shared-across-processes",
        "Processes that start apart from each other share the block of a pickled"
        " handle: each sees what the other writes.",
        SAME_OBJECT,
        smoke=True,
    ),
    must(
        "shm.pickle.keeps-name-and-size",
        "An unpickled handle has the name and the size of the pickled one.",
        SAME_OBJECT,
    ),
    should(
        "shm.pickle.dead-block-is-an-error",
        "A handle whose block was unlinked is unpickled with FileNotFoundError, and"
        " no block comes to be.",
        IF_ALIVE + "; CPython's own tests",
        "posix",
    ),
    should(
        "shm.pickle.takes-no-content-along",
        "The pickle of a large block is no longer than that of a small one.",
        COST + "; CPython's own tests",
    ),
    should(
        "shm.pickle.leaves-the-block",
        "Pickling, unpickling and losing the copy leave block and content alone.",
        COST,
    ),
    should(
        "shm.pickle.copy-closes-alone",
        "close() of an unpickled handle leaves the pickled one as it was.",
        "SharedMemory.close: from this instance",
    ),
    should(
        "shm.pickle.closed-handle",
        "A closed handle can be pickled, and the copy shows the block.",
        COST,
        "posix",
    ),
    must(
        "shm.pickle.passed-to-a-child",
        "A handle passed to a multiprocessing Process is shared with it, by every"
        " start method.",
        PROCESS,
    ),
    must(
        "shm.pickle.child-leaves-the-block",
        "The end of a child to which a handle was passed leaves the block.",
        "track: lifetime is automatic among multiprocessing relatives",
        "posix",
    ),
    should(
        "shm.pickle.untracked-stays-untracked",
        "A handle made with track=False is untracked when unpickled: the end of an"
        " unrelated process leaves the block.",
        "track: False where another process does the bookkeeping",
        "posix",
    ),
)

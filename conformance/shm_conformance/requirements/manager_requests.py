"""What SharedMemoryManager promises to those of one program who ask at the same time."""

from shm_conformance.requirements._requirement import should

CLASS = "SharedMemoryManager"
ASK = f"{CLASS}.SharedMemory: a new object with the specified size in bytes"

REQUIREMENTS = (
    should(
        "manager.threads.ask-at-once",
        "Threads that ask for blocks at the same time get those that they asked for.",
        ASK,
    ),
    should(
        "manager.request.within-a-request",
        "Who asks while another request waits for its answer, as a signal handler"
        " does, gets the block that it asked for, and so does the other.",
        ASK,
    ),
    should(
        "manager.request.after-an-interruption",
        "After a request that was interrupted while it waited for its answer, the"
        " next one gets the block that it asks for.",
        ASK,
    ),
    should(
        "manager.forked-child.asks-as-well",
        "A forked child and its parent, asking at the same time, get the blocks that"
        " they asked for.",
        f"{ASK}; BaseManager: managers are used by several processes",
        "posix",
    ),
)

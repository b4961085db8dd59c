"""What SharedMemoryManager promises to other processes, and when some of them die."""

from shm_conformance.requirements._requirement import Requirement, may, must, should

CLASS = "SharedMemoryManager"
CONNECT = f"{CLASS}: address and authkey connect other processes to the service"
LIFE = f"{CLASS}: its sole purpose is to manage the life cycle of all its blocks"

REQUIREMENTS: tuple[Requirement, ...] = (
    must(
        "manager.block.is-attachable-by-name",
        "Any process can attach to a manager's block by its name.",
        f"{CLASS}: management of shared memory blocks across processes",
    ),
    must(
        "manager.worker.shares-the-list",
        "A list that is passed to a child of any start method is the same list there.",
        f"{CLASS}, the example of the with statement",
    ),
    must(
        "manager.worker-end.leaves-the-block",
        "A block that was passed to a child of any start method is there after the"
        " child's end.",
        f"{CLASS}, the example of the with statement",
    ),
    should(
        "manager.owner-end.releases-every-block",
        "When the program that started a manager ends without shutdown(), the"
        " manager's process ends and its blocks are removed.",
        f"{CLASS}: no need to manually trigger the freeing",
        "posix",
    ),
    may(
        "manager.killed-owner.releases-every-block",
        "Whether the blocks are removed when the manager's owner is killed.",
        f"{CLASS}; python/cpython#81158",
        "posix",
    ),
    should(
        "manager.killed-process.is-cleaned-up-after",
        "The blocks of a killed manager process are removed when its owner has ended.",
        "SharedMemory, parameter track: cleanup even if all processes exit",
        "posix",
    ),
    must(
        "manager.connect.serves-others",
        "A process that connects with address and authkey can make blocks, which"
        " live until the owner's shutdown().",
        CONNECT,
        "posix",
    ),
    must(
        "manager.get-server.serves-others",
        "The server that get_server() gives serves, in the process that asked for it,"
        " whoever connects.",
        "SharedMemoryManager: a subclass of BaseManager; BaseManager.get_server",
    ),
    should(
        "manager.connected-end.leaves-its-blocks",
        "A block that an unrelated, connected process made outlives that process.",
        f"{CONNECT}; {LIFE}",
        "posix",
    ),
    must(
        "manager.wrong-authkey.is-refused",
        "connect() with a wrong authkey raises AuthenticationError.",
        CONNECT,
    ),
    should(
        "manager.clean-run.says-nothing",
        "A manager that makes a block and a list and is shut down says nothing on"
        " stderr.",
        f"{LIFE}; CPython's own tests",
        "posix",
    ),
    should(
        "manager.sigint.is-survived",
        "SIGINT does not end the manager's process.",
        "CPython's own tests (python/cpython#80549)",
        "posix",
    ),
)

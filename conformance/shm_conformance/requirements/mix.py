"""What two targets promise each other: of one layout and life, whoever made the block."""

from shm_conformance.requirements._requirement import must, should

NAME = (
    "SharedMemory, parameter name: a different process attaches to that same block"
    " by that same name"
)
CREATE = "SharedMemory, parameter create"
SIZE = "SharedMemory, parameter size: the exact size may be larger than requested"
CLOSE = "SharedMemory.close; SharedMemory.unlink: may be called in any order"
LIST = "ShareableList, parameter name; CPython 3.9 and later and PyPy share a layout"
PICKLE = "ShareableList: pickled, it (and its SharedMemory) is the same shared object"
MANAGER = "SharedMemoryManager.SharedMemory; SharedMemory, parameter name"
REQUIREMENTS = (
    must(
        "mix.block.written-is-read",
        "What one target wrote into a block is read by another that attaches by name.",
        NAME,
        smoke=True,
    ),
    must(
        "mix.block.written-back-is-seen",
        "What another target writes into an attached block is read by its creator.",
        NAME,
    ),
    must(
        "mix.block.size-is-at-least-as-asked",
        "A block has, for another target, at least the size that its creator asked for.",
        SIZE,
    ),
    must(
        "mix.block.taken-name-is-refused",
        "A name that another target's block bears is refused to a new one with"
        " FileExistsError, and that block is as before.",
        CREATE,
    ),
    must(
        "mix.block.close-leaves-the-other",
        "After close() by its creator, another target reads what it was handed.",
        CLOSE,
    ),
    must(
        "mix.block.unlink-by-the-other",
        "unlink() by a target that attached frees the name of another one's block.",
        CLOSE,
        "posix",
    ),
    should(
        "mix.list.comes-back",
        "A list is read by another target with all its values and their types.",
        LIST,
    ),
    should(
        "mix.list.assigned-is-seen",
        "What another target assigns in a list, types included, is read by its creator.",
        LIST,
    ),
    should(
        "mix.list.same-format",
        "format of a list is the same for its creator and for another target.",
        "ShareableList.format; " + LIST,
    ),
    should(
        "mix.pickle.block",
        "A pickled handle is unpickled by another target as a handle on the same block.",
        PICKLE,
    ),
    should(
        "mix.pickle.list",
        "A pickled list is unpickled by another target, and its writes are seen.",
        PICKLE,
    ),
    should(
        "mix.manager.block-is-read",
        "A block from one target's manager is read by another target.",
        MANAGER,
    ),
    should(
        "mix.manager.shutdown-frees-the-name",
        "After shutdown() no other target can attach to a block of the manager.",
        "SharedMemoryManager: shutdown releases every block",
        "posix",
    ),
    must(
        "mix.life.any-order",
        "In any order of the steps of processes of two targets, and of their children,"
        " each block is as it was left.",
        "SharedMemory: created, attached, closed, unlinked by different processes",
        "posix",
    ),
)

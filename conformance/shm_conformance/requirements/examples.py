"""The examples of the documentation, each a requirement that it works as shown."""

from shm_conformance.requirements._requirement import must

REQUIREMENTS = (
    must(
        "example.shared-memory.works-as-documented",
        "The low-level example gives what the documentation shows: two handles on"
        " one block, used as memoryviews.",
        "SharedMemory: low-level use",
        smoke=True,
    ),
    must(
        "example.numpy.works-as-documented",
        "The NumPy example gives what the documentation shows: two shells share an"
        " array.",
        "SharedMemory: NumPy arrays from two distinct Python shells",
    ),
    must(
        "example.manager.works-as-documented",
        "The manager example gives what the documentation shows, and shutdown()"
        " releases its three blocks.",
        "SharedMemoryManager: the basic mechanisms",
    ),
    must(
        "example.manager-with.works-as-documented",
        "Two Processes fill the halves of a manager's list, whose sum is then the"
        " result; the with statement releases the list. By every start method.",
        "SharedMemoryManager: the with statement",
    ),
    must(
        "example.shareable-list.works-as-documented",
        "The list example gives what the documentation shows: types, assignment,"
        " refusal, len, index, count.",
        "ShareableList: basic use",
    ),
    must(
        "example.shareable-list-by-name.works-as-documented",
        "A list and its copy by name, in another process, share their items as the"
        " documentation shows.",
        "ShareableList: many processes by name",
    ),
    must(
        "example.pickled-list.works-as-documented",
        "A list and its unpickled copy share their items as the documentation shows.",
        "ShareableList: pickled and unpickled",
    ),
    must(
        "example.trailing-nuls.works-as-documented",
        "The work-around for trailing NULs gives what the documentation shows;"
        " without it they are all kept or all stripped.",
        "ShareableList: known issue for bytes and str",
    ),
)

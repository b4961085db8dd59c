"""What holds while several processes use one block at the same moment."""

from shm_conformance.requirements._requirement import may, must

SHARED = "Shared memory can be read and written by several processes"
LIST = "ShareableList: a mutable list, shared by several processes"
OPEN = "nothing is said of two that access one item at the same moment"
REQUIREMENTS = (
    must(
        "shm.concurrent.bytes-are-somebodys",
        "Each byte that is read while others write was written by one of them.",
        SHARED,
    ),
    must(
        "shm.concurrent.neighbours-are-kept",
        "Processes that write side by side never change each other's bytes.",
        SHARED,
    ),
    must(
        "shm.concurrent.attaching-disturbs-nobody",
        "Many that attach and close at once find the block each time, and it stays.",
        SHARED,
    ),
    must(
        "list.concurrent.own-item-is-kept",
        "A process that alone assigns an item reads what it assigned, whatever others"
        " assign to the items beside it.",
        LIST,
    ),
    must(
        "list.concurrent.other-items-are-kept",
        "An item that nobody assigns is read unchanged while others assign values of"
        " all types to the items beside it.",
        LIST,
    ),
    must(
        "list.concurrent.length-is-kept",
        "The length of a list stays as it is while others assign its items.",
        LIST,
    ),
    must(
        "list.concurrent.stays-usable",
        "When several have assigned values of different types to one item at once, it"
        " can be assigned again, and is read by all.",
        LIST,
    ),
    may(
        "list.concurrent.count",
        "Whether count of an item that nobody assigns is right while others assign the"
        " items beside it, which it reads as well.",
        OPEN,
    ),
    may(
        "list.concurrent.one-item",
        "Whether one item, assigned by one process and read by another at the same"
        " moment, is read as a value that was assigned.",
        OPEN,
    ),
    may(
        "list.concurrent.one-item-by-two",
        "Whether one item, assigned by two processes at the same moment, is left with"
        " a value of one of them.",
        OPEN,
    ),
)

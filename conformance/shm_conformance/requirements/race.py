"""What must hold when one process is in the middle of an operation and another does one."""

from shm_conformance.requirements._requirement import may, must, should

WHOLE = "every outcome is one that some order of whole operations explains"
REQUIREMENTS = (
    should(
        "race.create.attach-sees-all-or-nothing",
        "Who attaches during a creation finds the whole block, or none.",
        "SharedMemory, parameter create; " + WHOLE,
        "posix",
    ),
    must(
        "race.create.has-one-winner",
        "Of two that create the same name at once one succeeds, the other one gets"
        " FileExistsError, and the block is of the winner.",
        "SharedMemory, parameter create; " + WHOLE,
        "posix",
    ),
    should(
        "race.attach.finds-the-block-or-none",
        "An attach during an unlink() finds the block or raises FileNotFoundError.",
        "SharedMemory.unlink; " + WHOLE,
        "posix",
    ),
    should(
        "race.unlink.has-one-winner",
        "Of two unlink() at once one succeeds, the other one gets FileNotFoundError.",
        "SharedMemory.unlink; " + WHOLE,
        "posix",
    ),
    must(
        "race.unlink.spares-the-next-block",
        "A block that is created during the unlink() of another one of its name stays.",
        "SharedMemory.unlink; " + WHOLE,
        "posix",
    ),
    should(
        "race.list.assignment-is-seen-whole",
        "Who reads an item while another value of its type is assigned finds the one"
        " or the other, and its neighbours as they were.",
        "ShareableList; " + WHOLE,
        "posix",
    ),
    should(
        "race.list.assignments-leave-one-of-two",
        "Of two values of one type that are assigned at once, one is there afterwards.",
        "ShareableList; " + WHOLE,
        "posix",
    ),
    may(
        "race.list.assignment-of-another-type",
        "What is read while a value of another type is assigned.",
        "ShareableList: data types can be changed",
        "posix",
    ),
    should(
        "race.list.attach-sees-all-or-nothing",
        "Who attaches while a list is made finds all items as they are to be, or none.",
        "ShareableList, parameters sequence and name; " + WHOLE,
        "posix",
    ),
    should(
        "race.list.attached-early-sees-all-later",
        "Who could attach while a list was made finds all items once it is made.",
        "ShareableList, parameter name: attaches to an existing ShareableList",
        "posix",
    ),
)

"""What the items of a ShareableList promise: positions, slices, iteration."""

from shm_conformance.requirements._requirement import must, should

LIST_LIKE = "ShareableList: a mutable list-like object"
SLICING = "ShareableList: no new instances via slicing"
CPYTHON = "every known implementation"
REQUIREMENTS = (
    must(
        "list.getitem.from-both-ends",
        "Each item is read at its position, from 0, and from -1 backwards.",
        LIST_LIKE,
    ),
    should(
        "list.getitem.beyond-the-end",
        "Reading at the length or any higher position raises IndexError.",
        f"{LIST_LIKE}; {CPYTHON}",
    ),
    should(
        "list.getitem.before-the-start",
        "Reading at any position below minus the length raises IndexError.",
        LIST_LIKE,
    ),
    should(
        "list.getitem.checks-the-type-of-the-position",
        "Reading at a str, a float or None raises TypeError.",
        f"{LIST_LIKE}; {CPYTHON}",
    ),
    must(
        "list.setitem.from-both-ends",
        "An assigned value is read back at its position, from 0 and from -1 backwards.",
        f"{LIST_LIKE}; example c[-1] = -999",
    ),
    must(
        "list.setitem.replaces-one-item",
        "Assignment to one item leaves all the others as they were.",
        LIST_LIKE,
    ),
    should(
        "list.setitem.beyond-the-end",
        "Assignment at the length or any higher position raises IndexError.",
        f"{LIST_LIKE}; {CPYTHON}",
    ),
    should(
        "list.setitem.before-the-start",
        "Assignment at any position below minus the length raises IndexError.",
        LIST_LIKE,
    ),
    should(
        "list.setitem.out-of-range-changes-nothing",
        "Assignment at a position out of range leaves the whole block as it was.",
        LIST_LIKE,
    ),
    should(
        "list.setitem.checks-the-type-of-the-position",
        "Assignment at a str, a float or None raises TypeError.",
        f"{LIST_LIKE}; {CPYTHON}",
    ),
    must(
        "list.slice.makes-no-list",
        "A slice is no ShareableList.",
        SLICING,
    ),
    should(
        "list.slice.is-refused",
        "Slicing raises TypeError.",
        f"{SLICING}; {CPYTHON}",
    ),
    must(
        "list.iteration.yields-the-values-in-order",
        "Iteration yields every value once, in order.",
        "ShareableList: the examples",
    ),
    should(
        "list.iteration.runs-independently",
        "Two iterators over one list do not disturb each other.",
        f"{LIST_LIKE}; {CPYTHON}",
    ),
    should(
        "list.iteration.closed-is-an-error",
        "An iterator over a list that is closed raises; it does not just end.",
        "SharedMemory.close: the access from this instance ends",
    ),
    should(
        "list.reversed.yields-the-values-backwards",
        "reversed() yields every value once, from the last to the first.",
        f"{LIST_LIKE}; {CPYTHON}",
    ),
    should(
        "list.contains.finds-equal-values",
        "`in` is true for a value that an item is equal to, and false for others.",
        f"{LIST_LIKE}; {CPYTHON}",
    ),
)

"""What a ShareableList promises as a whole: how it is made, what it shows and finds."""

from shm_conformance.requirements._requirement import may, must, should

LIST = "ShareableList"
SEQUENCE = "ShareableList, parameter sequence"
NAME = "ShareableList, parameter name"
FORMAT = "ShareableList.format"
SHM = "ShareableList.shm"
FIXED = "ShareableList: these lists can not change their overall length"
EXAMPLES = "ShareableList: the examples"
CPYTHON = "every known implementation"
REQUIREMENTS = (
    must(
        "list.create.holds-the-sequence",
        "A new list holds the values of the given list, tuple, range, str or bytes,"
        " in order.",
        SEQUENCE,
        smoke=True,
    ),
    must(
        "list.create.empty-sequence",
        "An empty sequence makes a list of length 0.",
        SEQUENCE,
    ),
    may(
        "list.create.from-an-iterator",
        "An iterator instead of a sequence may be taken or refused.",
        SEQUENCE,
    ),
    may(
        "list.create.from-nothing",
        "A call with neither sequence nor name may make an empty list or be refused.",
        SEQUENCE,
    ),
    must(
        "list.create.bears-the-name",
        "A new list lies in a block of the given name.",
        NAME,
    ),
    must(
        "list.create.novel-name",
        "Lists made without a name lie in blocks of different names.",
        NAME,
    ),
    must(
        "list.create.taken-name-is-refused",
        "A new list under the name of an existing block raises FileExistsError.",
        NAME,
    ),
    must(
        "list.create.taken-name-is-untouched",
        "A block whose name is asked for again for a new list keeps its content.",
        NAME,
    ),
    must(
        "list.create.name-by-keyword-only",
        "A second positional argument raises TypeError.",
        "ShareableList(sequence=None, *, name=None)",
    ),
    must(
        "list.create.copies-another-list",
        "A list made from another ShareableList holds the same values in a block of"
        " its own.",
        SEQUENCE,
    ),
    must(
        "list.len.counts-the-items",
        "len() is the number of items.",
        EXAMPLES,
    ),
    must(
        "list.length.never-changes",
        "No method or operator of the built-in list that adds or removes items"
        " changes the length or the values.",
        FIXED,
    ),
    must(
        "list.count.counts-equal-values",
        "count() is the number of items equal to the value, 0 for none.",
        "ShareableList.count",
    ),
    must(
        "list.index.finds-the-first",
        "index() is the first of the positions at which the value is.",
        "ShareableList.index",
    ),
    must(
        "list.index.absent-is-an-error",
        "index() raises ValueError where no item is equal to the value.",
        "ShareableList.index",
    ),
    should(
        "list.search.compares-by-equality",
        "count(), index() and `in` find 1, 1.0 and True alike, and no str for bytes.",
        f"ShareableList.count: occurrences of value; {CPYTHON}",
    ),
    should(
        "list.search.asks-the-value",
        "count() and index() find what a value calls equal by an __eq__ of its own.",
        f"ShareableList.count: occurrences of value; {CPYTHON}",
    ),
    should(
        "list.subclass.reads-its-way",
        "What a subclass makes of __getitem__ or of __iter__ is what iteration, count(),"
        " index() and repr() take for the items.",
        f"ShareableList: list-like; {CPYTHON}",
    ),
    may(
        "list.contains.nan",
        "A NaN may be found or not be found by `in`.",
        "ShareableList: list-like",
    ),
    must(
        "list.shm.is-the-block",
        "shm is the SharedMemory in which the values are stored.",
        SHM,
    ),
    should(
        "list.class.takes-a-parameter",
        "ShareableList[int] is a generic alias of the class with that argument, and"
        " makes lists as the class does.",
        "test_genericalias of CPython, which has ShareableList among its generic types",
    ),
    should(
        "list.repr.shows-values-and-name",
        "repr() is ShareableList([...], name='...') with the values and the name.",
        f"{EXAMPLES}; {CPYTHON}",
    ),
    must(
        "list.format.is-read-only",
        "Assignment to format raises AttributeError.",
        FORMAT,
    ),
    must(
        "list.format.is-a-struct-format",
        "format is a format of the struct module with one field for each item.",
        FORMAT,
    ),
    must(
        "list.format.follows-the-values",
        "format is another one after an item has changed from int to float, and the"
        " same as before when it has changed back.",
        FORMAT,
    ),
)

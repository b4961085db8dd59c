"""What a ShareableList promises as a whole: how it is made, what it shows and finds."""

from __future__ import annotations

import math
import struct
from contextlib import suppress
from functools import partial
from typing import Any

from shm_conformance import checks
from shm_conformance.actors import Actors
from shm_conformance.errors import TargetError, Unsupported
from shm_conformance.messages import iterator_over
from shm_conformance.suite import requirement

ORIGIN = "alias.__origin__.__name__"
ARGUMENTS = "[it.__name__ for it in alias.__args__]"
EVEN = """
class Even:
    __hash__ = None
    def __eq__(self, other):
        return isinstance(other, int) and other % 2 == 0
"""
# How a subclass doubles what it reads, by the method that it overrides.
DOUBLING = {
    "__getitem__": "def __getitem__(self, at): return 2 * super().__getitem__(at)",
    "__iter__": "def __iter__(self): return (2 * self[at] for at in range(len(self)))",
}
MIXED = [7, "text", b"bytes", 2.5, True, None]
# What changes the length of a built-in list, with arguments that it would take.
GROW_OR_SHRINK: dict[str, tuple[object, ...]] = {
    "append": (1,),
    "insert": (0, 1),
    "extend": ([1, 2],),
    "pop": (),
    "remove": (7,),
    "clear": (),
    "__iadd__": ([1],),
    "__imul__": (2,),
    "__delitem__": (0,),
}


@requirement("list.create.holds-the-sequence")
def test_a_list_holds_the_sequence(actors: Actors) -> None:
    """A list, tuple, range, str or bytes gives its values in order."""
    actor = actors.start()
    sequences = [MIXED, tuple(MIXED), range(3, 9, 2), "alpha", b"\x05\x00\xff"]

    def holds(sequence: Any) -> None:
        values = actor.shareable_list(sequence).apply("list")
        checks.alike("the new list", values, list(sequence))

    checks.each({repr(it): partial(holds, it) for it in sequences})


@requirement("list.create.empty-sequence")
def test_an_empty_sequence_makes_an_empty_list(actors: Actors) -> None:
    """Every empty sequence gives a list of length 0 without values."""
    actor = actors.start()
    empty: tuple[object, ...] = ([], (), range(0), "", b"")

    lists = [actor.shareable_list(sequence) for sequence in empty]

    lengths = [[block.apply("len"), block.apply("list")] for block in lists]
    checks.alike("[len(), values] of each", lengths, [[0, []]] * 5)


@requirement("list.create.from-an-iterator")
def test_an_iterator_may_be_taken(actors: Actors) -> None:
    """Whether an iterator makes a list is recorded."""
    actor = actors.start()

    try:
        block = actor.shareable_list(iterator_over([1, 2, 3]), name=actors.name())
        trait = "taken" if block.apply("list") == [1, 2, 3] else "taken in part"
    except TargetError as error:
        trait = f"refused with {error.failure.type}"

    actors.trait("list made from an iterator", trait)


@requirement("list.create.from-nothing")
def test_a_list_may_be_made_from_nothing(actors: Actors) -> None:
    """Whether ShareableList() makes an empty list is recorded."""
    actor = actors.start()

    try:
        trait = f"a list of length {actor.shareable_list().apply('len')}"
    except TargetError as error:
        trait = f"refused with {error.failure.type}"

    actors.trait("ShareableList()", trait)


@requirement("list.create.bears-the-name")
def test_a_list_bears_the_given_name(actors: Actors) -> None:
    """The block of a new list exists under the name that was asked for."""
    name = actors.name()

    block = actors.start().shareable_list([1], name=name)

    checks.exists(actors, name, "after the list was made")
    checks.same("shm.name", block.shm.get("name"), name)


@requirement("list.create.novel-name")
def test_lists_without_a_name_get_different_ones(actors: Actors) -> None:
    """Two lists that are made without a name do not share a block."""
    actor = actors.start()
    first = actor.shareable_list([1])

    second = actor.shareable_list([1])

    checks.that(first.name != second.name, f"both are {first.name!r}", "two names")
    checks.exists(actors, first.name)
    checks.exists(actors, second.name)


@requirement("list.create.taken-name-is-refused")
def test_a_taken_name_is_refused(actors: Actors) -> None:
    """A list under the name of another list, or of a bare block, is not made."""
    actor = actors.start()
    taken = [actor.shareable_list([1]), actor.shared_memory(create=True, size=64)]

    for block in taken:
        with checks.raises("FileExistsError"):
            actor.shareable_list([2, 3], name=block.name)


@requirement("list.create.taken-name-is-untouched")
def test_a_block_whose_name_is_asked_for_is_untouched(actors: Actors) -> None:
    """The list that bears the name has its values afterwards, and exists."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shareable_list(MIXED)

    with checks.raises("Exception"):
        other.shareable_list([2, 3], name=block.name)

    checks.exists(actors, block.name, "after another list of this name was refused")
    checks.alike("the list", block.apply("list"), MIXED)


@requirement("list.create.name-by-keyword-only")
def test_the_name_is_no_positional_argument(actors: Actors) -> None:
    """A name as the second positional argument raises TypeError."""
    actor = actors.start()

    with checks.raises("TypeError"):
        actor.shareable_list([1], actors.name())


@requirement("list.create.copies-another-list")
def test_a_list_can_be_copied(actors: Actors) -> None:
    """A list of a list has its values, and later writes to one are not in the other."""
    actor = actors.start()
    original = actor.shareable_list(MIXED)

    copy = actor.shareable_list(original)
    original.apply("setitem", 0, 8)
    copy.apply("setitem", 1, "copy")

    checks.alike("the copy", copy.apply("list"), [7, "copy", *MIXED[2:]])
    checks.alike("the original", original.apply("list"), [8, *MIXED[1:]])


@requirement("list.len.counts-the-items")
def test_len_counts_the_items(actors: Actors) -> None:
    """len() is the number of items, of few and of many."""
    actor = actors.start()

    lengths = [actor.shareable_list(range(n)).apply("len") for n in (1, 6, 2000)]

    checks.alike("len() of lists of 1, 6 and 2000 items", lengths, [1, 6, 2000])


@requirement("list.length.never-changes")
def test_the_length_never_changes(actors: Actors) -> None:
    """What a list has for growing and shrinking is missing, or does nothing."""
    block = actors.start().shareable_list(MIXED)

    def leaves_it_alone(method: str, args: tuple[object, ...]) -> None:
        # Missing or refusing, either will do.
        with suppress(TargetError):
            block.call(method, *args)
        checks.same(f"len() after {method}", block.apply("len"), len(MIXED))
        checks.alike(f"the list after {method}", block.apply("list"), MIXED)

    checks.each(
        {
            method: partial(leaves_it_alone, method, args)
            for method, args in GROW_OR_SHRINK.items()
        }
    )


@requirement("list.count.counts-equal-values")
def test_count_counts_equal_values(actors: Actors) -> None:
    """count() tells how often a value is there, wherever it is."""
    block = actors.start().shareable_list([5, "a", None, 5, b"a", 2.5, 5])

    counts = [block.call("count", it) for it in (5, "a", None, 2.5, 6, "b")]

    checks.alike("count() of 5, 'a', None, 2.5, 6, 'b'", counts, [3, 1, 1, 1, 0, 0])


@requirement("list.index.finds-the-first")
def test_index_finds_the_first(actors: Actors) -> None:
    """index() gives the lowest position of a value."""
    block = actors.start().shareable_list([5, "a", None, 5, "a", b"z"])

    positions = [block.call("index", it) for it in (5, "a", None, b"z")]

    checks.alike("index() of 5, 'a', None, b'z'", positions, [0, 1, 2, 5])


@requirement("list.index.absent-is-an-error")
def test_index_of_an_absent_value_raises(actors: Actors) -> None:
    """index() of what is not there raises ValueError."""
    block = actors.start().shareable_list([5, "a", None])

    for absent in (6, "b", 2.5):
        with checks.raises("ValueError"):
            block.call("index", absent)


@requirement("list.search.compares-by-equality")
def test_a_search_compares_by_equality(actors: Actors) -> None:
    """1, 1.0 and True are found for each other; 'a' and b'a' are not."""
    block = actors.start().shareable_list([0, 1, True, 1.0, b"a"])

    counts = [block.call("count", it) for it in (1, True, 1.0, "a")]

    checks.alike("count() of 1, True, 1.0, 'a'", counts, [3, 3, 3, 0])
    checks.same("index(1.0)", block.call("index", 1.0), 1)
    contained = [block.apply("contains", it) for it in (1.0, False, "a")]
    checks.alike("`in` for 1.0, False, 'a'", contained, [True, True, False])


@requirement("list.search.asks-the-value")
def test_a_search_asks_the_value(actors: Actors) -> None:
    """A value that is equal to every even number is found as often as there are such."""
    actor = actors.start()
    actor.run(EVEN)
    actor.run("items = shared_memory.ShareableList([3, 4, 'a', 6])")

    found = actor.run("[items.count(Even()), items.index(Even())]")

    actor.run("items.shm.close()\nitems.shm.unlink()")
    checks.alike("count() and index() of any even number", found, [2, 1])


@requirement("list.subclass.reads-its-way")
def test_a_subclass_reads_its_way(actors: Actors) -> None:
    """Items are doubled, by the one method or the other; whatever reads all sees that."""
    actor = actors.start()
    for method, source in DOUBLING.items():
        actor.run(f"class Doubled(shared_memory.ShareableList):\n    {source}")
        actor.run("items = Doubled([1, 2, 4])")

        counts = "items.count(8), items.count(1)"
        read = actor.run(f"[list(items), {counts}, items.index(8)]")
        text = actor.run("repr(items).partition(', name=')[0]")

        actor.run("items.shm.close()\nitems.shm.unlink()")
        what = f"with {method}: list(), count(8), count(1), index(8)"
        checks.same(what, read, [[2, 4, 8], 1, 0, 2])
        checks.same(f"with {method}: repr()", text, "Doubled([2, 4, 8]")


@requirement("list.contains.nan")
def test_a_nan_may_be_found(actors: Actors) -> None:
    """Whether a NaN is found by `in` is recorded."""
    block = actors.start().shareable_list([math.nan])

    is_found = block.apply("contains", math.nan)

    actors.trait("a NaN is found in a list", "yes" if is_found else "no")


@requirement("list.shm.is-the-block")
def test_shm_is_the_block(actors: Actors) -> None:
    """What is assigned to an item changes the memory that shm shows."""
    block = actors.start().shareable_list([1, "b"])
    before = block.shm.read()

    block.apply("setitem", 0, 2**62)

    checks.same(
        "the class of shm", block.actor.apply("type", block.shm), "SharedMemory"
    )
    checks.exists(actors, str(block.shm.get("name")))
    checks.that(block.shm.read() != before, "shm.buf did not change", "another content")


@requirement("list.class.takes-a-parameter")
def test_the_class_takes_a_parameter(actors: Actors) -> None:
    """What type checkers are told of the items, the class itself can be told too."""
    actor = actors.start()
    if not actor.run("hasattr(__import__('types'), 'GenericAlias')"):
        raise Unsupported("no generic aliases before Python 3.9")
    actor.run("alias = shared_memory.ShareableList[int]\nitems = alias([1])")

    origin, arguments, made = map(
        actor.run, (ORIGIN, ARGUMENTS, "type(items).__name__")
    )

    actor.run("items.shm.close()\nitems.shm.unlink()")
    checks.same("the alias is of", origin, "ShareableList")
    checks.same("its arguments are", arguments, ["int"])
    checks.same("what it makes is a", made, "ShareableList")


@requirement("list.repr.shows-values-and-name")
def test_repr_shows_values_and_name(actors: Actors) -> None:
    """repr() has the form that the documentation shows."""
    block = actors.start().shareable_list(MIXED)

    text = block.apply("repr")

    checks.same("repr()", text, f"ShareableList({MIXED!r}, name={block.name!r})")


@requirement("list.format.is-read-only")
def test_format_is_read_only(actors: Actors) -> None:
    """Assignment to format raises AttributeError."""
    block = actors.start().shareable_list([1])

    with checks.raises("AttributeError"):
        block.set("format", "d")


@requirement("list.format.is-a-struct-format")
def test_format_is_a_struct_format(actors: Actors) -> None:
    """The struct module finds as many fields in format as the list has items."""
    block = actors.start().shareable_list([*MIXED, "", "x" * 70])

    form = block.get("format")

    try:
        fields = len(struct.unpack(form, bytes(struct.calcsize(form))))
    except (struct.error, TypeError):
        fields = -1
    checks.that(fields == 8, f"format is {form!r}", "a struct format of 8 fields")


@requirement("list.format.follows-the-values")
def test_format_follows_the_values(actors: Actors) -> None:
    """A change of type is seen in format, and so is the change back."""
    block = actors.start().shareable_list([1, 2, "c"])
    first = block.get("format")

    block.apply("setitem", 1, 2.5)

    changed = block.get("format")
    checks.that(changed != first, f"still {first!r} with a float", "another format")
    block.apply("setitem", 1, 3)
    checks.same("format, back to an int", block.get("format"), first)

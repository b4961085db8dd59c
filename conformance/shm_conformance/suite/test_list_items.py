"""What the items of a ShareableList promise: positions, slices, iteration."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from shm_conformance import checks
from shm_conformance.actors import Actors
from shm_conformance.errors import TargetError
from shm_conformance.messages import Described
from shm_conformance.remotes import Block
from shm_conformance.suite import requirement

MIXED = [7, "text", b"bytes", 2.5, True, None]
BEYOND = (6, 7, 100, 2**31, 2**63, 2**70)
BEFORE = (-7, -8, -9, -12, -13, -100, -(2**31), -(2**63) - 1, -(2**70))
NO_POSITIONS = ("0", 1.0, None)


def refuses_to_read(block: Block, position: object, error: str) -> None:
    with checks.raises(error):
        block.apply("getitem", position)


def refuses_to_assign(block: Block, position: object, error: str) -> None:
    with checks.raises(error):
        block.apply("setitem", position, 1)


@requirement("list.getitem.from-both-ends")
def test_items_are_read_from_both_ends(actors: Actors) -> None:
    """Every position from minus the length to the last gives its value."""
    block = actors.start().shareable_list(MIXED)

    values = [block.apply("getitem", position) for position in range(-6, 6)]

    checks.alike("the items at -6 to 5", values, MIXED * 2)


@requirement("list.getitem.beyond-the-end")
def test_reading_beyond_the_end_raises(actors: Actors) -> None:
    """Positions from the length on raise IndexError, in an empty list too."""
    actor = actors.start()
    full, empty = actor.shareable_list(MIXED), actor.shareable_list([])
    cases = [(full, position) for position in BEYOND] + [(empty, 0)]

    checks.each(
        {
            f"{block.handle}[{at}]": partial(refuses_to_read, block, at, "IndexError")
            for block, at in cases
        }
    )


@requirement("list.getitem.before-the-start")
def test_reading_before_the_start_raises(actors: Actors) -> None:
    """Positions below minus the length raise IndexError, in an empty list too."""
    actor = actors.start()
    full, empty = actor.shareable_list(MIXED), actor.shareable_list([])
    cases = [(full, position) for position in BEFORE] + [(empty, -1)]

    checks.each(
        {
            f"{block.handle}[{at}]": partial(refuses_to_read, block, at, "IndexError")
            for block, at in cases
        }
    )


@requirement("list.getitem.checks-the-type-of-the-position")
def test_reading_at_no_position_raises(actors: Actors) -> None:
    """A str, a float and None are no positions to read at."""
    block = actors.start().shareable_list(MIXED)

    for position in NO_POSITIONS:
        refuses_to_read(block, position, "TypeError")


@requirement("list.setitem.from-both-ends")
def test_items_are_assigned_from_both_ends(actors: Actors) -> None:
    """Positions from the front and from the back take values."""
    block = actors.start().shareable_list(range(6))

    for position in (0, 2, -1, -3):
        block.apply("setitem", position, 100 + position)

    checks.alike("the list", block.apply("list"), [100, 1, 102, 97, 4, 99])


@requirement("list.setitem.replaces-one-item")
def test_assignment_replaces_one_item(actors: Actors) -> None:
    """Beside a new value at each position in turn, the others stay."""
    block = actors.start().shareable_list(MIXED)
    due: list[object] = list(MIXED)

    for position in range(6):
        block.apply("setitem", position, b"new")
        due[position] = b"new"
        checks.alike(f"the list after [{position}]", block.apply("list"), due)


@requirement("list.setitem.beyond-the-end")
def test_assignment_beyond_the_end_raises(actors: Actors) -> None:
    """Positions from the length on raise IndexError, in an empty list too."""
    actor = actors.start()
    full, empty = actor.shareable_list(MIXED), actor.shareable_list([])

    for position in BEYOND:
        refuses_to_assign(full, position, "IndexError")
    refuses_to_assign(empty, 0, "IndexError")


@requirement("list.setitem.before-the-start")
def test_assignment_before_the_start_raises(actors: Actors) -> None:
    """Positions below minus the length raise IndexError, in an empty list too."""
    actor = actors.start()
    # A list for each: after a wild write nothing can be told from the same one.
    cases = [(actor.shareable_list(MIXED), at) for at in (-7, -8, -13, -100, -(2**70))]
    cases.append((actor.shareable_list([]), -1))

    checks.each(
        {
            f"{block.handle}[{at}]": partial(refuses_to_assign, block, at, "IndexError")
            for block, at in cases
        }
    )


@requirement("list.setitem.out-of-range-changes-nothing")
def test_assignment_out_of_range_changes_nothing(actors: Actors) -> None:
    """No byte of the block is another after assignment at a position out of range."""
    block = actors.start().shareable_list(MIXED)
    before = block.shm.read()

    for position in (*BEYOND, *BEFORE):
        # Which error is due is for other tests.
        with suppress(TargetError):
            block.apply("setitem", position, 1)

    checks.same("the content of the block", block.shm.read(), before)


@requirement("list.setitem.checks-the-type-of-the-position")
def test_assignment_at_no_position_raises(actors: Actors) -> None:
    """A str, a float and None are no positions to assign at."""
    block = actors.start().shareable_list(MIXED)

    for position in NO_POSITIONS:
        refuses_to_assign(block, position, "TypeError")


@requirement("list.slice.makes-no-list")
def test_a_slice_is_no_shareable_list(actors: Actors) -> None:
    """Whatever slicing does, it does not make another ShareableList."""
    block = actors.start().shareable_list(MIXED)

    def slices(*bounds: int | None) -> None:
        try:
            value = block.apply("slice", *bounds)
        except TargetError:
            return
        is_list = isinstance(value, Described) and "ShareableList" in value.type
        checks.that(not is_list, f"a slice is {value}", "no ShareableList")

    checks.each(
        {
            "[0:2]": lambda: slices(0, 2),
            "[:]": lambda: slices(None, None),
            "[::-1]": lambda: slices(None, None, -1),
        }
    )


@requirement("list.slice.is-refused")
def test_slicing_raises(actors: Actors) -> None:
    """Slicing raises TypeError, and the list is as before."""
    block = actors.start().shareable_list(MIXED)

    for bounds in ((0, 2), (None, None), (None, None, -1)):
        with checks.raises("TypeError"):
            block.apply("slice", *bounds)


@requirement("list.iteration.yields-the-values-in-order")
def test_iteration_yields_the_values(actors: Actors) -> None:
    """list(), tuple() and sum() meet every value once, in order."""
    actor = actors.start()
    mixed, numbers = actor.shareable_list(MIXED), actor.shareable_list(range(2000))

    values = mixed.apply("list")

    checks.alike("list()", values, MIXED)
    checks.alike("tuple()", mixed.apply("tuple"), tuple(MIXED))
    checks.same("sum() of range(2000)", numbers.apply("sum"), sum(range(2000)))


@requirement("list.iteration.runs-independently")
def test_iterations_run_independently(actors: Actors) -> None:
    """One iteration goes on as if there were no other."""
    actor = actors.start()
    name = actor.shareable_list([1, 2, 3]).name
    actor.run(f"l = shared_memory.ShareableList(name={name!r})")

    pairs = actor.run("[(a, b) for a in l for b in l]")

    checks.alike("the pairs", pairs, [(a, b) for a in (1, 2, 3) for b in (1, 2, 3)])


@requirement("list.iteration.closed-is-an-error")
def test_an_iterator_over_a_closed_list_raises(actors: Actors) -> None:
    """Closed behind any item, of whatever type the next one is."""
    actor = actors.start()

    for position in range(1, len(MIXED)):
        name = actor.shareable_list(MIXED).name
        actor.run(f"l = shared_memory.ShareableList(name={name!r})")
        actor.run("items = iter(l)")
        seen = actor.run(f"[next(items) for _ in range({position})]")
        checks.alike("the values before", seen, MIXED[:position])

        actor.run("l.shm.close()")

        with checks.raises("Exception"):
            actor.run("list(items)")


@requirement("list.reversed.yields-the-values-backwards")
def test_reversed_yields_the_values_backwards(actors: Actors) -> None:
    """reversed() begins with the last value and ends with the first."""
    block = actors.start().shareable_list(MIXED)

    values = block.apply("reversed")

    checks.alike("reversed()", values, MIXED[::-1])


@requirement("list.contains.finds-equal-values")
def test_contains_finds_equal_values(actors: Actors) -> None:
    """`in` knows each value that is there, and no other."""
    block = actors.start().shareable_list(MIXED)

    present = [block.apply("contains", value) for value in MIXED]
    absent = [block.apply("contains", value) for value in (8, "other", b"text", 0.5)]

    checks.alike("`in` for the values", present, [True] * 6)
    checks.alike("`in` for others", absent, [False] * 4)

"""What holds while several processes use one block at the same moment.

What they do is repeated side by side. Whether two of them really meet is chance;
what they may see when they do is not.
"""

from __future__ import annotations

from contextlib import suppress

from shm_conformance import checks
from shm_conformance.actors import Actors
from shm_conformance.errors import TargetError
from shm_conformance.layout import Value
from shm_conformance.suite import requirement
from shm_conformance.suite.together import (
    applying,
    attaching,
    calling,
    getting,
    only,
    rate,
    reading,
    setting,
    together,
    writing,
)

SIZE = 64
# Two values of each type that differ in all their bytes, and are of one length.
PAIRS: dict[str, tuple[Value, Value]] = {
    "int": (0x0101010101010101, 0x7E7E7E7E7E7E7E7E),
    "float": (1.1, -2.2e300),
    "str": ("a" * 40, "b" * 40),
    "bytes": (b"a" * 40, b"b" * 40),
    "int and str": (7, "seven"),
    "str and None": ("some", None),
}
# All types, each of another length than its neighbours in turn.
MIXED: tuple[Value, ...] = (7, "text", None, b"12345678", 2.5, "x" * 40, True)


@requirement("shm.concurrent.bytes-are-somebodys")
def test_bytes_are_somebodys(actors: Actors) -> None:
    """Two writers fill a block; a third process finds bytes of theirs only."""
    one, two, reader = actors.start_all("one", "two", "reader")
    mine = one.shared_memory(create=True, size=SIZE)
    mine.write(0, b"a" * SIZE)
    theirs, seen = two.shared_memory(mine.name), reader.shared_memory(mine.name)

    *_, (found,) = together(
        actors,
        (one, [writing(mine, 0, b"a" * SIZE)]),
        (two, [writing(theirs, 0, b"b" * SIZE)]),
        (reader, [reading(seen, 0, SIZE)]),
    )

    for outcome in found:
        is_right = type(outcome.value) is bytes and not outcome.value.strip(b"ab")
        is_right = is_right and len(outcome.value) == SIZE
        checks.that(is_right, f"a read gave {outcome}", f"{SIZE} bytes, each a or b")


@requirement("shm.concurrent.neighbours-are-kept")
def test_neighbours_are_kept(actors: Actors) -> None:
    """Three processes write a byte each, next to each other, and read it back."""
    cast = actors.start_all("one", "two", "three")
    first = cast[0].shared_memory(create=True, size=3)
    blocks = [first, *(actor.shared_memory(first.name) for actor in cast[1:])]

    found = together(
        actors,
        *(
            (
                block.actor,
                [
                    writing(block, place, b"a"),
                    reading(block, place, place + 1),
                    writing(block, place, b"z"),
                    reading(block, place, place + 1),
                ],
            )
            for place, block in enumerate(blocks)
        ),
    )

    for actor, (_, after_a, _, after_z) in zip(cast, found, strict=True):
        only(f"{actor.name}'s byte after a", after_a, b"a")
        only(f"{actor.name}'s byte after z", after_z, b"z")


@requirement("shm.concurrent.attaching-disturbs-nobody")
def test_attaching_disturbs_nobody(actors: Actors) -> None:
    """Two processes attach, read and close again and again; the creator has its block."""
    owner, one, two = actors.start_all("owner", "one", "two")
    block = owner.shared_memory(create=True, size=1)
    block.write(0, b"x")

    calls = attaching(block.name, "SharedMemory_again")
    (kept,), *found = together(
        actors, (owner, [reading(block, 0, 1)]), (one, calls), (two, calls)
    )

    only("the creator's byte", kept, b"x")
    for actor, (opened, seen, closed) in zip((one, two), found, strict=True):
        only(f"attaching by {actor.name}", opened, "SharedMemory_again")
        only(f"what {actor.name} read", seen, b"x")
        only(f"closing by {actor.name}", closed, None)
    checks.exists(actors, block.name, "after all have closed")


@requirement("list.concurrent.own-item-is-kept")
def test_an_own_item_is_kept(actors: Actors) -> None:
    """Three processes assign an item each, of changing types, and read it back."""
    cast = actors.start_all("one", "two", "three")
    first = cast[0].shareable_list(["x" * 40] * 3)
    lists = [first, *(actor.shareable_list(name=first.name) for actor in cast[1:])]

    found = together(
        actors,
        *(
            (
                block.actor,
                [
                    call
                    for value in MIXED
                    for call in (setting(block, place, value), getting(block, place))
                ],
            )
            for place, block in enumerate(lists)
        ),
    )

    for actor, outcomes in zip(cast, found, strict=True):
        for value, assigned, seen in zip(
            MIXED, outcomes[::2], outcomes[1::2], strict=True
        ):
            only(f"an assignment by {actor.name}", assigned, None)
            only(f"{actor.name}'s item", seen, value)


@requirement("list.concurrent.other-items-are-kept")
def test_other_items_are_kept(actors: Actors) -> None:
    """One process assigns every other item; the items between them stay as they are."""
    writer, reader = actors.start_all("writer", "reader")
    kept: list[Value] = ["kept", -1, b"also"]
    values = [it for value in kept for it in ("x" * 40, value)]
    block = writer.shareable_list([*values, "x" * 40])
    far = reader.shareable_list(name=block.name)

    _, found = together(
        actors,
        (writer, [setting(block, at, it) for it in MIXED for at in range(0, 7, 2)]),
        (reader, [getting(far, at) for at in (1, 3, 5)]),
    )

    for value, seen in zip(kept, found, strict=True):
        only(f"the item {value!r}", seen, value)


@requirement("list.concurrent.length-is-kept")
def test_the_length_is_kept(actors: Actors) -> None:
    """One process assigns values of all types, another one asks for the length."""
    writer, reader = actors.start_all("writer", "reader")
    block = writer.shareable_list(["x" * 40, 1])
    far = reader.shareable_list(name=block.name)

    _, (length,) = together(
        actors,
        (writer, [setting(block, 0, value) for value in MIXED]),
        (reader, [applying("len", far)]),
    )

    only("len", length, 2)


@requirement("list.concurrent.stays-usable")
def test_a_list_stays_usable(actors: Actors) -> None:
    """Whatever two processes have left in an item, the next assignment counts."""
    one, two = actors.start_all("one", "two")
    mine = one.shareable_list(["x" * 40, "after"])
    theirs = two.shareable_list(name=mine.name)

    together(
        actors,
        (one, [setting(mine, 0, it) for it in MIXED] + [getting(mine, 0)]),
        (two, [setting(theirs, 0, it) for it in MIXED[::-1]] + [getting(theirs, 0)]),
    )

    for writer, reader, value in ((mine, theirs, "mine"), (theirs, mine, 8)):
        writer.apply("setitem", 0, value)
        checks.same("what the other reads", reader.apply("getitem", 0), value)
        checks.same("the next item", reader.apply("getitem", 1), "after")


@requirement("list.concurrent.count")
def test_count_beside_items_that_are_assigned(actors: Actors) -> None:
    """How often count fails, or is wrong, is recorded; the types never change."""
    writer, reader = actors.start_all("writer", "reader")
    block = writer.shareable_list([1, "kept", 2])
    far = reader.shareable_list(name=block.name)

    _, (found,) = together(
        actors,
        (writer, [setting(block, at, value) for at in (0, 2) for value in (1, 2)]),
        (reader, [calling(far, "count", "kept")]),
    )

    actors.trait("count while others assign, as wrong or an error", rate(found, 1))


@requirement("list.concurrent.one-item")
def test_one_item_is_assigned_and_read(actors: Actors) -> None:
    """How often a read gives what nobody assigned is recorded, type by type."""
    writer, reader = actors.start_all("writer", "reader")
    for types, (first, second) in PAIRS.items():
        block = writer.shareable_list([first if "None" in types else "x" * 40, 1])
        far = reader.shareable_list(name=block.name)
        block.apply("setitem", 0, first)

        _, (seen,) = together(
            actors,
            (writer, [setting(block, 0, second), setting(block, 0, first)]),
            (reader, [getting(far, 0)]),
        )

        odd = rate(seen, first, second)
        actors.trait(f"{types} read while it is assigned, as neither", odd)


@requirement("list.concurrent.one-item-by-two")
def test_one_item_is_assigned_by_two(actors: Actors) -> None:
    """What is left when both have stopped is recorded, type by type."""
    one, two = actors.start_all("one", "two")
    for types, values in PAIRS.items():
        mine = one.shareable_list(["x" * 40, 1])
        theirs = two.shareable_list(name=mine.name)

        together(
            actors,
            (one, [setting(mine, 0, values[0])]),
            (two, [setting(theirs, 0, values[1])]),
        )

        left = "an error"
        with suppress(TargetError):
            is_whole = repr(mine.apply("getitem", 0)) in map(repr, values)
            left = "a value of one" if is_whole else "another value"
        actors.trait(f"{types} assigned by two at once, what is left", left)

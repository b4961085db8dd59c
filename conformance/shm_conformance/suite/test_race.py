"""What holds when one process is held in the middle of an operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial

from shm_conformance import checks
from shm_conformance.actors import Actors
from shm_conformance.errors import TargetError
from shm_conformance.remotes import Block
from shm_conformance.suite import requirement
from shm_conformance.suite.list_races import (
    Begin,
    ListRace,
    assigning,
    making,
    run_list_race,
)
from shm_conformance.suite.races import (
    Outcome,
    Race,
    one_of,
    one_winner,
    opening,
    run_race,
    shared,
    unlinking,
)


def nothing(actors: Actors, name: str) -> None:
    """Begin with no block."""


def a_block(actors: Actors, name: str) -> None:
    """Begin with a block on which each has a handle."""
    first, second = actors.cast
    first.shared_memory(name, create=True, size=16)
    second.shared_memory(name)


def of_the_second(actors: Actors, name: str) -> None:
    """Begin with a block that only the second process has."""
    actors.cast[1].shared_memory(name, create=True, size=16)


@requirement("race.create.attach-sees-all-or-nothing")
def test_attach_during_a_creation(actors: Actors) -> None:
    """The creator is held; the other one attaches."""

    def judge(actors: Actors, name: str, created: Outcome, attached: Outcome) -> None:
        one_of("create", created)
        one_of("attach", attached, "FileNotFoundError")
        if created.block and attached.block:
            size = attached.block.get("size")
            checks.that(size >= 16, f"the attached size is {size}", "16 or more")
            shared(attached.block, created.block)

    run_race(actors, Race(nothing, opening(True), opening(False), judge))


@requirement("race.create.has-one-winner")
def test_two_creations(actors: Actors) -> None:
    """Both create the same name."""

    def judge(actors: Actors, name: str, one: Outcome, other: Outcome) -> None:
        one_winner("two creations", "FileExistsError", one, other)
        winner = one.block or other.block
        assert winner is not None
        checks.exists(actors, name, "after two creations")
        shared(winner, actors.start("third").shared_memory(name))

    run_race(actors, Race(nothing, opening(True), opening(True), judge))


@requirement("race.attach.finds-the-block-or-none")
def test_unlink_during_an_attach(actors: Actors) -> None:
    """Who attaches is held; the creator unlinks."""

    def judge(actors: Actors, name: str, attached: Outcome, unlinked: Outcome) -> None:
        one_of("unlink", unlinked)
        one_of("attach", attached, "FileNotFoundError")
        checks.gone(actors, name, "after unlink()")

    run_race(actors, Race(of_the_second, opening(False), unlinking, judge))


@requirement("race.unlink.has-one-winner")
def test_two_unlinks(actors: Actors) -> None:
    """Both unlink the same block."""

    def judge(actors: Actors, name: str, one: Outcome, other: Outcome) -> None:
        one_winner("two unlinks", "FileNotFoundError", one, other)
        checks.gone(actors, name, "after two unlinks")

    run_race(actors, Race(a_block, unlinking, unlinking, judge))


@requirement("race.unlink.spares-the-next-block")
def test_creation_during_an_unlink(actors: Actors) -> None:
    """Who unlinks is held; the other one creates a block of that name."""

    def judge(actors: Actors, name: str, unlinked: Outcome, created: Outcome) -> None:
        one_of("unlink", unlinked)
        one_of("create", created, "FileExistsError")
        if created.block:
            checks.exists(actors, name, "after a creation during an unlink()")
            shared(created.block, actors.start("third").shared_memory(name))

    run_race(actors, Race(a_block, unlinking, opening(True), judge))


# Before and after an assignment: of one type each, then of two.
ALIKE: dict[str, tuple[object, object]] = {
    "int": (7, -(2**63)),
    "str": ("12345678", "abcdefgh"),
    "bytes": (b"\xff" * 300, b"ab"),
}
THIRD = {"int": 0, "str": "x" * 8, "bytes": b"x" * 300}
UNLIKE: dict[str, tuple[object, object]] = {
    "int, str": (7, "seven"),
    "str, float": ("text", 2.5),
    "bytes, None": (b"bytes", None),
}
GUARDS = "before", 12345
ITEMS = [7, "text", None, b"bytes" * 9, 0.5]


def shared_list(actors: Actors, first: object) -> tuple[Block, Block]:
    """A list with a handle of each of two actors; *first* makes the room of item 1."""
    actors.end()
    writer, reader = actors.start_all("writer", "reader")
    mine = writer.shareable_list([GUARDS[0], first, GUARDS[1]])
    return mine, reader.shareable_list(name=mine.name)


def run_assignment(
    actors: Actors,
    values: tuple[Block, object, object],
    meanwhile: Callable[[], None],
    judge: Callable[[], None] = lambda: None,
) -> None:
    """Hold who assigns another value to item 1 of a list, and whose first use that is.

    Then hold who has used the list before. *values* are the list and the two values.
    """
    mine, old, new = values
    opened: list[Block] = []

    def prepare(is_new: bool) -> Begin:
        mine.apply("setitem", 1, old)
        opened.append(mine.actor.shareable_list(name=mine.name))
        if not is_new:
            opened[0].apply("setitem", 1, old)
        return assigning(opened[0], 1, new)

    for is_new in (True, False):
        begin = partial(prepare, is_new)
        clean = partial(close_all, opened)
        run_list_race(actors, ListRace(mine.actor, begin, meanwhile, judge, clean))


def close_all(opened: list[Block]) -> None:
    """Close these lists, of which no more is wanted."""
    while opened:
        opened.pop().shm.call("close")


def one_of_two(found: object, values: Iterable[object]) -> None:
    """Check that a list has its guards, and one of these values between them."""
    due = [repr([GUARDS[0], value, GUARDS[1]]) for value in values]
    checks.that(repr(found) in due, f"the list is {found!r:.200}", " or ".join(due))


@requirement("race.list.assignment-is-seen-whole")
def test_a_list_is_read_during_an_assignment(actors: Actors) -> None:
    """The writer is held; the other one reads all items."""

    def case(old: object, new: object) -> None:
        mine, theirs = shared_list(actors, old)

        def look() -> None:
            one_of_two(theirs.apply("list"), (old, new))
            item = theirs.apply("getitem", 1)
            one_of_two([GUARDS[0], item, GUARDS[1]], (old, new))

        run_assignment(actors, (mine, old, new), look)

    checks.each({kind: partial(case, *pair) for kind, pair in ALIKE.items()})


@requirement("race.list.assignments-leave-one-of-two")
def test_two_assign_to_an_item(actors: Actors) -> None:
    """One is held, the other one assigns."""

    def case(old: object, new: object, other: object) -> None:
        mine, theirs = shared_list(actors, old)

        def judge() -> None:
            for block in (mine, theirs):
                one_of_two(block.apply("list"), (new, other))

        assign = partial(theirs.apply, "setitem", 1, other)
        run_assignment(actors, (mine, old, new), assign, judge)

    checks.each({kind: partial(case, THIRD[kind], *it) for kind, it in ALIKE.items()})


@requirement("race.list.assignment-of-another-type")
def test_a_list_is_read_while_a_type_changes(actors: Actors) -> None:
    """What is read is recorded, type by type."""
    for types, (old, new) in UNLIKE.items():
        mine, theirs = shared_list(actors, "x" * 8)
        seen: set[str] = set()
        look = partial(note_item, theirs, {repr(old), repr(new)}, seen)

        run_assignment(actors, (mine, old, new), look)

        found = ", ".join(sorted(seen)) or "the old or the new value"
        actors.trait(f"{types}: read before a line of the assignment", found)


def note_item(block: Block, due: set[str], seen: set[str]) -> None:
    """Note what an item is, if it is none of these."""
    try:
        item = block.apply("getitem", 1)
    except TargetError as error:
        seen.add(error.failure.bases[0])
    else:
        if repr(item) not in due:
            seen.add("None" if item is None else "another value")


@requirement("race.list.attach-sees-all-or-nothing")
def test_attach_while_a_list_is_made(actors: Actors) -> None:
    """The creator is held; the other one attaches and reads all items."""

    def look(block: Block) -> None:
        if block.apply("len"):
            checks.alike("the list", block.apply("list"), ITEMS)

    run_attach(actors, look)


@requirement("race.list.attached-early-sees-all-later")
def test_who_attached_early_sees_all_later(actors: Actors) -> None:
    """The creator is held; the other one attaches, and reads when it is done."""

    def read(block: Block) -> None:
        checks.alike("the list", block.apply("list"), ITEMS)
        checks.alike("item 1", block.apply("getitem", 1), ITEMS[1])

    run_attach(actors, later=read)


def run_attach(
    actors: Actors,
    look: Callable[[Block], None] = lambda block: None,
    later: Callable[[Block], None] = lambda block: None,
) -> None:
    """Hold who makes a list; the other one may be able to attach to it."""
    creator, other = actors.start_all("creator", "other")
    names: list[str] = []
    attached: list[Block] = []

    def prepare() -> Begin:
        names.append(actors.name())
        return making(creator, names[-1], ITEMS)

    def attach() -> None:
        with suppress(TargetError):
            attached.append(other.shareable_list(name=names[-1]))
        for block in attached:
            look(block)

    def judge() -> None:
        for block in attached:
            later(block)

    def clean() -> None:
        close_all(attached)
        block = other.shared_memory(names[-1])
        block.unlink()
        block.close()

    run_list_race(actors, ListRace(creator, prepare, attach, judge, clean))

"""What a ShareableList promises for every value: generated values, orders, layouts."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import strategies as st

from shm_conformance import checks, layout, strategies
from shm_conformance.actors import Actor, Actors
from shm_conformance.errors import TargetError, Violation
from shm_conformance.layout import Value
from shm_conformance.messages import Special
from shm_conformance.remotes import Block
from shm_conformance.suite import requirement
from shm_conformance.suite.layouts import byteorder, decoded, laid_out
from shm_conformance.suite.lending import attached, lent

PLAIN = st.lists(strategies.plain_values(), max_size=5)
SOME = st.lists(strategies.plain_values(), min_size=1, max_size=5)
# Room for whatever the strategies make, whether it counts characters or bytes.
ROOMY = ["x" * 160] * 3
# The room of ROOMY's slots is what is overwritten, so any value fits.
ASSIGNMENTS = st.lists(
    st.tuples(st.integers(-3, 2), strategies.values()), min_size=1, max_size=8
)
# Of characters that one Python escapes in a repr, and another does not, there is none.
PLAIN_ASSIGNMENTS = st.lists(
    st.tuples(st.integers(-3, 2), strategies.plain_values()), min_size=1, max_size=8
)


def items(block: Block, count: int) -> list[Any]:
    return [block.apply("getitem", position) for position in range(count)]


@requirement("list.any-values.come-back")
def test_any_values_come_back(actors: Actors) -> None:
    """Any list of values whose room is beyond dispute is read back in its process."""

    def check(values: list[Value]) -> None:
        with lent(actors.living("owner").shareable_list(values)) as block:
            checks.alike("the list", block.apply("list"), values)

    actors.explore(check, 3, values=PLAIN)


@requirement("list.any-text.comes-back")
def test_any_text_comes_back(actors: Actors) -> None:
    """Characters of any length, combining ones and odd ones among them."""

    def check(text: str) -> None:
        with lent(actors.living("owner").shareable_list([text, 7])) as block:
            checks.alike("the list", block.apply("list"), [text, 7])

    actors.explore(check, 2, text=strategies.texts())


@requirement("list.any-values.by-every-means")
def test_any_values_are_found_by_every_means(actors: Actors) -> None:
    """Positions, iteration, membership, count and index agree with those of a list."""

    def check(values: list[Value], doubled: int) -> None:
        values = [*values, values[doubled % len(values)]]
        with lent(actors.living("owner").shareable_list(values)) as block:
            checks.alike("the items", items(block, len(values)), values)
            at = [block.apply("getitem", -n) for n in range(1, len(values) + 1)]
            checks.alike("the items from the end", at, values[::-1])
            checks.alike("tuple()", block.apply("tuple"), tuple(values))
            look_for_each(block, values)

    actors.explore(check, 0.5, values=SOME, doubled=st.integers(0, 4))


def look_for_each(block: Block, values: list[Value]) -> None:
    for value in values:
        # A NaN equals nothing, though a list knows it by identity.
        if value == value:  # noqa: PLR0124
            what = f"({value!r})"
            count, index = values.count(value), values.index(value)
            checks.same(f"count{what}", block.call("count", value), count)
            checks.same(f"index{what}", block.call("index", value), index)


@requirement("list.any-values.repr")
def test_the_repr_shows_any_values(actors: Actors) -> None:
    """The values stand in the repr as a list would show them."""

    def check(values: list[Value]) -> None:
        with lent(actors.living("owner").shareable_list(values)) as block:
            look_at_repr(block, values)

    actors.explore(check, values=PLAIN)


def look_at_repr(block: Block, values: list[Value]) -> None:
    shown, due = block.apply("repr"), repr(values)
    checks.that(due in shown, f"repr() is {shown!r}", f"{due!r} in it")


@requirement("list.any-values.elsewhere")
def test_any_values_are_read_elsewhere(actors: Actors) -> None:
    """An unrelated process reads what the first one stored."""

    def check(values: list[Value]) -> None:
        owner, other = actors.living("owner"), actors.living("other")
        with (
            lent(owner.shareable_list(values)) as block,
            attached(other, block.name) as far,
        ):
            checks.same("len()", far.apply("len"), len(values))
            checks.alike("the attached list", far.apply("list"), values)

    actors.explore(check, values=PLAIN)


@requirement("list.any-values.pickled")
def test_any_values_travel_in_a_pickle(actors: Actors) -> None:
    """Unpickled in another process, the list has the values and writes to them."""

    def check(values: list[Value]) -> None:
        owner, other = actors.living("owner"), actors.living("other")
        with lent(owner.shareable_list(values)) as block:
            far = other.unpickle(block.pickle(), "ShareableList")
            try:
                checks.alike("the unpickled list", far.apply("list"), values)
                far.apply("setitem", 0, None)
                checks.same("item 0", block.apply("getitem", 0), None)
            finally:
                far.shm.call("close")

    actors.explore(check, 0.5, values=SOME)


@requirement("list.any-values.by-a-manager")
def test_any_values_by_a_manager(actors: Actors) -> None:
    """The manager's list is read by its owner, and by a stranger."""
    managers: dict[Actor, Any] = {}

    def check(values: list[Value]) -> None:
        owner, other = actors.living("owner"), actors.living("other")
        if owner not in managers:
            managers[owner] = owner.manager()
            managers[owner].call("start")
        block = managers[owner].make("ShareableList", values)
        checks.alike("the manager's list", block.apply("list"), values)
        with attached(other, block.shm.get("name")) as far:
            checks.alike("the list elsewhere", far.apply("list"), values)
        block.shm.call("close")

    actors.explore(check, 0.3, values=PLAIN)


@requirement("list.any-overwrites.come-back")
def test_any_overwrites_come_back(actors: Actors) -> None:
    """Each item is what was last assigned to it, of whatever type it was before."""

    def check(assignments: list[tuple[int, Value]]) -> None:
        with lent(actors.living("owner").shareable_list(ROOMY)) as block:
            due = overwrite(block, assignments)
            checks.alike("the list", block.apply("list"), due)

    actors.explore(check, assignments=ASSIGNMENTS)


def overwrite(block: Block, assignments: list[tuple[int, Value]]) -> list[Value]:
    """Assign in turn; returns what a list of ROOMY has to hold then."""
    due: list[Value] = list(ROOMY)
    for position, value in assignments:
        block.apply("setitem", position, value)
        due[position] = value
    return due


@requirement("list.any-overwrites.by-every-means")
def test_any_overwrites_are_found_by_every_means(actors: Actors) -> None:
    """What looks at all items at once sees them as they were assigned last."""

    def check(assignments: list[tuple[int, Value]]) -> None:
        with lent(actors.living("owner").shareable_list(ROOMY)) as block:
            due = overwrite(block, assignments)
            look_for_each(block, due)
            look_at_repr(block, due)

    actors.explore(check, 0.5, assignments=PLAIN_ASSIGNMENTS)


@requirement("list.any-long.by-every-means")
def test_long_strings_are_found_by_every_means(actors: Actors) -> None:
    """One handle reads long strings again and again, as made and as overwritten."""

    def check(values: list[Value], shorter: list[Value]) -> None:
        with lent(actors.living("owner").shareable_list(values)) as block:
            due = list(values)
            for position, value in enumerate([None, *shorter]):
                block.apply("setitem", position, value)
                due[position] = value
                checks.alike("the items", items(block, len(due)), due)
                look_for_each(block, due)
                look_at_repr(block, due)

    # Where slots are sized by characters these have too much room, never too little.
    long = strategies.kilobytes()
    values = st.lists(long, min_size=3, max_size=4)
    shorter = st.lists(strategies.plain_values(), min_size=1, max_size=2)
    actors.explore(check, 0.2, values=values, shorter=shorter)


@requirement("list.any-overwrites.elsewhere")
def test_any_overwrites_are_seen_elsewhere(actors: Actors) -> None:
    """Two processes write in turn; after each write both read the same."""

    def check(assignments: list[tuple[int, Value]]) -> None:
        due: list[Value] = list(ROOMY)
        owner, other = actors.living("owner"), actors.living("other")
        with (
            lent(owner.shareable_list(ROOMY)) as near,
            attached(other, near.name) as far,
        ):
            for turn, (position, value) in enumerate(assignments):
                writer, reader = (near, far) if turn % 2 else (far, near)
                writer.apply("setitem", position, value)
                due[position] = value
                checks.alike("the list", reader.apply("list"), due)

    actors.explore(check, 0.5, assignments=ASSIGNMENTS)


@requirement("list.any-nulls.one-documented-way")
def test_nuls_at_the_end_come_back_in_one_way(actors: Actors) -> None:
    """All values with NULs behind them come back whole, or all of them stripped."""
    ways: set[str] = set()

    def check(values: list[str | bytes]) -> None:
        stripped = [strategies.without_nuls(value) for value in values]
        with lent(actors.living("owner").shareable_list(values)) as block:
            seen = items(block, len(values))
        checks.that(
            seen in (stripped, values),
            f"{values!r} came back as {seen!r}",
            "each of them whole, or each without its NULs at the end",
        )
        ways.add("kept" if seen == values else "stripped")
        checks.that(len(ways) == 1, "NULs are now kept and now stripped", "one way")

    values = st.lists(strategies.with_nuls(), min_size=1, max_size=3)
    actors.explore(check, values=values)
    actors.trait("NULs at the end of any str and bytes", " and ".join(ways))


@requirement("list.any-nulls.padded-is-whole")
def test_the_padding_keeps_any_nuls(actors: Actors) -> None:
    """The documented work-around: one more character, taken off when read."""

    def check(value: str | bytes, last: str) -> None:
        padded: Any = value + last if isinstance(value, str) else value + last.encode()
        with lent(actors.living("owner").shareable_list([padded])) as block:
            read = block.apply("getitem", 0)
        checks.alike("the padded value", read[:-1], value)

    padding = st.sampled_from(("\x07", "x", " ", "\n"))
    actors.explore(check, value=strategies.with_nuls(), last=padding)


@requirement("list.any-refused.is-not-stored")
def test_no_list_is_made_with_a_refused_value(actors: Actors) -> None:
    """Wherever the value stands among good ones, an error is raised."""

    def check(values: list[Value], refused: Any, place: int) -> None:
        values = [*values[:place], refused, *values[place:]]
        with checks.raises("Exception"):
            actors.living("owner").shareable_list(values)

    refused = strategies.refused_values() | strategies.large_ints()
    actors.explore(check, 0.5, values=PLAIN, refused=refused, place=st.integers(0, 5))


@requirement("list.any-refused.leaves-no-block")
def test_a_refused_list_leaves_no_block(actors: Actors) -> None:
    """The name of a list that was refused is free."""

    def check(values: list[Value], refused: Any, place: int) -> None:
        name, owner = actors.name(), actors.living("owner")
        with suppress(TargetError):
            owner.shareable_list([*values[:place], refused, *values[place:]], name=name)
            return
        checks.gone(actors, name, "after the list was refused")

    refused = strategies.refused_values() | strategies.large_ints()
    actors.explore(check, 0.5, values=PLAIN, refused=refused, place=st.integers(0, 5))


def refusal_changes_nothing(actors: Actors, refused: st.SearchStrategy[Any]) -> None:
    def check(old: Value, refused: Any) -> None:
        with lent(actors.living("owner").shareable_list([old, "x" * 20, 1])) as block:
            before = block.shm.read()
            with checks.raises("Exception"):
                block.apply("setitem", 0, refused)
            claim = block.shm.read() == before
            checks.that(claim, "the block has changed", "not a byte of it")
            checks.alike("item 0", block.apply("getitem", 0), old)

    actors.explore(check, old=strategies.plain_values(), refused=refused)


@requirement("list.any-refused.changes-nothing")
def test_a_refused_assignment_changes_nothing(actors: Actors) -> None:
    """Every byte is as before, where the value is too long, no text, or of no type."""
    too_long = st.sampled_from(("x" * 200, b"x" * 200, "\u20ac" * 70, "x" * 9_999))

    refusal_changes_nothing(actors, strategies.refused_values() | too_long)


@requirement("list.any-large-int.changes-nothing")
def test_a_large_int_changes_nothing(actors: Actors) -> None:
    """Every byte is as before, where an int is too large by one or by far."""
    refusal_changes_nothing(actors, strategies.large_ints())


@requirement("list.any-subclass.assigned")
def test_a_subclass_may_be_assigned(actors: Actors) -> None:
    """Which instances of subclasses are taken by an assignment is recorded."""
    taken: set[str] = set()

    def check(value: Special) -> None:
        with lent(actors.living("owner").shareable_list(["x" * 20])) as block:
            try:
                block.apply("setitem", 0, value)
            except TargetError:
                return
            taken.add(type(block.apply("getitem", 0)).__name__)

    actors.explore(check, 0.2, value=strategies.subclass_instances())
    actors.trait("subclasses taken by assignment", ", ".join(sorted(taken)) or "none")


@requirement("list.any-length.up-to-the-limit")
def test_strings_up_to_the_limit_come_back(actors: Actors) -> None:
    """The longest strings are whole, to the last byte."""

    def check(value: str | bytes) -> None:
        with lent(actors.living("owner").shareable_list([value])) as block:
            read = block.apply("getitem", 0)
        claim = type(read) is type(value) and read == value
        checks.that(claim, f"{len(read)} characters came back", f"{len(value)}, as set")

    actors.explore(check, 0.03, value=strategies.long_strings())


@requirement("list.any-layout.is-the-common-one")
def test_any_list_lies_as_others_expect_it(actors: Actors) -> None:
    """Our own reader finds in the block what the target has stored and assigned."""

    def check(values: list[Value], assignments: list[tuple[int, Value]]) -> None:
        due: list[Value] = [*ROOMY, *values]
        with lent(actors.living("owner").shareable_list(due)) as block:
            checks.alike("the decoded list", decoded(actors, block), due)
            for position, value in assignments:
                block.apply("setitem", position % 3, value)
                due[position % 3] = value
            checks.alike("the decoded list", decoded(actors, block), due)

    actors.explore(check, values=PLAIN, assignments=ASSIGNMENTS)


@requirement("list.any-layout.reads-the-common-one")
def test_any_list_of_others_is_read(actors: Actors) -> None:
    """Lists that our own writer lays out, with either known size of a slot, are read."""

    def check(values: list[Value], rule: str) -> None:
        owner = actors.living("owner")
        bare = laid_out(actors, owner, values, layout.SLOT_RULES[rule])
        try:
            with attached(owner, bare.name) as block:
                checks.alike("the list", block.apply("list"), values)
        finally:
            bare.close()
            bare.unlink()

    values = st.lists(strategies.values(), max_size=5)
    actors.explore(check, values=values, rule=st.sampled_from(list(layout.SLOT_RULES)))


@requirement("list.layout.generation")
def test_the_generation_of_the_layout(actors: Actors) -> None:
    """The older layout has sizes where the newer one has offsets."""
    block = actors.start().shareable_list([1, "text", None])

    try:
        generation = layout.generation(block.shm.read(), byteorder(actors))
    except ValueError as error:
        raise Violation(f"the block is {error}", "one of the known layouts") from None
    actors.trait("layout of a list", generation)

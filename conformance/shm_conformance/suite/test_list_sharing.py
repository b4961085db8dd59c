"""What a ShareableList promises between handles and processes: attach, life, layout."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from shm_conformance import checks, layout
from shm_conformance.actors import Actors
from shm_conformance.errors import TargetError
from shm_conformance.remotes import Remote
from shm_conformance.suite import requirement
from shm_conformance.suite.layouts import decoded, laid_out

MIXED: list[layout.Value] = [7, "text", b"bytes", 2.5, True, None, "\u20ac plain text"]
# What no list begins with: a negative length, one too long for the block, and
# items that lie outside of it.
NO_LISTS = {
    "all ones": b"\xff" * 64,
    "too many items": b"\x05" + bytes(30),
    "items outside": b"\x02" + bytes(7) + b"\xff" * 80,
    "text": b"a page of plain text, and surely no list of anything at all here",
}


@requirement("list.attach.sees-the-values")
def test_an_attached_list_has_the_values(actors: Actors) -> None:
    """Length, values and their types are there in an unrelated process."""
    creator, other = actors.start_all("creator", "other")
    block = creator.shareable_list(MIXED)

    attached = other.shareable_list(name=block.name)

    checks.same("len()", attached.apply("len"), len(MIXED))
    checks.alike("the attached list", attached.apply("list"), MIXED)


@requirement("list.attach.sees-later-writes")
def test_an_attached_list_sees_later_writes(actors: Actors) -> None:
    """An assignment in the creator is seen by a list that was attached before it."""
    creator, other = actors.start_all("creator", "other")
    block = creator.shareable_list([1, "two", b"three"])
    attached = other.shareable_list(name=block.name)

    for position, value in enumerate([-1, "TWO", b"t"]):
        block.apply("setitem", position, value)

    checks.alike("the attached list", attached.apply("list"), [-1, "TWO", b"t"])


@requirement("list.attach.sees-changed-types")
def test_an_attached_list_sees_changed_types(actors: Actors) -> None:
    """What changed its type in one process has the new type in the other one."""
    creator, other = actors.start_all("creator", "other")
    block = creator.shareable_list([1, "two", b"three", 4.0, None])
    attached = other.shareable_list(name=block.name)
    attached.apply("list")

    for position, value in enumerate(["one", b"2", None, True, 5]):
        block.apply("setitem", position, value)

    checks.alike("the list", attached.apply("list"), ["one", b"2", None, True, 5])


@requirement("list.attach.writes-reach-the-creator")
def test_writes_reach_the_creator(actors: Actors) -> None:
    """What an attached process assigns is what the creator reads."""
    creator, other = actors.start_all("creator", "other")
    block = creator.shareable_list(range(5))
    attached = other.shareable_list(name=block.name)

    attached.apply("setitem", -1, -999)
    attached.apply("setitem", 0, "zero")

    checks.alike("the creator's list", block.apply("list"), ["zero", 1, 2, 3, -999])


@requirement("list.attach.same-format")
def test_every_handle_has_the_same_format(actors: Actors) -> None:
    """Creator and attached agree on format, after a change of type as well."""
    creator, other = actors.start_all("creator", "other")
    block = creator.shareable_list(MIXED)
    attached = other.shareable_list(name=block.name)
    checks.same("format, attached", attached.get("format"), block.get("format"))

    block.apply("setitem", 0, "now text")

    checks.same("format, attached", attached.get("format"), block.get("format"))


@requirement("list.attach.changes-nothing")
def test_attaching_changes_nothing(actors: Actors) -> None:
    """No byte of the block is another after it was attached to and read."""
    creator, other = actors.start_all("creator", "other")
    block = creator.shareable_list(MIXED)
    before = block.shm.read()

    attached = other.shareable_list(name=block.name)
    attached.apply("list")
    attached.get("format")

    checks.same("the content of the block", block.shm.read(), before)


@requirement("list.attach.missing-is-an-error")
def test_attaching_to_nothing_raises(actors: Actors) -> None:
    """A name that no block bears raises FileNotFoundError, and gets no block."""
    actor, name = actors.start(), actors.name()

    with checks.raises("FileNotFoundError"):
        actor.shareable_list(name=name)

    checks.gone(actors, name, "after an attach to it")


@requirement("list.attach.no-list-is-an-error")
def test_attaching_to_no_list_raises(actors: Actors) -> None:
    """A block with other content than a list raises an error on attach."""
    actor = actors.start()

    def is_refused(content: bytes) -> None:
        bare = actor.shared_memory(create=True, size=len(content))
        bare.write(0, content)
        with checks.raises("Exception"):
            actor.shareable_list(name=bare.name)

    checks.each({name: partial(is_refused, it) for name, it in NO_LISTS.items()})


@requirement("list.attach.no-list-stays")
def test_a_block_that_is_no_list_stays(actors: Actors) -> None:
    """A block that was taken for a list in another process is as before."""
    owner, other = actors.start_all("owner", "other")
    content = NO_LISTS["too many items"]
    bare = owner.shared_memory(create=True, size=len(content))
    bare.write(0, content)

    # Whether that is an error is another requirement's affair.
    with suppress(TargetError):
        other.shareable_list(name=bare.name)

    checks.exists(actors, bare.name, "after an attach as a list")
    checks.same("the content", bare.read()[: len(content)], content)


@requirement("list.attach.larger-block")
def test_a_list_may_lie_in_a_larger_block(actors: Actors) -> None:
    """A list with something else behind it is read and written."""
    creator, other = actors.start_all("creator", "other")
    list_ = creator.shareable_list([1, "text", None])
    content = list_.shm.read()
    larger = creator.shared_memory(create=True, size=len(content) + 100)
    larger.write(0, content + b"\xa5" * 100)

    attached = other.shareable_list(name=larger.name)
    attached.apply("setitem", 0, "first")

    checks.alike("the list", attached.apply("list"), ["first", "text", None])


@requirement("list.handles.share-the-values")
def test_two_handles_share_the_values(actors: Actors) -> None:
    """Of two handles in one process each sees what the other one assigns."""
    actor = actors.start()
    first = actor.shareable_list([1, 2, 3])
    second = actor.shareable_list(name=first.name)

    first.apply("setitem", 0, "first")
    second.apply("setitem", 1, "second")

    checks.alike("the first", first.apply("list"), ["first", "second", 3])
    checks.alike("the second", second.apply("list"), ["first", "second", 3])


@requirement("list.close.leaves-the-others")
def test_closing_one_handle_leaves_the_others(actors: Actors) -> None:
    """A list can be used after the creator has closed its handle."""
    creator, other = actors.start_all("creator", "other")
    block = creator.shareable_list([1, 2])
    attached = other.shareable_list(name=block.name)

    block.shm.call("close")

    attached.apply("setitem", 0, "new")
    checks.alike("the attached list", attached.apply("list"), ["new", 2])


@requirement("list.close.access-is-an-error")
def test_access_to_a_closed_list_raises(actors: Actors) -> None:
    """After close() items are neither read nor assigned: both are errors."""
    block = actors.start().shareable_list([1, "text"])
    # What is found out at a first access must be forgotten.
    for position in (0, 1):
        block.apply("getitem", position)
    block.apply("setitem", 0, 1)

    block.shm.call("close")

    for position in (0, 1, -1):
        with checks.raises("Exception"):
            block.apply("getitem", position)
        with checks.raises("Exception"):
            block.apply("setitem", position, 2)


@requirement("list.drop.keeps-the-block")
def test_a_block_outlives_its_handles(actors: Actors) -> None:
    """With no handle left in the creator, another process attaches to the list."""
    creator, other = actors.start_all("creator", "other")
    block = creator.shareable_list(MIXED)
    shm = block.shm

    block.drop()
    shm.drop()

    checks.exists(actors, block.name, "after the last handle was dropped")
    attached = other.shareable_list(name=block.name)
    checks.alike("the list", attached.apply("list"), MIXED)


@requirement("list.unlink.frees-the-name")
def test_unlink_frees_the_name(actors: Actors) -> None:
    """After shm.unlink() no list is found, and a new one can have the name."""
    actor = actors.start()
    block = actor.shareable_list([1])

    block.shm.call("unlink")

    checks.gone(actors, block.name, "after shm.unlink()")
    with checks.raises("FileNotFoundError"):
        actor.shareable_list(name=block.name)
    actor.shareable_list([2], name=block.name)


@requirement("list.pickle.is-the-same-list")
def test_an_unpickled_list_is_the_same(actors: Actors) -> None:
    """Whatever the protocol, each side sees what the other one assigns."""
    actor = actors.start()
    block = actor.shareable_list(range(10))

    def shares(protocol: int) -> None:
        copy = actor.unpickle(block.pickle(protocol), "ShareableList")
        block.apply("setitem", 0, -protocol)
        copy.apply("setitem", 1, "copy")
        due = [-protocol, "copy", *range(2, 10)]
        checks.same("the name", copy.name, block.name)
        checks.alike("the unpickled list", copy.apply("list"), due)
        checks.alike("the pickled list", block.apply("list"), due)

    checks.each({f"protocol {number}": partial(shares, number) for number in range(6)})


@requirement("list.pickle.works-in-another-process")
def test_a_list_is_unpickled_elsewhere(actors: Actors) -> None:
    """An unrelated process unpickles a list, and its writes are seen."""
    creator, other = actors.start_all("creator", "other")
    block = creator.shareable_list(MIXED)

    copy = other.unpickle(block.pickle(), "ShareableList")

    checks.alike("the unpickled list", copy.apply("list"), MIXED)
    copy.apply("setitem", 0, "copy")
    checks.same("the item", block.apply("getitem", 0), "copy")


@requirement("list.pickle.holds-no-values")
def test_a_pickle_holds_no_values(actors: Actors) -> None:
    """A long list has no larger pickle than a short one."""
    actor = actors.start()
    short = actor.shareable_list([1], name=actors.name("_a"))
    long = actor.shareable_list(["x" * 20] * 1000, name=actors.name("_b"))

    lengths = [len(block.pickle()) for block in (short, long)]

    # A size may be part of it, and larger numbers are longer; names as well.
    actual = f"the pickles are {lengths} bytes long"
    checks.that(lengths[1] <= lengths[0] + 16, actual, "the same length, or nearly")


@requirement("list.pickle.unlinked-is-an-error")
def test_a_list_that_is_gone_is_not_unpickled(actors: Actors) -> None:
    """To unpickle after unlink() raises FileNotFoundError."""
    actor = actors.start()
    block = actor.shareable_list([1])
    data = block.pickle()
    block.shm.call("unlink")

    with checks.raises("FileNotFoundError"):
        actor.unpickle(data, "ShareableList")


def shared_with_a_child(actors: Actors, method: str) -> None:
    parent = actors.start("parent")
    block = parent.shareable_list(MIXED)

    child = parent.start_child(method, "child", block)
    passed = Remote(child, block.handle)

    checks.alike("the child's list", passed.apply("list"), MIXED)
    passed.apply("setitem", 0, "child")
    checks.same("the parent's item", block.apply("getitem", 0), "child")


@requirement("list.child.by-spawn")
def test_a_spawned_child_shares_a_list(actors: Actors) -> None:
    """Parent and spawned child read and write one list."""
    shared_with_a_child(actors, "spawn")


@requirement("list.child.by-fork")
def test_a_forked_child_shares_a_list(actors: Actors) -> None:
    """Parent and forked child read and write one list."""
    shared_with_a_child(actors, "fork")


@requirement("list.child.by-forkserver")
def test_a_child_of_the_fork_server_shares_a_list(actors: Actors) -> None:
    """Parent and child of the fork server read and write one list."""
    shared_with_a_child(actors, "forkserver")


@requirement("list.layout.is-the-common-one")
def test_a_list_lies_as_others_expect_it(actors: Actors) -> None:
    """Our own reader finds the values in the block of the target's list."""
    actor = actors.start()
    values = [*MIXED, "", b"x" * 70, -(2**63), False]

    block = actor.shareable_list(values)

    checks.alike("the decoded list", decoded(actors, block), values)
    checks.alike("the empty list", decoded(actors, actor.shareable_list([])), [])


@requirement("list.layout.reads-the-common-one")
def test_a_list_of_others_is_read(actors: Actors) -> None:
    """A list that our own writer has laid out is read by the target."""
    actor = actors.start()
    values = [*MIXED, "", b"x" * 70, "exactly8", -(2**63), False]
    bare = laid_out(actors, actor, values)

    block = actor.shareable_list(name=bare.name)

    checks.alike("the list", block.apply("list"), values)
    due = "q8s8sdxxxxxxx?xxxxxx?x16s8s72s8sqxxxxxxx?"
    checks.same("format", block.get("format"), due)


@requirement("list.layout.keeps-the-common-one")
def test_assignment_keeps_the_layout(actors: Actors) -> None:
    """Our own reader finds what the target has assigned in a list of ours."""
    actor = actors.start()
    values: list[layout.Value] = ["", 7, "four" * 4, None, b"", 2.5]
    block = actor.shareable_list(name=laid_out(actors, actor, values).name)

    values = [True, "text", 2.5, b"byte", -1, None]
    for position, value in enumerate(values):
        block.apply("setitem", position, value)

    checks.alike("the decoded list", decoded(actors, block), values)


@requirement("list.layout.room")
def test_the_room_for_eight_bytes(actors: Actors) -> None:
    """How long a value fits where eight bytes were at first is recorded."""
    block = actors.start().shareable_list(["eight by", 1])

    form = block.get("format")

    actors.trait("format of a str of eight bytes and an int", str(form))

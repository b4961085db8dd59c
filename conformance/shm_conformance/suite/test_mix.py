"""What two targets promise each other: of one layout and life, whoever made the block.

The maker is of the target that is judged, the taker of its partner: the other side
of a pair. A target alone is its own partner.
"""

from __future__ import annotations

from shm_conformance import checks
from shm_conformance.actors import Actor, Actors
from shm_conformance.layout import Value
from shm_conformance.suite import requirement
from shm_conformance.suite.lives import explore_lives
from shm_conformance.suite.mixing import VALUES, need_one_layout, need_the_module


def start_both(actors: Actors) -> tuple[Actor, Actor]:
    """A process of each side."""
    return actors.start("maker"), actors.start_partner("taker")


@requirement("mix.block.written-is-read")
def test_what_one_wrote_the_other_reads(actors: Actors) -> None:
    """Every value of a byte arrives, whatever interpreter attaches."""
    maker, taker = start_both(actors)
    block = maker.shared_memory(create=True, size=256)
    block.write(0, bytes(range(256)))

    attached = taker.shared_memory(block.name)

    checks.same("what the taker reads", attached.read(0, 256), bytes(range(256)))


@requirement("mix.block.written-back-is-seen")
def test_what_the_other_writes_the_creator_reads(actors: Actors) -> None:
    """A write of an attached process is seen by the process that created the block."""
    maker, taker = start_both(actors)
    block = maker.shared_memory(create=True, size=16)

    taker.shared_memory(block.name).write(4, b"from afar")

    checks.same("what the maker reads", block.read(4, 13), b"from afar")


@requirement("mix.block.size-is-at-least-as-asked")
def test_the_other_has_the_size(actors: Actors) -> None:
    """The last byte that was asked for is there for the other target."""
    maker, taker = start_both(actors)
    block = maker.shared_memory(create=True, size=5000)

    size = taker.shared_memory(block.name).get("size")

    checks.that(size >= 5000, f"the taker's size is {size}", "5000 bytes or more")


@requirement("mix.block.taken-name-is-refused")
def test_a_name_of_the_other_is_taken(actors: Actors) -> None:
    """A block that the other target made is not made a second time, and not emptied."""
    maker, taker = start_both(actors)
    block = taker.shared_memory(actors.name(), create=True, size=16)
    block.write(0, b"was here")

    with checks.raises("FileExistsError"):
        maker.shared_memory(block.name, create=True, size=16)

    checks.same("what the taker reads", block.read(0, 8), b"was here")


@requirement("mix.block.close-leaves-the-other")
def test_close_leaves_the_other(actors: Actors) -> None:
    """close() by the creator leaves mapping and content to the other target."""
    maker, taker = start_both(actors)
    block = maker.shared_memory(create=True, size=16)
    block.write(0, b"kept")
    attached = taker.shared_memory(block.name)

    block.close()

    checks.same("what the taker reads", attached.read(0, 4), b"kept")


@requirement("mix.block.unlink-by-the-other")
def test_the_other_may_unlink(actors: Actors) -> None:
    """Who attached may unlink; then nobody can attach any more."""
    maker, taker = start_both(actors)
    block = taker.shared_memory(create=True, size=16)

    maker.shared_memory(block.name).unlink()

    checks.gone(actors, block.name, "after unlink() by the other")
    with checks.raises("FileNotFoundError"):
        taker.shared_memory(block.name)


@requirement("mix.list.comes-back")
def test_a_list_comes_back(actors: Actors) -> None:
    """Length, values and their types are there for the other target."""
    maker, taker = start_both(actors)
    need_one_layout(maker, taker)
    values: list[Value] = [*VALUES, -(2**63), "\u20ac", b"", "x" * 70]
    block = maker.shareable_list(values)

    attached = taker.shareable_list(name=block.name)

    checks.alike("the taker's list", attached.apply("list"), values)


@requirement("mix.list.assigned-is-seen")
def test_what_the_other_assigns_is_seen(actors: Actors) -> None:
    """Assignments of the other target, of other types too, are read by the creator."""
    maker, taker = start_both(actors)
    need_one_layout(maker, taker)
    block = maker.shareable_list(VALUES)
    block.apply("list")
    attached = taker.shareable_list(name=block.name)

    values: list[Value] = ["now text", -1, None, b"byte", 2.5, True]
    for position, value in enumerate(values):
        attached.apply("setitem", position, value)

    checks.alike("the maker's list", block.apply("list"), values)


@requirement("mix.list.same-format")
def test_both_have_the_same_format(actors: Actors) -> None:
    """format, as text, is the same on both sides."""
    maker, taker = start_both(actors)
    need_one_layout(maker, taker)
    block = maker.shareable_list(VALUES)

    attached = taker.shareable_list(name=block.name)

    checks.same("format", attached.get("format"), block.get("format"))


@requirement("mix.pickle.block")
def test_the_other_unpickles_a_block(actors: Actors) -> None:
    """By the default protocol of the maker; each side sees what the other writes."""
    maker, taker = start_both(actors)
    need_the_module(maker, taker)
    block = maker.shared_memory(create=True, size=16)
    block.write(0, b"ping")

    copy = taker.unpickle(block.pickle())

    checks.same("what the taker reads", copy.read(0, 4), b"ping")
    copy.write(4, b"pong")
    checks.same("what the maker reads", block.read(4, 8), b"pong")


@requirement("mix.pickle.list")
def test_the_other_unpickles_a_list(actors: Actors) -> None:
    """The unpickled list has the values, and shares what is assigned."""
    maker, taker = start_both(actors)
    need_the_module(maker, taker)
    need_one_layout(maker, taker)
    block = maker.shareable_list(VALUES)

    copy = taker.unpickle(block.pickle(), "ShareableList")

    checks.alike("the taker's list", copy.apply("list"), VALUES)
    copy.apply("setitem", 0, -1)
    checks.same("the maker's item", block.apply("getitem", 0), -1)


@requirement("mix.manager.block-is-read")
def test_a_block_of_a_manager_is_read(actors: Actors) -> None:
    """What is written into a manager's block is read by the other target."""
    maker, taker = start_both(actors)
    manager = maker.manager()
    manager.call("start")
    block = manager.make("SharedMemory", 16)
    block.write(0, b"managed")

    attached = taker.shared_memory(block.name)

    checks.same("what the taker reads", attached.read(0, 7), b"managed")


@requirement("mix.manager.shutdown-frees-the-name")
def test_shutdown_frees_the_name(actors: Actors) -> None:
    """After shutdown() the other target finds nothing of that name."""
    maker, taker = start_both(actors)
    manager = maker.manager()
    manager.call("start")
    block = manager.make("SharedMemory", 16)

    manager.call("shutdown")

    with checks.raises("FileNotFoundError"):
        taker.shared_memory(block.name)


@requirement("mix.life.any-order")
def test_both_live_in_any_order(actors: Actors) -> None:
    """Processes of both sides and their children, as the model of lives has it."""
    actions = ("create", "attach", "write", "read", "close", "unlink", "start", "end")

    explore_lives(actors, actions, 3, is_mixed=True)

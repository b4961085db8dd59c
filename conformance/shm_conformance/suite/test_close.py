"""What close() promises: the end of one handle's access, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from shm_conformance import checks
from shm_conformance.actors import Actor, Actors
from shm_conformance.errors import Crashed, TargetError
from shm_conformance.platforms import Segment
from shm_conformance.remotes import Block, Remote
from shm_conformance.suite import requirement

ROUNDS = 20
VIEWS: dict[str, Callable[[Block], Remote]] = {
    "slice": lambda block: block.view("slice", 4, 12),
    "cast": lambda block: block.view("cast", "i"),
}


@requirement("shm.close.gives-up-the-descriptor")
def test_close_gives_up_the_descriptor(actors: Actors) -> None:
    """After close() the process has no descriptor of the block open."""
    owner = actors.start()
    block = owner.shared_memory(create=True, size=16)
    segment = checks.exists(actors, block.name)

    block.close()

    left = actors.descriptors(owner, segment)
    checks.same("the number of descriptors after close()", left, 0)


def held_by_another(actors: Actors) -> tuple[Actor, Block, Segment]:
    """A block that can be looked at, wherever we are, when its creator is done with it."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=16)
    # Where nobody tells which block a view shows, its content does.
    block.write(0, b"held")
    other.shared_memory(block.name)
    return owner, block, checks.exists(actors, block.name)


@requirement("shm.close.gives-up-the-mapping")
def test_close_gives_up_the_mapping(actors: Actors) -> None:
    """After close() the process maps the block no more."""
    owner, block, segment = held_by_another(actors)

    block.close()

    left = actors.mappings(owner, segment)
    checks.same("the number of mappings after close()", left, 0)


@requirement("shm.close.buf-is-none-afterwards")
def test_buf_is_none_after_close(actors: Actors) -> None:
    """After close() buf is None."""
    block = actors.start().shared_memory(create=True, size=16)

    block.close()

    checks.same("buf after close()", block.get("buf"), None)


@requirement("shm.close.leaves-the-content-to-others")
def test_close_leaves_the_content_to_others(actors: Actors) -> None:
    """After close() other processes find in the block what it held."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=16)
    attached = other.shared_memory(block.name)
    block.write(0, b"kept")

    block.close()

    checks.same("the other's content", attached.read(0, 4), b"kept")


@requirement("shm.close.keeps-the-name")
def test_close_keeps_the_name(actors: Actors) -> None:
    """A block that no process has open any more can be attached by its name."""
    owner = actors.start()
    block = owner.shared_memory(create=True, size=16)
    attached = owner.shared_memory(block.name)

    attached.close()
    block.close()

    checks.exists(actors, block.name, "after close()")
    owner.shared_memory(block.name)


@requirement("shm.close.leaves-other-handles")
def test_close_leaves_other_handles(actors: Actors) -> None:
    """After close() other handles of the same process still read and write."""
    owner = actors.start()
    block = owner.shared_memory(create=True, size=16)
    second, third = (owner.shared_memory(block.name) for _ in range(2))

    block.close()

    second.write(0, b"here")
    checks.same("the third handle's content", third.read(0, 4), b"here")


@requirement("shm.close.again-is-harmless")
def test_a_second_close_is_harmless(actors: Actors) -> None:
    """A second close() does nothing and raises nothing."""
    _, block, _ = held_by_another(actors)
    block.close()

    block.close()

    checks.exists(actors, block.name, "after a second close()")


@requirement("shm.close.again-spares-new-descriptors")
def test_a_second_close_spares_new_descriptors(actors: Actors) -> None:
    """A second close() closes no descriptor that was opened since the first."""
    owner = actors.start()
    block = owner.shared_memory(create=True, size=16)
    block.close()
    later = owner.shared_memory(create=True, size=16)
    segment = checks.exists(actors, later.name)
    before = actors.descriptors(owner, segment)

    block.close()

    left = actors.descriptors(owner, segment)
    checks.same("the number of descriptors of a later block", left, before)


@requirement("shm.close.name-and-size-stay")
def test_name_and_size_stay_after_close(actors: Actors) -> None:
    """After close() name and size are what they were."""
    block = actors.start().shared_memory(create=True, size=16)
    before = (block.get("name"), block.get("size"))

    block.close()

    after = (block.get("name"), block.get("size"))
    checks.same("name and size after close()", after, before)


@requirement("shm.close.use-afterwards-is-an-error")
def test_use_after_close_is_an_error(actors: Actors) -> None:
    """Reading or writing through a closed handle raises an error."""
    block = actors.start().shared_memory(create=True, size=16)

    block.close()

    with checks.raises("Exception"):
        block.read(0, 1)
    with checks.raises("Exception"):
        block.write(0, b"x")


@requirement("shm.close.kept-buf-is-no-hindrance")
def test_a_kept_buf_does_not_hinder_close(actors: Actors) -> None:
    """close() succeeds while the program still holds the object that buf gave."""
    block = actors.start().shared_memory(create=True, size=16)
    kept = block.part("buf")

    block.close()

    kept.drop()


@requirement("shm.close.kept-buf-is-dead")
def test_a_kept_buf_is_dead_after_close(actors: Actors) -> None:
    """After close() the object that buf gave can be used no more."""
    block = actors.start().shared_memory(create=True, size=16)
    kept = block.part("buf")

    block.close()

    with checks.raises("Exception"):
        kept.read(0, 1)


@requirement("shm.close.live-view-keeps-nothing-open")
def test_close_with_a_live_view_keeps_nothing_open(actors: Actors) -> None:
    """close() under a live view is a BufferError, or the end of the view."""
    owner = actors.start()

    def case(name: str) -> None:
        block = owner.shared_memory(create=True, size=16)
        view = VIEWS[name](block)
        try:
            block.close()
        except TargetError as error:
            same = error.failure.type == "BufferError"
            checks.that(same, error.actual, "BufferError")
            actors.trait("close() with a live view", "BufferError")
        else:
            actors.trait("close() with a live view", "ends the view")
            checks.that(view.is_dead(), "the view still gives bytes", "a dead view")

    checks.each({name: partial(case, name) for name in VIEWS})


def is_refused(act: Callable[[], object]) -> bool:
    """Whether an operation raises; where it does, that is no verdict yet."""
    try:
        act()
    except TargetError:
        return True
    return False


@requirement("shm.close.refusal-changes-nothing")
def test_a_refused_close_changes_nothing(actors: Actors) -> None:
    """A close() that raises for a live view leaves the handle as it was."""
    block = actors.start().shared_memory(create=True, size=16)
    before = (block.get("name"), block.get("size"))
    block.view("slice", 4, 12)

    if is_refused(block.close):
        block.write(0, b"whole")

        checks.same("the content", block.read(0, 5), b"whole")
        after = (block.get("name"), block.get("size"))
        checks.same("name and size", after, before)


@requirement("shm.close.works-once-views-are-gone")
def test_close_works_once_views_are_gone(actors: Actors) -> None:
    """Once the views that were alive at close() are gone, it succeeds."""
    owner = actors.start()
    block = owner.shared_memory(create=True, size=16)
    segment = checks.exists(actors, block.name)
    view = block.view("slice", 4, 12)
    is_refused(block.close)
    view.drop()

    block.close()

    left = actors.descriptors(owner, segment)
    checks.same("the number of descriptors after close()", left, 0)


@requirement("shm.close.live-view-never-crashes")
def test_a_live_view_never_crashes(actors: Actors) -> None:
    """A view that was alive at close() gives bytes or an error, never a crash."""
    block = actors.start().shared_memory(create=True, size=16)
    views = [block.view("slice", 4, 12), block.view("cast", "i")]

    is_refused(block.close)

    for view in views:
        is_refused(view.read)


@requirement("shm.close.leaks-nothing-over-rounds")
def test_rounds_leak_no_descriptor(actors: Actors) -> None:
    """After many rounds a process has no more descriptors than after the first."""
    owner = actors.start()
    play_round(owner)
    before = actors.descriptors(owner)

    for _ in range(ROUNDS):
        play_round(owner)

    after = actors.descriptors(owner)
    checks.same(f"the number of descriptors after {ROUNDS} rounds", after, before)


def play_round(owner: Actor) -> None:
    """Create a block and another handle on it, then be done with both."""
    block = owner.shared_memory(create=True, size=16)
    attached = owner.shared_memory(block.name)
    attached.close()
    block.close()
    block.unlink()
    attached.drop()
    block.drop()


@requirement("shm.close.descriptors-per-handle")
def test_descriptors_per_handle_are_recorded(actors: Actors) -> None:
    """An open handle takes as many descriptors as its implementation likes."""
    owner = actors.start()

    block = owner.shared_memory(create=True, size=16)

    number = actors.descriptors(owner, checks.exists(actors, block.name))
    actors.trait("descriptors per handle", str(number))


@requirement("shm.close.ndarray-outlives-the-handle")
def test_an_ndarray_after_close_is_recorded(actors: Actors) -> None:
    """A NumPy array on buf may be readable, refused, or deadly after close()."""
    block = actors.start().shared_memory(create=True, size=16)
    block.write(0, b"seen")
    array = block.view("ndarray", [16], "uint8")

    actors.trait("ndarray after close", outcome(block, array))


def outcome(block: Block, array: Remote) -> str:
    """How reading an array ends whose handle was closed."""
    try:
        block.close()
        return "readable" if array.read(0, 4) == b"seen" else "changed"
    except TargetError as error:
        return error.failure.type
    except Crashed:
        return "crash"


@requirement("shm.collect.gives-up-access")
def test_collection_gives_up_access(actors: Actors) -> None:
    """A handle that is garbage leaves neither descriptor nor mapping."""
    owner, block, segment = held_by_another(actors)

    block.drop()

    left = (actors.descriptors(owner, segment), actors.mappings(owner, segment))
    checks.same("the numbers of descriptors and mappings", left, (0, 0))


@requirement("shm.collect.is-silent")
def test_collection_is_silent(actors: Actors) -> None:
    """The collection of a handle that was never closed prints nothing."""
    owner = actors.start()
    block = owner.shared_memory(create=True, size=16)

    block.drop()

    checks.silent(owner.stderr, "the collection of a handle")


@requirement("shm.collect.view-stays-readable")
def test_a_view_stays_readable(actors: Actors) -> None:
    """A view of buf can be read when its handle is garbage."""
    block = actors.start().shared_memory(create=True, size=16)
    block.write(0, b"seen")
    view = block.view("slice", 0, 4)

    block.drop()

    checks.same("what the view shows", view.read(), b"seen")


@requirement("shm.collect.is-silent-with-a-view")
def test_collection_with_a_view_is_silent(actors: Actors) -> None:
    """The collection of a handle whose buf has a live view prints nothing."""
    owner = actors.start()
    block = owner.shared_memory(create=True, size=16)
    block.view("slice", 0, 4)

    block.drop()

    checks.silent(owner.stderr, "the collection of a handle with a live view")


@requirement("shm.collect.last-view-frees-the-descriptor")
def test_the_last_view_frees_the_descriptor(actors: Actors) -> None:
    """Once the handle and its last view are garbage, no descriptor is left."""
    owner = actors.start()
    block = owner.shared_memory(create=True, size=16)
    segment = checks.exists(actors, block.name)
    view = block.view("slice", 0, 4)
    block.drop()

    view.drop()

    left = actors.descriptors(owner, segment)
    checks.same("the number of descriptors", left, 0)

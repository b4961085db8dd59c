"""What holds on Windows alone: a block lives as long as a handle on it is open."""

from __future__ import annotations

import errno
import signal
from functools import partial

from shm_conformance import checks
from shm_conformance.actors import Actor, Actors
from shm_conformance.errors import TargetError
from shm_conformance.remotes import Block
from shm_conformance.suite import requirement

ORDERLY_ENDS = ("return", "os._exit", "exception")
ROUNDS = 20


def shared_by_two(actors: Actors) -> tuple[Actor, Block, Block]:
    """A block with content that its creator, who is the first, and another have open."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(actors.name(), create=True, size=16)
    block.write(0, b"abc")
    return owner, block, other.shared_memory(block.name)


@requirement("windows.close.last-one-frees-the-name")
def test_the_last_close_frees_the_name(actors: Actors) -> None:
    """A block is there until its second user has closed it, and not after."""
    _, block, attached = shared_by_two(actors)

    block.close()
    checks.exists(actors, block.name, "after the first of two close()")
    attached.close()

    checks.gone(actors, block.name, "after the last close()")
    with checks.raises("FileNotFoundError"):
        attached.actor.shared_memory(block.name)


@requirement("windows.close.leaves-it-to-others")
def test_close_leaves_the_block_to_others(actors: Actors) -> None:
    """Who has attached still reads the content, and so does who attaches now."""
    _, block, attached = shared_by_two(actors)

    block.close()

    checks.same("what is read", attached.read(0, 3), b"abc")
    late = actors.start("late").shared_memory(block.name)
    checks.same("what is read later", late.read(0, 3), b"abc")


@requirement("windows.collect.frees-the-name")
def test_a_collected_handle_frees_the_name(actors: Actors) -> None:
    """A handle that is garbage holds no block."""
    block = actors.start().shared_memory(actors.name(), create=True, size=16)

    block.drop()

    checks.gone(actors, block.name, "after its last handle was collected")


@requirement("windows.list.last-close-frees-the-name")
def test_the_last_close_frees_a_list(actors: Actors) -> None:
    """The block of a list is there until both of its users have closed it."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shareable_list([1, "a"], name=actors.name())
    attached = other.shareable_list(name=block.name)

    block.shm.call("close")
    checks.exists(actors, block.name, "after the first of two close()")
    attached.shm.call("close")

    checks.gone(actors, block.name, "after the last close()")


@requirement("windows.name.can-be-used-again")
def test_a_name_can_be_used_again(actors: Actors) -> None:
    """A new block of a name that was used holds nothing of the old one."""
    owner = actors.start()
    old = owner.shared_memory(actors.name(), create=True, size=16)
    old.write(0, b"old")
    old.close()

    new = owner.shared_memory(old.name, create=True, size=16)

    checks.same("what a new block holds", new.read(0, 16), bytes(16))


@requirement("windows.unlink.changes-nothing")
def test_unlink_changes_nothing(actors: Actors) -> None:
    """After unlink() others attach, and read what was written."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(actors.name(), create=True, size=16)
    block.write(0, b"abc")

    block.unlink()

    checks.exists(actors, block.name, "after unlink()")
    checks.same("its own", block.read(0, 3), b"abc")
    checks.same("another's", other.shared_memory(block.name).read(0, 3), b"abc")


@requirement("windows.unlink.again-is-harmless")
def test_unlink_again_is_harmless(actors: Actors) -> None:
    """unlink() twice, then close() and unlink(): nothing is raised."""
    block = actors.start().shared_memory(actors.name(), create=True, size=16)

    block.unlink()
    block.unlink()
    block.close()
    block.unlink()

    checks.gone(actors, block.name, "after close()")


@requirement("windows.ended-process.frees-the-name")
def test_the_end_of_a_process_frees_the_name(actors: Actors) -> None:
    """By return, os._exit or an exception: the block goes along."""

    def check(how: str) -> None:
        owner = actors.start(f"owner ({how})")
        block = owner.shared_memory(actors.name(), create=True, size=16)
        owner.end(how)
        checks.gone(actors, block.name, f"after the end by {how}")

    checks.each({how: partial(check, how) for how in ORDERLY_ENDS})


@requirement("windows.killed-process.frees-the-name")
def test_a_kill_frees_the_name(actors: Actors) -> None:
    """Nobody has to clean up after a process that was killed."""
    owner = actors.start("owner")
    block = owner.shared_memory(actors.name(), create=True, size=16)

    owner.kill(signal.SIGKILL)

    checks.gone(actors, block.name, "after its only user was killed")


@requirement("windows.killed-creator.leaves-it-to-others")
def test_a_killed_creator_leaves_its_block(actors: Actors) -> None:
    """Who has attached still reads what the creator wrote before it was killed."""
    owner, block, attached = shared_by_two(actors)

    owner.kill(signal.SIGKILL)

    checks.exists(actors, block.name, "after its creator was killed")
    checks.same("what is read", attached.read(0, 3), b"abc")


@requirement("windows.track.is-ignored")
def test_track_is_ignored(actors: Actors) -> None:
    """Tracked or not, a block goes with its last handle."""
    owner = actors.start()

    def check(is_tracked: bool) -> None:
        block = owner.shared_memory(
            actors.name(), create=True, size=16, track=is_tracked
        )
        block.close()
        checks.gone(actors, block.name, "after close()")

    checks.each({f"track={it}": partial(check, it) for it in (True, False)})


@requirement("windows.track.starts-no-process")
def test_tracking_starts_no_process(actors: Actors) -> None:
    """A whole life of a block, seen by nobody but the process that leads it."""
    owner = actors.start()
    before = actors.below(owner)

    block = owner.shared_memory(actors.name(), create=True, size=16)
    attached = owner.shared_memory(block.name)
    attached.close()
    block.unlink()

    new = actors.below(owner) - before
    checks.that(not new, f"{len(new)} processes were started", "none")


@requirement("windows.attach.sees-whole-pages")
def test_an_attached_handle_sees_whole_pages(actors: Actors) -> None:
    """What was asked for in bytes is attached as pages, each byte of them writable."""
    owner, other = actors.start_all("owner", "other")
    for size in (1, 4096, 5000):
        block = owner.shared_memory(actors.name(), create=True, size=size)
        attached = other.shared_memory(block.name)

        due = checks.exists(actors, block.name).size
        checks.same(f"the size of {size} bytes", attached.get("size"), due)
        attached.write(due - 1, b"z")


@requirement("windows.attach.failure-leaves-no-handle")
def test_failed_attaches_leave_no_handle(actors: Actors) -> None:
    """Many names that no block bears, and not a handle more."""
    owner = actors.start()

    def fail() -> None:
        with checks.raises("FileNotFoundError"):
            owner.shared_memory(actors.name())

    fail()
    before = actors.descriptors(owner)
    for _ in range(ROUNDS):
        fail()
    after = actors.descriptors(owner)

    checks.that(
        after < before + ROUNDS,
        f"{after - before} handles more after {ROUNDS} failures",
        "none of them leaves a handle",
    )


@requirement("windows.create.taken-name-has-its-errno")
def test_a_taken_name_has_its_errno(actors: Actors) -> None:
    """FileExistsError with EEXIST, from whichever process the name was taken."""
    _, block, attached = shared_by_two(actors)

    for actor in (block.actor, attached.actor):
        with checks.raises("FileExistsError", errno=errno.EEXIST):
            actor.shared_memory(block.name, create=True, size=16)


@requirement("windows.create.refusal-leaves-no-handle")
def test_a_refused_create_leaves_no_handle(actors: Actors) -> None:
    """Else the block would live as long as the one who was refused."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(actors.name(), create=True, size=16)
    with checks.raises("FileExistsError"):
        other.shared_memory(block.name, create=True, size=16)

    segment = checks.exists(actors, block.name)
    checks.same("its handles", actors.descriptors(other, segment), 0)
    block.close()
    checks.gone(actors, block.name, "after close()")


@requirement("windows.pickle.dead-block-is-an-error")
def test_a_pickle_of_a_dead_block_is_an_error(actors: Actors) -> None:
    """A pickle holds no block alive, and makes none."""
    owner = actors.start()
    block = owner.shared_memory(actors.name(), create=True, size=16)
    data = block.pickle()
    block.close()

    with checks.raises("FileNotFoundError"):
        owner.unpickle(data)

    checks.gone(actors, block.name, "after unpickling")


@requirement("windows.manager.keeps-its-blocks")
def test_a_manager_keeps_its_blocks(actors: Actors) -> None:
    """The block is there for another when the first user has closed it."""
    owner, other = actors.start_all("owner", "other")
    manager = owner.manager()
    manager.call("start")
    block = manager.make("SharedMemory", 16)
    block.write(0, b"abc")

    block.close()

    checks.exists(actors, block.name, "after its user's close()")
    checks.same("what is read", other.shared_memory(block.name).read(0, 3), b"abc")
    manager.call("shutdown")


@requirement("windows.manager.shutdown-lets-go")
def test_a_manager_lets_go_at_its_shutdown(actors: Actors) -> None:
    """The block is gone when manager and user have let go of it."""
    owner = actors.start()
    manager = owner.manager()
    manager.call("start")
    block = manager.make("SharedMemory", 16)

    manager.call("shutdown")
    block.close()

    checks.gone(actors, block.name, "after shutdown() and close()")


@requirement("windows.create.size-for-its-creator")
def test_the_size_for_its_creator(actors: Actors) -> None:
    """A trait: as asked for, or in whole pages."""
    block = actors.start().shared_memory(actors.name(), create=True, size=100)

    size = block.get("size")
    due = checks.exists(actors, block.name).size
    checks.that(size in (100, due), f"size is {size!r}", f"100 or {due}")
    seen = "as asked for" if size == 100 else "whole pages"
    actors.trait("windows.create.size-for-its-creator", seen)


@requirement("windows.name.with-a-directory")
def test_a_name_with_a_directory(actors: Actors) -> None:
    """A trait: taken for a place, or refused."""
    owner, name = actors.start(), actors.name()
    try:
        owner.shared_memory(f"Local\\{name}", create=True, size=16)
        found = actors.look(name)
        seen = "it is a place" if found else "it is part of the name"
    except TargetError as error:
        seen = f"refused with {error.failure.type}"
    actors.trait("windows.name.with-a-directory", seen)

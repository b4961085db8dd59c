"""What tracking promises: who removes a block when its users have died.

The tests of the first part are the rows of `model.ROWS`, each with all endings.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from functools import partial

import psutil

from shm_conformance import checks, model
from shm_conformance.actors import Actor, Actors
from shm_conformance.errors import TargetError
from shm_conformance.suite import requirement
from shm_conformance.suite.chance import created_by_the_same_chance
from shm_conformance.suite.endings import Family, with_tracker

# Processes that are told to end need only to be scheduled.
END_LIMIT = 2.0


def _test_of(row: model.Row) -> Callable[[Actors], None]:
    @requirement(row.requirement)
    def test(actors: Actors) -> None:
        family = Family(actors, row)

        for ending in model.ENDINGS:
            family.end_one(ending)
        family.end_all()

        checks.each(family.cases())

    test.__doc__ = row.text
    return test


for _row in model.ROWS:
    _name = _row.requirement.replace(".", "_").replace("-", "_")
    globals()[f"test_{_name}"] = _test_of(_row)


def silent(*actors: Actor) -> None:
    """Check that these have said nothing at all."""
    for actor in actors:
        checks.silent(actor.stderr, actor.name)


# -- children that were forked before there was a tracker -----------------------


@requirement("tracker.forked-before-use.siblings-share")
def test_early_forked_siblings_share_a_tracker(actors: Actors) -> None:
    """A sibling's end leaves the block, even if the parent never used any."""
    parent = actors.start("parent")
    creator = parent.start_child("fork", "creator")
    sibling = parent.start_child("fork", "sibling")
    name = creator.shared_memory(actors.name(), create=True, size=16).name

    sibling.shared_memory(name).close()
    sibling.end("return")
    actors.wait_gone(sibling)

    checks.exists(actors, name, "after the end of the creator's sibling")


@requirement("tracker.forked-before-use.hands-over")
def test_early_forked_child_hands_over(actors: Actors) -> None:
    """A forked child's block is there for its parent, which never used any."""
    parent = actors.start("parent")
    child = parent.start_child("fork", "child")
    block = child.shared_memory(actors.name(), create=True, size=16)
    block.close()

    child.end("return")
    actors.wait_gone(child)

    checks.exists(actors, block.name, "after the end of its creator")


@requirement("tracker.forked-before-use.says-nothing")
def test_early_forked_child_says_nothing(actors: Actors) -> None:
    """The end of a child says nothing about a block that its parent unlinked."""
    parent = actors.start("parent")
    child = parent.start_child("fork", "child")
    block = child.shared_memory(actors.name(), create=True, size=16)
    block.close()
    attached = parent.shared_memory(block.name)

    attached.close()
    attached.unlink()
    child.end("return")
    actors.wait_gone(child)

    silent(child)


# -- families ---------------------------------------------------------------------


@requirement("tracker.hand-over.keeps-the-contents")
def test_hand_over_keeps_the_contents(actors: Actors) -> None:
    """What a child left in a block is there after its end."""
    parent = with_tracker(actors.start("parent"))

    def case(method: str) -> None:
        child = parent.start_child(method, method)
        block = child.shared_memory(actors.name(), create=True, size=16)
        block.write(0, b"left behind")
        block.close()
        child.end("return")
        actors.wait_gone(child)
        attached = parent.shared_memory(block.name)
        checks.same("the content", attached.read(0, 11), b"left behind")

    checks.each({method: partial(case, method) for method in model.METHODS})


@requirement("tracker.killed-parent.leaves-the-block")
def test_killed_parent_leaves_the_block(actors: Actors) -> None:
    """A child's block outlives the kill of its parent, and not the child."""

    def case(method: str) -> None:
        parent = with_tracker(actors.start(f"parent by {method}"))
        child = parent.start_child(method, f"child by {method}")
        name = child.shared_memory(actors.name(), create=True, size=16).name
        parent.kill(signal.SIGKILL)
        checks.exists(actors, name, "after the kill of its creator's parent")
        child.shared_memory(name).close()
        child.kill(signal.SIGKILL)
        actors.wait_gone(parent, child)
        checks.gone(actors, name, "after the kill of parent and child")

    checks.each({method: partial(case, method) for method in model.METHODS})


@requirement("tracker.name-drawn-twice.is-cleaned")
def test_a_name_that_was_drawn_twice_is_cleaned(actors: Actors) -> None:
    """Of two blocks whose names began with the same four bytes, neither is left."""
    creator = actors.start("creator")
    # Chance does so before long, where thousands of blocks are in use and in the making.
    first, second = created_by_the_same_chance(creator, 4)

    creator.kill(signal.SIGKILL)
    actors.wait_gone(creator)

    for name in (first, second):
        checks.gone(actors, name, "after its creator was killed")


@requirement("tracker.terminated-group.is-cleaned")
def test_terminated_group_is_cleaned(actors: Actors) -> None:
    """SIGTERM to the creator's whole process group leaves no block."""
    creator = actors.start("creator")
    name = creator.shared_memory(actors.name(), create=True, size=16).name

    os.killpg(creator.process.pid, signal.SIGTERM)
    actors.wait_gone(creator)

    checks.gone(actors, name, "after the end of the process group")


@requirement("tracker.killed-list-creator.is-cleaned")
def test_killed_list_creator_is_cleaned(actors: Actors) -> None:
    """The kill of a list's creator leaves no block."""
    creator = actors.start("creator")
    block = creator.shareable_list([1, "two"], name=actors.name())
    name = block.shm.get("name")

    creator.kill(signal.SIGKILL)
    actors.wait_gone(creator)

    checks.gone(actors, name, "after its creator was killed")


@requirement("tracker.finished-family.leaves-no-process")
def test_finished_family_leaves_no_process(actors: Actors) -> None:
    """When a program and its child have ended, nothing that they started runs."""
    parent = with_tracker(actors.start("parent"))
    child = parent.start_child("forkserver", "child")
    child.shared_memory(create=True, size=16).unlink()
    started = psutil.Process(parent.process.pid).children(recursive=True)

    child.end("return")
    parent.end("return")
    actors.wait_gone(parent, child)

    _, alive = psutil.wait_procs(started, END_LIMIT)
    checks.that(not alive, f"still running: {alive}", "no process is left")


# -- tracking off, and what strangers do ---------------------------------------


@requirement("tracker.untracked-block.goes-with-a-tracking-stranger")
def test_tracking_stranger_takes_an_untracked_block(actors: Actors) -> None:
    """The end of an unrelated process that tracks removes an untracked block."""
    creator, stranger = actors.start_all("creator", "stranger")
    block = creator.shared_memory(actors.name(), create=True, size=16, track=False)

    stranger.shared_memory(block.name)
    stranger.end("return")
    actors.wait_gone(stranger)

    checks.gone(actors, block.name, "after the end of a tracking stranger")


@requirement("tracker.parameter.is-keyword-only")
def test_track_is_keyword_only(actors: Actors) -> None:
    """Track by position raises TypeError."""
    actor = actors.start()

    with checks.raises("TypeError"):
        actor.shared_memory(actors.name(), True, 16, False)


@requirement("tracker.untracked-pickle.keeps-its-track")
def test_pickled_untracked_handle(actors: Actors) -> None:
    """Whether the end of who unpickled an untracked handle removes the block."""
    creator, reader = actors.start_all("creator", "reader")
    try:
        block = creator.shared_memory(actors.name(), create=True, size=16, track=False)
    except TargetError:
        return

    reader.unpickle(block.pickle())
    reader.end("return")
    actors.wait_gone(reader)

    is_kept = actors.look(block.name) is not None
    actors.trait("a pickled untracked handle", "untracked" if is_kept else "tracked")


@requirement("tracker.untracked-unlink.of-a-tracked-block")
def test_untracked_unlink_of_a_tracked_block(actors: Actors) -> None:
    """Whether a tracked block that an untracked handle unlinked is called a leak."""
    actor = actors.start()
    name = actor.shared_memory(actors.name(), create=True, size=16).name
    try:
        untracked = actor.shared_memory(name, track=False)
    except TargetError:
        return

    untracked.unlink()
    actor.end("return")
    actors.wait_gone(actor)

    said = "called a leak" if "leaked" in actor.stderr else "passed over"
    actors.trait("a tracked block that an untracked handle unlinked", said)


# -- what is said on stderr ----------------------------------------------------


@requirement("tracker.correct-use.says-nothing")
def test_correct_use_says_nothing(actors: Actors) -> None:
    """Attach and close in children, close and unlink in the parent: silence."""
    parent = actors.start("parent")
    block = parent.shared_memory(actors.name(), create=True, size=16)
    children = [parent.start_child(method, method) for method in model.METHODS]

    for child in children:
        child.shared_memory(block.name).close()
        child.end("return")
    block.close()
    block.unlink()
    parent.end("return")
    actors.wait_gone(parent, *children)

    silent(parent, *children)


@requirement("tracker.relative-unlink.is-final")
def test_relative_unlinks_for_all(actors: Actors) -> None:
    """A child's unlink() frees the name, and nobody says anything about it."""
    parent = actors.start("parent")
    blocks = []
    for method in model.METHODS:
        block = parent.shared_memory(actors.name(), create=True, size=16)
        child = parent.start_child(method, method)
        child.shared_memory(block.name).unlink()
        child.end("return")
        blocks.append(block)

    for block in blocks:
        checks.gone(actors, block.name, "after the unlink() of a child")
        block.close()
    parent.end("return")
    actors.wait_gone(*actors.cast)

    silent(*actors.cast)


@requirement("tracker.many-handles.say-nothing")
def test_many_handles_say_nothing(actors: Actors) -> None:
    """Three handles, three close() and one unlink() leave nothing to say."""
    actor = actors.start()
    name = actor.shared_memory(actors.name(), create=True, size=16).name
    first, second = actor.shared_memory(name), actor.shared_memory(name)

    first.close()
    first.unlink()
    second.close()
    actor.end("return")
    actors.wait_gone(actor)

    silent(actor)


@requirement("tracker.leak.is-reported")
def test_leak_is_reported(actors: Actors) -> None:
    """A killed creator's tracker says on stderr that a block was leaked."""
    creator = actors.start("creator")
    creator.shared_memory(actors.name(), create=True, size=16)

    creator.kill(signal.SIGKILL)
    actors.wait_gone(creator)

    said = creator.stderr
    checks.that("leaked shared_memory" in said, f"stderr is {said!r}", "a leak report")


@requirement("tracker.untracked-leak.is-not-reported")
def test_untracked_leak_is_not_reported(actors: Actors) -> None:
    """Nothing is said about an untracked block that its creator left."""
    creator = actors.start("creator")
    creator.shared_memory(actors.name(), create=True, size=16, track=False)

    creator.end("return")
    actors.wait_gone(creator)

    silent(creator)


@requirement("tracker.attached-list-unlink.says-nothing")
def test_attached_list_unlink_says_nothing(actors: Actors) -> None:
    """unlink() by the second handle on a list frees its name without a word."""
    actor = actors.start()
    name = actor.shareable_list([1], name=actors.name()).name
    attached = actor.shareable_list(name=name)

    attached.shm.call("unlink")
    actor.end("return")
    actors.wait_gone(actor)

    checks.gone(actors, name, "after unlink()")
    silent(actor)


@requirement("tracker.untracked-unlink.says-nothing")
def test_untracked_unlink_says_nothing(actors: Actors) -> None:
    """unlink() of an untracked block frees its name without a word."""
    actor = actors.start()
    block = actor.shared_memory(actors.name(), create=True, size=16, track=False)

    block.close()
    block.unlink()
    actor.end("return")
    actors.wait_gone(actor)

    checks.gone(actors, block.name, "after unlink()")
    silent(actor)

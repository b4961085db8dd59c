"""What is left when a process is killed at any system call of an operation."""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.suite import requirement
from shm_conformance.suite.points import crash, judge_points
from shm_conformance.suite.scenes import SCENES


@requirement("crash.create.leaves-nothing")
def test_a_killed_creation_leaves_nothing(actors: Actors) -> None:
    """No name exists when process and tracker have ended."""
    judge_points(actors, SCENES["create"], crash, "left behind", "left empty", "hung")


@requirement("crash.create.is-quiet")
def test_a_killed_creation_is_quiet(actors: Actors) -> None:
    """No tracker prints a traceback; that it cleans up, it may say."""
    judge_points(actors, SCENES["create"], crash, "noise")


@requirement("crash.first-create.leaves-nothing")
def test_a_killed_first_creation_leaves_nothing(actors: Actors) -> None:
    """The tracker is started by the very creation."""
    judge_points(
        actors, SCENES["first-create"], crash, "left behind", "left empty", "hung"
    )


@requirement("crash.attach.spares-the-owner")
def test_a_killed_attach_spares_the_owner(actors: Actors) -> None:
    """The parent's block exists, with its content."""
    judge_points(actors, SCENES["attach"], crash, "destroyed", "corrupt")


@requirement("crash.attach.leaves-nothing")
def test_a_killed_attach_leaves_nothing(actors: Actors) -> None:
    """When the parent has ended as well, the tracker has removed the block."""
    judge_points(actors, SCENES["attach"], crash, "left behind", "left empty", "hung")


@requirement("crash.unpickle.spares-the-owner")
def test_a_killed_unpickling_spares_the_owner(actors: Actors) -> None:
    """The parent's block exists, with its content."""
    judge_points(actors, SCENES["unpickle"], crash, "destroyed", "corrupt")


@requirement("crash.close.spares-the-owner")
def test_a_killed_close_spares_the_owner(actors: Actors) -> None:
    """The parent's block exists, with its content."""
    judge_points(actors, SCENES["close"], crash, "destroyed", "corrupt")


@requirement("crash.unlink.leaves-nothing")
def test_a_killed_unlink_leaves_nothing(actors: Actors) -> None:
    """The tracker removes what the process did not."""
    judge_points(actors, SCENES["unlink"], crash, "left behind", "left empty", "hung")


@requirement("crash.unlink.is-quiet")
def test_a_killed_unlink_is_quiet(actors: Actors) -> None:
    """No tracker prints a traceback."""
    judge_points(actors, SCENES["unlink"], crash, "noise")

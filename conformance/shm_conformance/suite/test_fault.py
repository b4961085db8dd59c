"""What holds when a system call of an operation fails."""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.suite import requirement
from shm_conformance.suite.points import fault, judge_points
from shm_conformance.suite.scenes import SCENES


@requirement("fault.create.leaves-nothing")
def test_a_failed_creation_leaves_nothing(actors: Actors) -> None:
    """No name exists after the error, and none when all have ended."""
    judge_points(actors, SCENES["create"], fault, "left behind", "left empty", "hung")


@requirement("fault.create.is-an-oserror")
def test_a_failed_creation_raises_an_oserror(actors: Actors) -> None:
    """Or it works: some calls can be done without."""
    judge_points(actors, SCENES["create"], fault, "wrong error", "hung")


@requirement("fault.create.is-quiet")
def test_a_failed_creation_is_quiet(actors: Actors) -> None:
    """No tracker prints a traceback."""
    judge_points(actors, SCENES["create"], fault, "noise")


@requirement("fault.create.keeps-nothing-open")
def test_a_failed_creation_keeps_nothing_open(actors: Actors) -> None:
    """As many descriptors as before."""
    judge_points(actors, SCENES["create"], fault, "leaked")


@requirement("fault.create.can-be-repeated")
def test_a_failed_creation_can_be_repeated(actors: Actors) -> None:
    """The same process creates the block by the same name."""
    judge_points(actors, SCENES["create"], fault, "unusable")


@requirement("fault.attach.spares-the-owner")
def test_a_failed_attach_spares_the_owner(actors: Actors) -> None:
    """The parent's block exists, with its content."""
    judge_points(actors, SCENES["attach"], fault, "destroyed", "corrupt")


@requirement("fault.attach.is-an-oserror")
def test_a_failed_attach_raises_an_oserror(actors: Actors) -> None:
    """Or it works: some calls can be done without."""
    judge_points(actors, SCENES["attach"], fault, "wrong error", "hung")


@requirement("fault.attach.is-quiet")
def test_a_failed_attach_is_quiet(actors: Actors) -> None:
    """No tracker prints a traceback."""
    judge_points(actors, SCENES["attach"], fault, "noise")


@requirement("fault.attach.keeps-nothing-open")
def test_a_failed_attach_keeps_nothing_open(actors: Actors) -> None:
    """As many descriptors as before."""
    judge_points(actors, SCENES["attach"], fault, "leaked")


@requirement("fault.attach.can-be-repeated")
def test_a_failed_attach_can_be_repeated(actors: Actors) -> None:
    """The same process attaches."""
    judge_points(actors, SCENES["attach"], fault, "unusable")


@requirement("fault.unlink.is-an-oserror")
def test_a_failed_unlink_raises_an_oserror(actors: Actors) -> None:
    """Or it works: some calls can be done without."""
    judge_points(actors, SCENES["unlink"], fault, "wrong error", "hung")


@requirement("fault.unlink.is-all-or-nothing")
def test_a_failed_unlink_is_all_or_nothing(actors: Actors) -> None:
    """The name exists after an error, and does not without one."""
    judge_points(actors, SCENES["unlink"], fault, "destroyed", "left behind")


@requirement("fault.unlink.can-be-repeated")
def test_a_failed_unlink_can_be_repeated(actors: Actors) -> None:
    """The same process unlinks."""
    judge_points(actors, SCENES["unlink"], fault, "unusable")

"""What holds when one process is held in the middle of an operation."""

from __future__ import annotations

from shm_conformance import checks
from shm_conformance.actors import Actors
from shm_conformance.suite import requirement
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

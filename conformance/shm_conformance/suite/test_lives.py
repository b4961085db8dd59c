"""What holds in any order of events, among any processes: generated lives."""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.suite import requirement
from shm_conformance.suite.lives import explore_lives

BLOCKS = ("create", "attach", "write", "read", "close", "unlink")
PROCESSES = ("pickle", "start", "end")
MANAGERS = (
    "start-manager",
    "manage",
    "manage",
    "write",
    "read",
    "close",
    "stop-manager",
)


@requirement("life.one-process.any-order")
def test_one_process_in_any_order(actors: Actors) -> None:
    """A process with several handles on two names, and its end."""
    explore_lives(actors, BLOCKS, 1)


@requirement("life.strangers.any-order")
def test_strangers_in_any_order(actors: Actors) -> None:
    """Three processes, unrelated, that hand pickles on and end in any way."""
    explore_lives(actors, (*BLOCKS, "pickle", "end"), 3)


@requirement("life.family.any-order")
def test_a_family_in_any_order(actors: Actors) -> None:
    """Children, and children of children, by every start method."""
    explore_lives(actors, (*BLOCKS, *PROCESSES, "start"), 1)


@requirement("life.families.any-order")
def test_families_in_any_order(actors: Actors) -> None:
    """Two families that attach to each other's blocks, and reuse names."""
    explore_lives(actors, (*BLOCKS, *PROCESSES), 2)


@requirement("life.tracker.killed-at-any-time")
def test_a_tracker_killed_at_any_time(actors: Actors) -> None:
    """What was there stays, for this family and for others."""
    explore_lives(actors, (*BLOCKS, "kill-tracker", "pickle", "end"), 2)


@requirement("life.manager.any-order")
def test_a_manager_in_any_order(actors: Actors) -> None:
    """Managers of two processes, which end one after the other."""
    explore_lives(actors, (*MANAGERS, "end"), 2)


@requirement("life.manager.killed-at-any-time")
def test_a_manager_killed_at_any_time(actors: Actors) -> None:
    """The owner goes on, and reads the blocks that it has."""
    explore_lives(actors, (*MANAGERS, "kill-manager"), 2)

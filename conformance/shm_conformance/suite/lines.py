"""The points of a life where no system call can be seen: the lines of the target's modules."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shm_conformance.actors import Actor
from shm_conformance.errors import NotRun, Violation
from shm_conformance.suite.fire import Fire
from shm_conformance.syscalls import Call

LINE = "line"


def lines_of(fire: Fire) -> list[Call]:
    """Do the step under fire, and list the lines that are run, each where it came first."""
    if fire.short.act.action == "end":
        raise NotRun("the lines of the end of a process cannot be told")
    victim = _victim(fire)
    _watch(victim, 0)
    fire.act()
    return watched(victim)


def watched(actor: Actor) -> list[Call]:
    """Watch an actor no longer; returns the lines that it has run."""
    seen = actor.do("watched", "lines")
    if not isinstance(seen, list):
        raise Violation(f"the lines are {seen!r:.80}", "a list")
    return [Call(LINE, number, str(it)) for number, it in enumerate(seen, 1)]


@contextmanager
def killing(fire: Fire, line: Call) -> Iterator[None]:
    """Have the process die before a line."""
    _watch(_victim(fire), line.nth)
    yield


def _victim(fire: Fire) -> Actor:
    if fire.is_manager_hit:
        raise NotRun("a manager's process cannot be asked for its lines")
    return fire.life.cast[fire.hit]


def _watch(victim: Actor, number: int) -> None:
    victim.do("watch", f"kill before line {number}", kill=number)

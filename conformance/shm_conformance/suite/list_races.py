"""A process held before each line of what it does to a list, while another one looks.

What is done to a list in its block is done without system calls, so it is the lines
of the target's modules before which a process is stopped, each time that they are run.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass

from shm_conformance import processes, strips
from shm_conformance.actors import Actor, Actors
from shm_conformance.errors import (
    ConformanceError,
    HarnessError,
    Unsupported,
    Violation,
)
from shm_conformance.messages import encode
from shm_conformance.remotes import Block, encoded, short_text
from shm_conformance.schedules import parse
from shm_conformance.suite import lines
from shm_conformance.suite.races import confirm
from shm_conformance.syscalls import Call

# Begins something, and returns what waits for its end.
Begin = Callable[[], Callable[[], object]]


@dataclass(frozen=True)
class ListRace:
    """Who is held in what; *prepare* comes before each time, and begins it then.

    *meanwhile* is done while it is held, *judge* when it is over, *clean* always.
    """

    held: Actor
    prepare: Callable[[], Begin]
    meanwhile: Callable[[], None]
    judge: Callable[[], None] = lambda: None
    clean: Callable[[], None] = lambda: None


def assigning(block: Block, position: int, value: object) -> Begin:
    """Assign to an item."""
    label = f"{block.handle}[{position}] = {short_text(value)}"
    words = encoded([block, position, value])
    return lambda: block.actor.begin("apply", label, function="setitem", args=words)


def making(actor: Actor, name: str, values: list[object]) -> Begin:
    """Create a list under a name; the actor lets go of the one that it made before."""
    return lambda: actor.begin(
        "new",
        f"ShareableList({short_text(values)}, name={name!r})",
        kind="ShareableList",
        into="made",
        args=encoded([values]),
        kwargs={"name": encode(name)},
    )


def run_list_race(actors: Actors, race: ListRace) -> None:
    """Hold a process before each line; raises Violation where one is wrong.

    All are tried, and a wrong one is tried again to be sure of it.
    """
    every = _lines(race)
    found = [it for it in every if _is_asked(actors, it)]
    if not every:
        raise Unsupported("no line of the target's modules was run")
    if not found:
        raise HarnessError(f"there are {len(every)} lines, and none of that number")
    wrong: dict[str, Violation] = {}
    for line in found:
        actors.trace.steps.clear()
        error = _try(race, line)
        if error is not None:
            wrong[_schedule(line)] = error
        findings = {"corrupt": error.actual} if error else {}
        actors.points.append(strips.cell(line.text, line.name, findings))
    if wrong:
        by_schedule = {_schedule(it): it for it in found}
        actors.trace.steps.clear()
        confirm(wrong, len(found), lambda first: _try(race, by_schedule[first]))


def _lines(race: ListRace) -> list[Call]:
    # What is done for the first time may take another way.
    race.prepare()()()
    race.clean()
    begin = race.prepare()
    race.held.do("watch", "watch its lines", every=True)
    begin()()
    found = lines.watched(race.held)
    race.clean()
    return found


def _schedule(line: Call) -> str:
    return f"{line.name}#{line.nth}"


def _is_asked(actors: Actors, line: Call) -> bool:
    asked = actors.budget.exploration.schedule
    if not asked or actors.stage.target.kind == "faulty":
        return True
    schedule = parse(asked)
    if schedule.first.name != lines.LINE or schedule.second:
        raise Unsupported(f"a list is raced by single lines, not by {asked}")
    return schedule.first.nth == line.nth


def _try(race: ListRace, line: Call) -> Violation | None:
    begin = race.prepare()
    error: Violation | None = None
    try:
        with _held(race.held, line, begin):
            race.meanwhile()
        race.judge()
    except Violation as violation:
        error = violation
    finally:
        # What was wrong counts, whatever else does not work any more.
        with suppress(ConformanceError) if error else nullcontext():
            race.clean()
    return error


@contextmanager
def _held(actor: Actor, line: Call, begin: Begin) -> Iterator[None]:
    """Hold an actor before a line of what it begins; afterwards it has done it."""
    label = f"stop before line {line.nth}, {line.text}"
    actor.do("watch", label, stop=line.nth, every=True)
    finish, process = begin(), actor.process
    if not processes.await_stop(process.pid, lambda: process.has_answered):
        # Who has crashed, or has failed before, says so.
        _go_on(actor, finish)
        raise HarnessError(f"the line did not come: {line.text}")
    try:
        yield
    except BaseException:
        # What was wrong meanwhile counts, whatever becomes of the one who was held.
        with suppress(ConformanceError):
            _go_on(actor, finish)
        raise
    _go_on(actor, finish)


def _go_on(actor: Actor, finish: Callable[[], object]) -> None:
    with suppress(ProcessLookupError):
        os.kill(actor.process.pid, signal.SIGCONT)
    try:
        finish()
    finally:
        lines.watched(actor)

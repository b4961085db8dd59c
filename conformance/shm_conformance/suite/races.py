"""One process held after each of its calls, while another does all of an operation.

A race is two operations of two processes. The first one is stopped as it comes back
from a call, the second one is done as a whole, then the first goes on. Whatever came
of both must be what some order of whole operations brings about.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from shm_conformance import checks, strips, syscalls, tracer
from shm_conformance.actors import Actor, Actors
from shm_conformance.errors import HarnessError, TargetError, Violation
from shm_conformance.life import SIZE
from shm_conformance.remotes import Block
from shm_conformance.syscalls import Call
from shm_conformance.tracer import Tracer


@dataclass
class Outcome:
    """What came of an operation: the block it opened, or the types of its error."""

    block: Block | None = None
    errors: tuple[str, ...] = ()

    @property
    def is_ok(self) -> bool:
        """Whether it raised nothing."""
        return not self.errors

    def __str__(self) -> str:
        return "success" if self.is_ok else self.errors[0]


# Begins an operation on a name; returns what waits for its outcome.
Begin = Callable[[Actor, str], Callable[[], Outcome]]


@dataclass(frozen=True)
class Race:
    """Two operations at once: who is held, who goes on, and what must hold afterwards."""

    prepare: Callable[[Actors, str], None]
    held: Begin
    other: Begin
    judge: Callable[[Actors, str, Outcome, Outcome], None]


def opening(create: bool) -> Begin:
    """Create a block, or attach to it."""

    def begin(actor: Actor, name: str) -> Callable[[], Outcome]:
        into = actor.fresh_handle("SharedMemory")
        words: dict[str, Any] = {"create": True, "size": SIZE} if create else {}
        label = f"SharedMemory({name!r}{', create=True' if create else ''})"
        finish = actor.begin(
            "new", label, kind="SharedMemory", into=into, args=[name], kwargs=words
        )
        return lambda: _outcome(finish, lambda: Block(actor, into))

    return begin


def unlinking(actor: Actor, name: str) -> Callable[[], Outcome]:
    """Unlink by the handle that the actor got first."""
    handle = "SharedMemory1"
    finish = actor.begin("call", f"{handle}.unlink()", handle=handle, method="unlink")
    return lambda: _outcome(finish, lambda: None)


def _outcome(finish: Callable[[], Any], block: Callable[[], Block | None]) -> Outcome:
    try:
        finish()
    except TargetError as error:
        return Outcome(errors=error.failure.bases)
    return Outcome(block())


def run_race(actors: Actors, race: Race) -> None:
    """Hold the first at each of its calls in turn; raises Violation at the first wrong one.

    All points are tried, and a wrong one is tried again to be sure of it.
    """
    calls = _calls(actors, race)
    wrong: dict[str, Violation] = {}
    actors.points = []
    for call in calls:
        error = _try(actors, race, call)
        if error is not None:
            wrong[str(call)] = error
        findings = {"corrupt": error.actual} if error else {}
        actors.points.append(strips.cell(str(call), call.name, findings))
    if wrong:
        first = next(call for call in calls if str(call) in wrong)
        error = _try(actors, race, first)
        if error is None:
            raise HarnessError(f"held after {first}: seen once, and not again")
        raise Violation(
            f"held after {len(wrong)} of {len(calls)} calls ({', '.join(wrong)}),"
            f" at the first: {error.actual}",
            error.expected,
        )


def _calls(actors: Actors, race: Race) -> list[Call]:
    first, _, name = _begin(actors, race)
    calls = calls_of(first, lambda: race.held(first, name)(), [syscalls.PLACE + name])
    if not calls:
        raise HarnessError("no call of the first process was seen")
    return calls


def calls_of(
    actor: Actor, act: Callable[[], object], places: Collection[str] = ()
) -> list[Call]:
    """The calls of something that an actor does, as far as they matter here."""
    log = Tracer(actor.actors.stage.run, actor.process.pid)
    try:
        act()
    finally:
        text = log.close()
    found = filter(syscalls.touches, syscalls.calls(text, places))
    return list(filter(syscalls.is_steady, found))


def _begin(actors: Actors, race: Race) -> tuple[Actor, Actor, str]:
    actors.end()
    actors.trace.steps.clear()
    first, second = actors.start_all("first", "second")
    name = actors.name()
    race.prepare(actors, name)
    return first, second, name


def _try(actors: Actors, race: Race, call: Call) -> Violation | None:
    first, second, name = _begin(actors, race)
    call = replace(call, place=call.place and syscalls.PLACE + name)
    found: list[Outcome] = []
    own = hold(
        first,
        call,
        lambda: race.held(first, name),
        lambda: found.append(race.other(second, name)()),
    )
    try:
        race.judge(actors, name, own, found[0])
    except Violation as error:
        return error
    return None


def hold(
    actor: Actor,
    call: Call,
    begin: Callable[[], Callable[[], Outcome]],
    meanwhile: Callable[[], object],
) -> Outcome:
    """Stop what an actor begins as it comes back from a call, and do something meanwhile.

    Returns what came of it when it went on. Raises NotRun where the machine cannot
    do that, HarnessError where the call does not come.
    """
    trace, pid = actor.actors.trace, actor.process.pid
    log = Tracer(actor.actors.stage.run, pid, tracer.stopping(call), call.place)
    try:
        finish = begin()
        if not log.await_stop():
            raise HarnessError(f"the call did not come: {call}")
        trace.add(actor.name, "note", f"is held after {call.text}")
        try:
            meanwhile()
        finally:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        trace.add(actor.name, "note", "goes on")
        return finish()
    finally:
        log.close()


# -- what must hold afterwards ------------------------------------------------------


def one_of(what: str, outcome: Outcome, *errors: str) -> None:
    """Check that an operation has worked, or failed in one of these ways."""
    is_due = outcome.is_ok or not set(errors).isdisjoint(outcome.errors)
    checks.that(is_due, f"{what}: {outcome}", " or ".join(["success", *errors]))


def one_winner(what: str, error: str, *outcomes: Outcome) -> None:
    """Check that one operation has worked, and every other one failed in this way."""
    losers = [it for it in outcomes if error in it.errors]
    has_one = sum(it.is_ok for it in outcomes) == 1
    found = " and ".join(map(str, outcomes))
    is_due = has_one and len(losers) == len(outcomes) - 1
    checks.that(is_due, f"{what}: {found}", f"success, and {error} for the other")


def shared(one: Block, other: Block) -> None:
    """Check that two handles are of one block."""
    one.write(0, b"\x05")
    checks.same("what the other reads", other.read(0, 1), b"\x05")

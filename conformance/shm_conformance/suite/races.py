"""One process held after each of its calls, while another does all of an operation.

A race is two operations of two processes. The first one is stopped as it comes back
from a call, the second one is done as a whole, then the first goes on; or the second
one is stopped as well, and goes on when the first is done. Whatever came of both must
be what some order of whole operations brings about.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Collection
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from typing import Any

from shm_conformance import checks, strips, syscalls, tracer
from shm_conformance.actors import Actor, Actors
from shm_conformance.errors import HarnessError, TargetError, Violation
from shm_conformance.life import SIZE
from shm_conformance.remotes import Block
from shm_conformance.schedules import BLOCK, Schedule, pairs, parse
from shm_conformance.syscalls import Call
from shm_conformance.tracer import Tracer

# Of wrong schedules, so many are named.
SHOWN = 12


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
    """Try a race by every schedule; raises Violation at the first wrong one.

    All are tried, and a wrong one is tried again to be sure of it.
    """
    schedules = _schedules(actors, race)
    wrong: dict[str, Violation] = {}
    for schedule in schedules:
        error = _try(actors, race, schedule)
        if error is not None:
            wrong[str(schedule)] = error
        findings = {"corrupt": error.actual} if error else {}
        name = (schedule.second or schedule.first).name
        actors.points.append(strips.cell(str(schedule), name, findings))
        if wrong and actors.stage.target.kind == "faulty":
            break
    if wrong:
        confirm(wrong, len(schedules), lambda first: _try(actors, race, parse(first)))


def confirm(
    wrong: dict[str, Violation],
    tried: int,
    again: Callable[[str], Violation | None],
) -> None:
    """Try the first of the wrong schedules again, and raise what is wrong there."""
    first = next(iter(wrong))
    error = again(first)
    if error is None:
        raise HarnessError(f"--schedule {first}: seen once, and not again")
    names = " ".join([*list(wrong)[:SHOWN], *["..."][: len(wrong) - SHOWN]])
    raise Violation(
        f"by {len(wrong)} of {tried} schedules ({names}),"
        f" at the first, --schedule {first}: {error.actual}",
        error.expected,
    )


def _schedules(actors: Actors, race: Race) -> list[Schedule]:
    """The one that is asked for, or one for each call, and some pairs of calls."""
    asked = actors.budget.exploration.schedule
    # What certifies a run has another schedule of its own.
    if asked and actors.stage.target.kind != "faulty":
        return [parse(asked)]
    firsts = _calls(actors, race, 0, race.held)
    if not firsts:
        raise HarnessError("no call of the first process was seen")
    found = [Schedule(call) for call in firsts]
    if actors.budget.pairs:
        seconds = _calls(actors, race, 1, race.other)
        found += pairs(firsts, seconds, actors.budget.pairs)
    return found


def _calls(actors: Actors, race: Race, who: int, begin: Begin) -> list[Call]:
    """The calls of one process, while the other one does nothing."""
    name = _begin(actors, race)
    actor = actors.cast[who]
    found = calls_of(actor, lambda: begin(actor, name)(), [syscalls.PLACE + name])
    return [replace(it, place=it.place and BLOCK) for it in found]


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


def _begin(actors: Actors, race: Race) -> str:
    actors.end()
    actors.trace.steps.clear()
    actors.start_all("first", "second")
    name = actors.name()
    race.prepare(actors, name)
    return name


def _try(actors: Actors, race: Race, schedule: Schedule) -> Violation | None:
    name = _begin(actors, race)
    first, second = actors.cast[:2]
    found: list[Outcome] = []
    with ExitStack() as stack:
        one = Held(first, _on(name, schedule.first), lambda: race.held(first, name))
        stack.callback(one.close)
        one.must_be_held()
        if schedule.second is None:
            found.append(race.other(second, name)())
            own = one.go_on()
        else:
            # It may end before it comes to that call: the first has changed the world.
            call = _on(name, schedule.second)
            other = Held(second, call, lambda: race.other(second, name))
            stack.callback(other.close)
            own = one.go_on()
            found.append(other.go_on())
    try:
        race.judge(actors, name, own, found[0])
    except Violation as error:
        return error
    return None


def _on(name: str, call: Call) -> Call:
    return replace(call, place=call.place and syscalls.PLACE + name)


class Held:
    """An operation that is begun, and stopped as it comes back from a call.

    Raises NotRun where the machine cannot do that.
    """

    def __init__(
        self, actor: Actor, call: Call, begin: Callable[[], Callable[[], Outcome]]
    ) -> None:
        self.actor, self.call = actor, call
        run, pid = actor.actors.stage.run, actor.process.pid
        self._log = Tracer(run, pid, tracer.stopping(call), call.place)
        try:
            self._finish = begin()
            self.is_held = self._log.await_stop(lambda: actor.process.has_answered)
        except BaseException:
            self._log.close()
            raise
        if self.is_held:
            actor.actors.trace.add(actor.name, "note", f"is held after {call.text}")

    def must_be_held(self) -> None:
        """Raise HarnessError where the call did not come."""
        if not self.is_held:
            raise HarnessError(f"the call did not come: {self.call}")

    def go_on(self) -> Outcome:
        """Let it go on; returns what came of it."""
        if self.is_held:
            self._continue()
            self.actor.actors.trace.add(self.actor.name, "note", "goes on")
        return self._finish()

    def _continue(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.actor.process.pid, signal.SIGCONT)

    def close(self) -> None:
        """Let go of the process, which is never left standing."""
        if self.is_held:
            self._continue()
        self._log.close()


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
    held = Held(actor, call, begin)
    try:
        held.must_be_held()
        meanwhile()
        return held.go_on()
    finally:
        held.close()


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

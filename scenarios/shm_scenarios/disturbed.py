"""What several stories need: a death or a stop at a system call, and the error that came."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from shm_conformance import tracer
from shm_conformance.actors import Actor
from shm_conformance.errors import Crashed, HarnessError, TargetError
from shm_conformance.remotes import encoded
from shm_conformance.suite.races import Outcome, calls_of, hold, opening
from shm_conformance.syscalls import Call
from shm_conformance.tracer import Tracer


def error_of(act: Callable[[], object]) -> str:
    """The type of the error that an operation raises; empty where it raises none."""
    try:
        act()
    except TargetError as error:
        return error.failure.type
    return ""


def kill_at(actor: Actor, call: str, act: Callable[[], object]) -> None:
    """Have an actor do something, and kill it as it enters a system call for the first time.

    *call* is its name, or a class of strace's such as `%fstat`: a system call has other
    names on other machines.
    Raises NotRun where the machine cannot do that, Crashed or Hung where the actor
    has met another end. Returns when it and its tracker have ended.
    """
    actors = actor.actors
    log = Tracer(actors.stage.run, actor.process.pid, tracer.killing(Call(call, 1, "")))
    try:
        with suppress(Crashed):
            act()
    finally:
        log.close()
    actors.trace.add(actor.name, "death", f"by SIGKILL as it entered {call}()")
    actors.wait_gone(actor)


# Begins something; returns what waits for its outcome.
Begin = Callable[[], Callable[[], Outcome]]


def creating(actor: Actor, name: str) -> Begin:
    """Begin to create a block."""
    return lambda: opening(True)(actor, name)


def attaching(actor: Actor, name: str) -> Begin:
    """Begin to attach to a block."""
    return lambda: opening(False)(actor, name)


def listing(actor: Actor, name: str, values: list[object]) -> Begin:
    """Begin to create a list."""

    def begin() -> Callable[[], Outcome]:
        words = {"kind": "ShareableList", "into": "made", "args": encoded([values])}
        label = f"ShareableList({values!r}, name={name!r})"
        finish = actor.begin("new", label, **words, kwargs={"name": name})
        return lambda: Outcome(finish())

    return begin


def hold_after(
    actor: Actor,
    mark: str,
    rehearsal: Callable[[], object],
    begin: Begin,
    meanwhile: Callable[[], object],
) -> None:
    """Hold what an actor begins after the first system call that has a mark in its text.

    Which call of its name that is, is seen in a rehearsal.
    """
    calls = [it for it in calls_of(actor, rehearsal) if mark in it.text]
    if not calls:
        raise HarnessError(f"no system call with {mark} was seen")
    hold(actor, calls[0], begin, meanwhile)

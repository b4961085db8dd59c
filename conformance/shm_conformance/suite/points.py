"""A process killed, or failed, at each system call of one step; and what is left then.

A scene is a short life as data: the steps before, and the one that is under fire.
Each call of that step is a point. For each, fresh processes live the scene again,
and the call is where the process dies, or what fails. What is left is compared
with what the model of lives says of the step done, and of the step not done.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from shm_conformance import syscalls, tracer
from shm_conformance.actors import Actor, Actors
from shm_conformance.errors import Crashed, HarnessError, Hung, TargetError, Violation
from shm_conformance.life import Step, World
from shm_conformance.platforms import Segment
from shm_conformance.suite.lives import Life
from shm_conformance.syscalls import Call
from shm_conformance.tracer import Tracer


@dataclass(frozen=True)
class Scene:
    """A life whose last step is under fire, and who is hit, if not the step's actor.

    *is_first*: the step is the first that needs a tracker.
    """

    before: tuple[Step, ...]
    act: Step
    hit: str = ""
    is_first: bool = False


@dataclass
class Point:
    """A call, how it is disturbed, and what was found wrong then."""

    call: Call
    errno: str = ""
    findings: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The point in a word or two."""
        return f"{self.call} {self.errno}".rstrip()

    @property
    def injection(self) -> str:
        """What strace is to do there."""
        if self.errno:
            return tracer.failing(self.call, self.errno)
        return tracer.killing(self.call)

    def find(self, what: str, detail: str) -> None:
        """Write down what is wrong here."""
        self.findings.setdefault(what, detail)


class Fire:
    """One scene lived once, with or without something done to its last step."""

    def __init__(self, actors: Actors, scene: Scene) -> None:
        actors.end()
        actors.trace.steps.clear()
        self.actors, self.scene = actors, scene
        self.life = Life(actors, 1, may_track=not scene.is_first)
        for step in scene.before:
            self.life.step(step)
        self.victim = self.life.cast[scene.hit or scene.act.actor]
        self.handle = self.life.world.fresh_handle()
        self.undone = copy.deepcopy(self.life.world)
        self.due = self.life.world.take(scene.act)

    @property
    def done(self) -> World:
        """The world as it is once the step was done."""
        return self.life.world

    def act(self, injection: str = "") -> str:
        """Do the last step under strace; returns the log."""
        run, pid = self.actors.stage.run, self.victim.process.pid
        self.actors.trace.add("harness", "note", injection or "every call is noted")
        log = Tracer(run, pid, injection)
        try:
            self.life.do(self.scene.act, self.due, self.handle)
        finally:
            text = log.close()
        return text

    def worlds(self) -> tuple[World, ...]:
        """What may be true after a death in the middle: all of the step, or nothing."""
        return self.undone, self.done

    def look(self, point: Point, worlds: Iterable[World]) -> None:
        """Compare every name with what one of the worlds has there."""
        worlds = tuple(worlds)
        for name in self.done.names:
            things = [world.names[name] for world in worlds]
            segment = self.life.see(name)
            if segment is None and None not in things:
                point.find("destroyed", f"{name!r} is gone")
            elif segment is not None and not any(things):
                point.find(*_left(name, segment))
            elif segment is not None:
                due = [bytes([thing.byte]) for thing in things if thing]
                self._look_into(point, segment, due)

    def _look_into(self, point: Point, segment: Segment, due: list[bytes]) -> None:
        run = self.actors.stage.run
        content = run.platform.content(segment, 1, run.view)
        is_new = self.scene.act.action == "create"
        if content not in due and not (is_new and not segment.size):
            point.find("corrupt", f"{segment.name!r} begins with {content!r}")

    def end_all(self) -> None:
        """End who is left, children first, and wait for all that they have started."""
        for actor in reversed(list(self.life.cast.values())):
            if not actor.process.has_ended:
                actor.end("return")
        self.actors.wait_gone(*self.life.cast.values())

    def look_at_the_end(self, point: Point) -> None:
        """All have ended: nothing may be there, and nobody may have complained."""
        for name in self.done.names:
            segment = self.life.see(name)
            if segment is not None:
                point.find(*_left(name, segment))
        for actor in self.life.cast.values():
            if "Traceback" in actor.stderr:
                point.find("noise", f"{actor.name} printed {actor.stderr[-600:]!r}")


def _left(name: str, segment: Segment) -> tuple[str, str]:
    what = "left behind" if segment.size else "left empty"
    return what, f"{name!r} exists, {segment.size} bytes"


def crash(actors: Actors, scene: Scene, point: Point) -> None:
    """Kill the process at the point, and see what it left to others and to nobody."""
    fire = Fire(actors, scene)
    with suppress(Crashed):
        fire.act(point.injection)
    if not fire.victim.process.wait_end():
        point.find("missed", "the call did not come")
        return
    actors.trace.add(fire.victim.name, "death", f"by SIGKILL at {point.call.text}")
    if len(fire.life.cast) > 1:
        fire.look(point, fire.worlds())
    fire.end_all()
    fire.look_at_the_end(point)


def fault(actors: Actors, scene: Scene, point: Point) -> None:
    """Have the call fail, and see what the target makes of it, and whether it goes on."""
    fire = Fire(actors, scene)
    before = _held(actors, fire.victim)
    has_failed = False
    try:
        fire.act(point.injection)
    except TargetError as error:
        has_failed = True
        if "OSError" not in error.failure.bases:
            point.find("wrong error", str(error.failure))
    fire.look(point, [fire.undone if has_failed else fire.done])
    if has_failed:
        held = _held(actors, fire.victim)
        if held > before:
            point.find("leaked", f"{before} descriptors became {held}")
        _again(fire, point)
    fire.end_all()
    fire.look_at_the_end(point)


def _again(fire: Fire, point: Point) -> None:
    """Do the step again, undisturbed."""
    try:
        fire.life.do(fire.scene.act, fire.due, fire.handle)
    except Violation as error:
        point.find("unusable", f"done again: {error.actual}")
        return
    after = Point(point.call)
    fire.look(after, [fire.done])
    if after.findings:
        point.find("unusable", f"done again: {next(iter(after.findings.values()))}")


def _held(actors: Actors, actor: Actor) -> int:
    # Where references are not counted, what is lost is closed by a collection.
    for _ in range(2):
        actor.run("__import__('gc').collect()")
    return actors.descriptors(actor)


Disturb = Callable[[Actors, Scene, Point], None]


def points_of(actors: Actors, scene: Scene, is_fault: bool) -> list[Point]:
    """Live the scene undisturbed, and list the points of its last step."""
    found = [
        it for it in syscalls.calls(Fire(actors, scene).act()) if syscalls.touches(it)
    ]
    if is_fault:
        return [Point(call, errno) for call in found for errno in syscalls.faults(call)]
    return [Point(call) for call in found]


def explored(actors: Actors, scene: Scene, disturb: Disturb) -> list[Point]:
    """Every point of a scene with what is wrong there; a target's are looked for once."""
    known: dict[Any, list[Point]] = actors.stage.explored
    key = (disturb.__name__, scene)
    if key not in known:
        points = points_of(actors, scene, disturb is fault)
        if not points:
            raise HarnessError(f"no call of {scene.act} was seen")
        for point in points:
            _try(actors, scene, disturb, point)
        known[key] = points
    return known[key]


def _try(actors: Actors, scene: Scene, disturb: Disturb, point: Point) -> None:
    try:
        disturb(actors, scene, point)
    except Hung as error:
        point.find("hung", str(error))


def judge_points(actors: Actors, scene: Scene, disturb: Disturb, *wrong: str) -> None:
    """Check that none of these findings is made at any point of a scene.

    The first point where one is made is tried once more, for the trace and to be sure.
    """
    points = explored(actors, scene, disturb)
    actors.points = [
        {"point": it.label, "findings": list(it.findings)} for it in points
    ]
    bad = [point for point in points if set(wrong) & set(point.findings)]
    missed = [point.label for point in points if "missed" in point.findings]
    if missed:
        raise HarnessError(f"points that were not reached: {', '.join(missed)}")
    if not bad:
        return
    again = Point(bad[0].call, bad[0].errno)
    _try(actors, scene, disturb, again)
    details = [again.findings[it] for it in wrong if it in again.findings]
    if not details:
        raise HarnessError(f"{bad[0].label}: seen once, and not again")
    places = ", ".join(point.label for point in bad)
    raise Violation(
        f"at {len(bad)} of {len(points)} points ({places}); at the first: {details[0]}",
        f"at none: {', '.join(wrong)}",
    )

"""A process killed, or failed, at each point of one step of a short life.

Each system call of that step that touches a segment or a tracker is a point. For each,
fresh processes live the life again, and the call is where the process dies, or what
fails. Then it is judged what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from shm_conformance import strips, syscalls, tracer
from shm_conformance.actors import Actor, Actors
from shm_conformance.errors import (
    Crashed,
    HarnessError,
    Hung,
    NotRun,
    TargetError,
    Violation,
)
from shm_conformance.short_lives import ShortLife
from shm_conformance.suite import lines
from shm_conformance.suite.fire import Fire, on_fire
from shm_conformance.suite.lines import LINE
from shm_conformance.syscalls import Call
from shm_conformance.tracer import Tracer


@dataclass
class Point:
    """A call, how it is disturbed, and what was found wrong then.

    *name* stands for the segment that the call touches: its own is another each time.
    """

    call: Call
    errno: str = ""
    name: str = ""
    findings: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The point in a word or two."""
        if self.call.name == LINE:
            return self.call.text
        return f"{self.call} {self.errno}".rstrip()

    @contextmanager
    def armed(self, fire: Fire) -> Iterator[None]:
        """Have done there what is to be done."""
        if self.call.name == LINE:
            with lines.killing(fire, self.call):
                yield
            return
        injection = (
            tracer.failing(self.call, self.errno)
            if self.errno
            else tracer.killing(self.call)
        )
        fire.actors.trace.add("harness", "note", injection)
        place = syscalls.PLACE + fire.life.names[self.name] if self.name else ""
        log = Tracer(
            fire.actors.stage.run, fire.pid, injection, place, fire.is_manager_hit
        )
        try:
            yield
        finally:
            log.close()

    def find(self, what: str, detail: str) -> None:
        """Write down what is wrong here."""
        self.findings.setdefault(what, detail)

    def again(self) -> Point:
        """The same point, of which nothing is known yet."""
        return Point(self.call, self.errno, self.name)


def points_of(actors: Actors, life: ShortLife, is_fault: bool) -> list[Point]:
    """Live a life undisturbed, and list the points of the step under fire."""
    if actors.budget.exploration.by == "lines":
        if is_fault:
            raise NotRun("only a call can be made to fail, not a line")
        with on_fire(actors, life, life.hit) as fire:
            return [Point(line) for line in lines.lines_of(fire)]
    return _points_of_calls(actors, life, is_fault)


def _points_of_calls(actors: Actors, life: ShortLife, is_fault: bool) -> list[Point]:
    with on_fire(actors, life, "" if is_fault else life.hit) as fire:
        # What gets its name only now has another one each time.
        names = {syscalls.PLACE + real: it for it, real in fire.life.names.items()}
        log = Tracer(actors.stage.run, fire.pid, has_threads=fire.is_manager_hit)
        try:
            fire.act()
        finally:
            text = log.close()
    if not any(syscalls.calls(text)):
        raise HarnessError(f"no call of {life.act} was seen")
    found = filter(syscalls.touches, syscalls.calls(text, names))
    points = [
        Point(it, "", names.get(it.place, ""))
        for it in filter(syscalls.is_steady, found)
    ]
    if is_fault:
        points = [
            Point(it.call, errno, it.name)
            for it in points
            for errno in syscalls.faults(it.call)
        ]
    # What threads do is counted for each of them.
    return list({(it.label, it.name): it for it in points}.values())


def crash(actors: Actors, life: ShortLife, point: Point) -> None:
    """Kill the process at the point, and see what it left to others and to nobody."""
    with on_fire(actors, life, life.hit) as fire:
        is_over = False
        with suppress(Crashed, TargetError):
            fire.act(point.armed(fire))
            is_over = not fire.is_manager_hit and life.act.action != "end"
        if is_over or not fire.await_death():
            point.find("missed", "the call did not come")
            return
        actors.trace.add(fire.hit, "death", f"by SIGKILL at {point.call.text}")
        # What becomes of the blocks of who was alone is seen at the end.
        if len(fire.life.cast) > 1 and not fire.is_manager_hit:
            fire.look(point, fire.worlds())
        fire.end_all()
        fire.look_at_the_end(point)


def fault(actors: Actors, life: ShortLife, point: Point) -> None:
    """Have the call fail, and see what the target makes of it, and whether it goes on."""
    with on_fire(actors, life) as fire:
        victim = fire.life.cast[fire.hit]
        before = _held(actors, victim)
        has_failed = False
        try:
            fire.act(point.armed(fire))
        except TargetError as error:
            has_failed = True
            if "OSError" not in error.failure.bases:
                point.find("wrong error", str(error.failure))
        fire.look(point, [fire.undone if has_failed else fire.done])
        if has_failed:
            fire.look_for_strays(point)
            held = _held(actors, victim)
            if held > before:
                point.find("leaked", f"{before} descriptors became {held}")
            _again(fire, point)
        _go_on(fire, point)
        fire.end_all()
        fire.look_at_the_end(point)


def _again(fire: Fire, point: Point) -> None:
    """Do the step again, undisturbed."""
    try:
        fire.act()
    except Violation as error:
        point.find("unusable", f"done again: {error.actual}")
        return
    after = point.again()
    fire.look(after, [fire.done])
    if after.findings:
        point.find("unusable", f"done again: {next(iter(after.findings.values()))}")


def _go_on(fire: Fire, point: Point) -> None:
    """Live the rest of the life, unless it is known to be of no use."""
    if "unusable" not in point.findings:
        try:
            fire.go_on()
        except Violation as error:
            point.find("unusable", f"later: {error.actual}")


def _held(actors: Actors, actor: Actor) -> int:
    # Where references are not counted, what is lost is closed by a collection.
    for _ in range(2):
        actor.run("__import__('gc').collect()")
    return actors.descriptors(actor)


Disturb = Callable[[Actors, ShortLife, Point], None]


def explored(
    actors: Actors, life: ShortLife, disturb: Disturb, wrong: tuple[str, ...]
) -> list[Point]:
    """Every point of a life with what is wrong there; a target's are looked for once.

    Of a target that is there to fail, the first point with the wrong finding will do.
    """
    is_faulty = actors.stage.target.kind == "faulty"
    known: dict[Any, list[Point]] = actors.stage.explored
    key = (disturb.__name__, life.name, wrong if is_faulty else ())
    if key not in known:
        points = points_of(actors, life, disturb is fault)
        for point in points:
            _try(actors, life, disturb, point)
            if is_faulty and set(wrong) & set(point.findings):
                break
        known[key] = points
    return known[key]


def _try(actors: Actors, life: ShortLife, disturb: Disturb, point: Point) -> None:
    try:
        disturb(actors, life, point)
    except Hung as error:
        point.find("hung", str(error))


def judge_points(
    actors: Actors, life: ShortLife, disturb: Disturb, wrong: tuple[str, ...]
) -> None:
    """Check that none of these findings is made at any point of a life.

    The first point where one is made is tried once more, for the trace and to be sure.
    """
    points = explored(actors, life, disturb, wrong)
    actors.points = [strips.cell(it.label, it.call.name, it.findings) for it in points]
    bad = [point for point in points if set(wrong) & set(point.findings)]
    missed = [point.label for point in points if "missed" in point.findings]
    if missed:
        raise HarnessError(f"points that were not reached: {', '.join(missed)}")
    if not bad:
        return
    again = bad[0].again()
    _try(actors, life, disturb, again)
    details = [again.findings[it] for it in wrong if it in again.findings]
    if not details:
        raise HarnessError(f"{bad[0].label}: seen once, and not again")
    places = ", ".join(point.label for point in bad)
    raise Violation(
        f"at {len(bad)} of {len(points)} points ({places}); at the first: {details[0]}",
        f"at none: {', '.join(wrong)}",
    )

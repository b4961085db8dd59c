"""A short life lived once, with or without something done to the step under fire.

What is left is compared with what the model of lives says of the step done, and of the
step not done.
"""

from __future__ import annotations

import copy
import os
import select
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from shm_conformance.actors import Actors
from shm_conformance.platforms import Segment
from shm_conformance.short_lives import ShortLife
from shm_conformance.short_world import ShortWorld
from shm_conformance.suite.living import Living

if TYPE_CHECKING:
    from shm_conformance.suite.points import Point

# Puts a point into a process, while the step under fire is done.
Arm = AbstractContextManager[object]


class Fire:
    """One life up to the step under fire; *hit* is whose points they are."""

    def __init__(self, actors: Actors, life: ShortLife, hit: str = "") -> None:
        actors.end()
        actors.trace.steps.clear()
        self.actors, self.short = actors, life
        self.before = self._segments()
        strangers = [it for it in life.cast if it not in life.started]
        self.life = Living(actors, len(strangers), may_track=not life.is_first)
        for step in life.before:
            self.life.step(step)
        self.hit = hit or life.act.actor
        self.pid = self.life.pid_of(self.hit)
        self._watch = actors.stage.run.platform.exit_watch(self.pid)
        self.handle = self.life.world.fresh_handle()
        self.undone = copy.deepcopy(self.life.world)
        self.due = self.life.world.take(life.act)

    def _segments(self) -> set[str]:
        run = self.actors.stage.run
        return {it.name for it in run.platform.segments(run.view)}

    @property
    def done(self) -> ShortWorld:
        """The world as it is once the step was done."""
        return self.life.world

    @property
    def is_manager_hit(self) -> bool:
        """Whether the points are those of a manager's process."""
        return self.hit in self.life.managers

    def act(self, arm: Arm | None = None) -> None:
        """Do the step under fire, while something is done to the process that is hit."""
        with arm or nullcontext():
            self.life.do(self.short.act, self.due, self.handle)

    def go_on(self) -> None:
        """Live the rest of the life; raises Violation where it is not as due."""
        for step in self.short.after:
            handle = self.life.world.fresh_handle()
            self.life.do(step, self.life.world.take(step), handle)

    def await_death(self) -> bool:
        """Wait for the end of the process that is hit; says whether it came."""
        limit = self.actors.stage.limits.exit
        if not self.is_manager_hit:
            return self.life.cast[self.hit].process.wait_end(limit)
        return bool(select.select([self._watch], [], [], limit)[0])

    def close(self) -> None:
        """Let go of what watches the process."""
        os.close(self._watch)

    def worlds(self) -> tuple[ShortWorld, ...]:
        """What may be true after a death in the middle: all of the step, or nothing."""
        return self.undone, self.done

    def look(self, point: Point, worlds: Iterable[ShortWorld]) -> None:
        """Compare every name with what one of the worlds has there."""
        worlds = tuple(worlds)
        known = [it for it in self.done.names if it in self.life.names]
        for name in known:
            things = [world.names.get(name) for world in worlds]
            segment = self.life.see(name)
            if segment is None and None not in things:
                point.find("destroyed", f"{name!r} is gone")
            elif segment is not None and not any(things):
                point.find(*left(name, segment))
            elif segment is not None:
                due = [thing.byte for thing in things if thing]
                self._look_into(point, name, segment, due)

    def _look_into(
        self, point: Point, name: str, segment: Segment, due: list[int]
    ) -> None:
        if name in self.done.lists:
            item = self.life.item(name)
            if item is not None and item not in due:
                point.find("corrupt", f"item 0 of {name!r} is {item!r}")
            return
        run = self.actors.stage.run
        content = run.platform.content(segment, 1, run.view)
        is_new = self.short.act.action.startswith("create")
        if content not in map(_byte, due) and not (is_new and not segment.size):
            point.find("corrupt", f"{name!r} begins with {content!r}")

    def end_all(self) -> None:
        """End who is left, children first, and wait for all that they have started."""
        for actor in reversed(list(self.life.cast.values())):
            if not actor.process.has_ended:
                actor.end("return")
        self.actors.wait_gone(*self.life.cast.values())

    def look_for_strays(self, point: Point) -> None:
        """See whether there is a block of which nobody has told us."""
        names = self.life.names.values()
        for segment in self.life.new_segments(self.before.union(names)):
            self.actors.stage.run.ledger.announce(segment.name)
            point.find(*left(segment.name, segment))

    def look_at_the_end(self, point: Point) -> None:
        """All have ended: nothing may be there, and nobody may have complained."""
        untracked = {self.life.names[it] for it in self.done.untracked}
        names = {self.life.names[it] for it in self.done.names if it in self.life.names}
        for name in names:
            segment = self.actors.stage.run.look(name)
            if segment is not None and name not in untracked:
                point.find(*left(name, segment))
            elif segment is None and name in untracked:
                point.find("destroyed", f"{name!r} is gone, which nobody tracks")
        self.look_for_strays(point)
        for actor in self.life.cast.values():
            if "Traceback" in actor.stderr:
                point.find("noise", f"{actor.name} printed {actor.stderr[-600:]!r}")


@contextmanager
def on_fire(actors: Actors, life: ShortLife, hit: str = "") -> Iterator[Fire]:
    """A life up to the step under fire, looked after until it is over."""
    fire = Fire(actors, life, hit)
    try:
        yield fire
    finally:
        fire.close()


def left(name: str, segment: Segment) -> tuple[str, str]:
    """The finding that a segment exists which should not."""
    what = "left behind" if segment.size else "left empty"
    return what, f"{name!r} exists, {segment.size} bytes"


def _byte(value: int) -> bytes:
    return bytes([value])

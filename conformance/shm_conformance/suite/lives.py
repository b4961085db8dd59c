"""Lives as real processes: each step of the model is done, and looked at from outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import psutil

from shm_conformance import checks
from shm_conformance.actors import Actor, Actors
from shm_conformance.errors import ConformanceError, TargetError, Violation
from shm_conformance.life import SIZE, Due, Step, World
from shm_conformance.platforms import Segment
from shm_conformance.remotes import Block, Remote
from shm_conformance.scripts import Moment, Story, render
from shm_conformance.suite.endings import end, with_tracker
from shm_conformance.suite.managing import begin, kill, trackers_of

# The two numbers by which the model chooses a step; none if the first is 0.
Draw = tuple[int, int]
STEPS = 40


class Life:
    """A world of the model, and the processes that live it."""

    make_world: type[World] = World

    def __init__(
        self,
        actors: Actors,
        strangers: int,
        is_mixed: bool = False,
        may_track: bool = True,
    ) -> None:
        self.actors, self.may_track = actors, may_track
        self.world = self.make_world(strangers)
        self.moments: list[Moment] = []
        self.strangers = list(self.world.living)
        self.partners = self.strangers[1::2] if is_mixed else []
        self.cast = {name: self._introduce(name) for name in self.strangers}
        self.names = {name: actors.name(name) for name in self.world.names}
        self.blocks: dict[str, Block] = {}
        self._seen: dict[str, str] = {}
        self.managers: dict[str, tuple[Remote, list[psutil.Process]]] = {}

    def _introduce(self, name: str) -> Actor:
        actors = self.actors
        start = actors.start_partner if name in self.partners else actors.start
        return with_tracker(start(name)) if self.may_track else start(name)

    def live(self, actions: Sequence[str], draws: Iterable[Draw]) -> None:
        """Do the steps that the draws stand for, then end everybody."""
        for action, which in draws:
            step = self.world.choose(actions, action - 1, which) if action else None
            if step:
                self.step(step)
        while self.world.living:
            # Children first, as a process that ends in order waits for its own.
            last = list(self.world.living)[-1]
            self.step(next(self.world.ends_of(last)))

    def step(self, step: Step) -> None:
        """Do a step, and compare all that can be seen with what is due."""
        self.actors.trace.add("harness", "note", str(step))
        handle = self.world.fresh_handle()
        family = self.world.families[self.world.living[step.actor]]
        due = self.world.take(step)
        self.moments.append(Moment(step, due, handle, self._fates()))
        self.do(step, due, handle)
        if step.action == "end" and not set(family.members) & set(self.world.living):
            members = [self.cast[name] for name in family.members]
            self.actors.wait_gone(*members)
            self._listen(members, family.may_speak)
        self._look(step)

    def _fates(self) -> dict[str, bool | None]:
        names = self.world.names.items()
        return {
            name: None if name in self.world.open else thing is not None
            for name, thing in names
        }

    def script(self) -> str:
        """What was lived so far, as a script that stands alone."""
        targets = {it: self.cast[it].process.stage.target for it in self.strangers}
        target = self.actors.stage.target
        return render(
            Story(
                f"A life that {target.implementation} does not live as it must.",
                target.managers or f"{target.module.rpartition('.')[0]}.managers",
                {name: it.module for name, it in targets.items()},
                self.partners,
                self.moments,
            )
        )

    def do(self, step: Step, due: Due, handle: str) -> None:
        """Do a step; raises Violation where something else comes of it than is due."""
        act = getattr(self, f"_{step.action.replace('-', '_')}")
        try:
            if due.error:
                with checks.raises(due.error):
                    act(step, handle)
                return
            value = act(step, handle)
        except TargetError:
            if not due.is_open:
                raise
            return
        if due.byte is not None:
            checks.same(f"the byte read by {step.actor}", value, bytes([due.byte]))

    def _look(self, step: Step) -> None:
        """See with the observer's eyes which names exist, and how large the blocks are."""
        for name, thing in self.world.names.items():
            segment = self.see(name)
            if name in self.world.open:
                self.world.adopt(name, segment is not None)
            elif (segment is None) != (thing is None):
                is_due = "exists" if thing else "is gone"
                seen = "exists" if segment else "is gone"
                raise Violation(f"{name!r} {seen} after: {step}", f"that it {is_due}")
            elif segment and thing:
                self._look_into(name, segment, thing.byte)

    def _look_into(self, name: str, segment: Segment, byte: int) -> None:
        if segment.size < SIZE:
            raise Violation(f"{name!r} has {segment.size} bytes", f"{SIZE} or more")
        run = self.actors.stage.run
        content = run.platform.content(segment, 1, run.view)
        checks.same(f"the first byte of {name!r}", content, bytes([byte]))

    def see(self, name: str) -> Segment | None:
        """Look at a name; the trace tells what is new."""
        segment = self.actors.stage.run.look(self.names[name])
        seen = f"{name!r} {'exists' if segment else 'is gone'}"
        if self._seen.get(name, f"{name!r} is gone") != seen:
            self.actors.trace.add("observer", "observation", seen)
        self._seen[name] = seen
        return segment

    def _listen(self, members: Sequence[Actor], may_speak: bool) -> None:
        for actor in () if may_speak else members:
            checks.silent(actor.stderr, actor.name)

    # -- the steps ------------------------------------------------------------------

    def _create(self, step: Step, handle: str) -> None:
        name = self.names[step.subject]
        actor = self.cast[step.actor]
        self.blocks[handle] = actor.shared_memory(name, create=True, size=SIZE)

    def _attach(self, step: Step, handle: str) -> None:
        name = self.names[step.subject]
        self.blocks[handle] = self.cast[step.actor].shared_memory(name)

    def _write(self, step: Step, _: str) -> None:
        self.blocks[step.subject].write(0, bytes([int(step.detail)]))

    def _read(self, step: Step, _: str) -> bytes:
        return self.blocks[step.subject].read(0, 1)

    def _close(self, step: Step, _: str) -> None:
        self.blocks[step.subject].close()

    def _unlink(self, step: Step, _: str) -> None:
        self.blocks[step.subject].unlink()

    def _pickle(self, step: Step, handle: str) -> None:
        data = self.blocks[step.subject].pickle()
        self.blocks[handle] = self.cast[step.detail].unpickle(data)

    def _start(self, step: Step, _: str) -> None:
        parent = self.cast[step.actor]
        self.cast[step.subject] = parent.start_child(step.detail, step.subject)

    def _end(self, step: Step, _: str) -> None:
        end(self.cast[step.actor], step.detail)

    def _kill_tracker(self, step: Step, _: str) -> None:
        managers = [it for _, group in self.managers.values() for it in group]
        kill(self.actors, trackers_of(self.cast[step.actor], managers))

    def _start_manager(self, step: Step, _: str) -> None:
        self.managers[step.subject] = begin(self.cast[step.actor])

    def _manage(self, step: Step, handle: str) -> None:
        manager, _ = self.managers[step.subject]
        self.blocks[handle] = manager.make("SharedMemory", SIZE)
        self.names[step.detail] = self.blocks[handle].name

    def _stop_manager(self, step: Step, _: str) -> None:
        self.managers[step.subject][0].call("shutdown")

    def _kill_manager(self, step: Step, _: str) -> None:
        kill(self.actors, self.managers[step.subject][1][-1:])


def explore_lives(
    actors: Actors,
    actions: Sequence[str],
    strangers: int,
    share: float = 0.12,
    is_mixed: bool = False,
) -> None:
    """Live generated lives of some actions; raises what the shortest failing one did.

    In a mixed life every other stranger is of the pair's other side.
    """
    from hypothesis import strategies as st

    # All lives are long; they are made shorter by steps of which nothing comes.
    draw = st.tuples(st.integers(0, 99), st.integers(0, 99))
    draws = st.lists(draw, min_size=STEPS, max_size=STEPS)

    def check(life: list[Draw]) -> None:
        actors.end()
        one = Life(actors, strangers, is_mixed)
        try:
            one.live(actions, life)
        except ConformanceError:
            actors.script = one.script()
            raise

    actors.explore(check, share, life=draws)

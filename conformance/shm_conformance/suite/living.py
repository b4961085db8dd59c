"""Short lives as real processes: lists, names that the target gives, managers that die."""

from __future__ import annotations

from shm_conformance import checks
from shm_conformance.life import SIZE, Step
from shm_conformance.platforms import Segment
from shm_conformance.short_world import ShortWorld
from shm_conformance.suite.lives import Life

VALUES = (0, "text", 2.5)


class Living(Life):
    """A short life, and everything that it caused to exist."""

    world: ShortWorld
    make_world = ShortWorld

    def _start_manager(self, step: Step, handle: str) -> None:
        super()._start_manager(step, handle)
        # It tells where it is before it listens. Whoever is served knows that all
        # threads have begun that it starts on its own.
        self.managers[step.subject][0].call("connect")

    def pid_of(self, who: str) -> int:
        """The process of an actor, or of a manager."""
        if who in self.managers:
            return self.managers[who][1][-1].pid
        return self.cast[who].process.pid

    def item(self, name: str) -> object:
        """The first item of a list, as somebody has it who is alive; None if nobody."""
        of_name = [it for it, what in self.world.handles.items() if what.name == name]
        blocks = [self.blocks[it] for it in of_name if it in self.blocks]
        alive = [it for it in blocks if not it.actor.process.has_ended]
        return alive[0].apply("getitem", 0) if alive else None

    def new_segments(self, before: set[str]) -> list[Segment]:
        """What is there now and was not then; empty where others make segments, too."""
        run = self.actors.stage.run
        seen = run.platform.segments(run.view) if run.is_private else []
        return [it for it in seen if it.name not in before]

    def _look_into(self, name: str, segment: Segment, byte: int) -> None:
        if name in self.world.lists:
            checks.same(f"the first item of {name!r}", self.item(name), byte)
            return
        super()._look_into(name, segment, byte)

    # -- the steps that only short lives have ------------------------------------------

    def _create_generated(self, step: Step, handle: str) -> None:
        block = self.cast[step.actor].shared_memory(create=True, size=SIZE)
        self.blocks[handle], self.names[step.subject] = block, block.name

    def _create_untracked(self, step: Step, handle: str) -> None:
        self.blocks[handle] = self.cast[step.actor].shared_memory(
            self.names[step.subject], create=True, size=SIZE, track=False
        )

    def _attach_untracked(self, step: Step, handle: str) -> None:
        name = self.names[step.subject]
        self.blocks[handle] = self.cast[step.actor].shared_memory(name, track=False)

    def _create_list(self, step: Step, handle: str) -> None:
        name, actor = self.names[step.subject], self.cast[step.actor]
        self.blocks[handle] = actor.shareable_list(list(VALUES), name=name)

    def _attach_list(self, step: Step, handle: str) -> None:
        name = self.names[step.subject]
        self.blocks[handle] = self.cast[step.actor].shareable_list(name=name)

    def _assign(self, step: Step, _: str) -> None:
        self.blocks[step.subject].apply("setitem", 0, int(step.detail))

    def _read_item(self, step: Step, _: str) -> bytes:
        return bytes([self.blocks[step.subject].apply("getitem", 0)])

    def _close_list(self, step: Step, _: str) -> None:
        self.blocks[step.subject].shm.call("close")

    def _unlink_list(self, step: Step, _: str) -> None:
        self.blocks[step.subject].shm.call("unlink")

    def _manage_list(self, step: Step, handle: str) -> None:
        manager, _ = self.managers[step.subject]
        self.blocks[handle] = manager.make("ShareableList", list(VALUES))
        self.names[step.detail] = self.blocks[handle].name

"""The model of `life`, with what only short lives have: lists, names that are given. Pure."""

from __future__ import annotations

from shm_conformance.life import Due, Step, Thing, World


class ShortWorld(World):
    """A world with lists, whose first item is what the byte of a block is."""

    def __init__(self, strangers: int) -> None:
        super().__init__(strangers)
        self.lists: set[str] = set()
        self.untracked: set[str] = set()

    def _create_generated(self, step: Step) -> Due:
        return self._create(step)

    def _create_untracked(self, step: Step) -> Due:
        thing = self.names[step.subject] = Thing()
        self.untracked.add(step.subject)
        self._hold(step.actor, step.subject, thing)
        return Due()

    def _attach_untracked(self, step: Step) -> Due:
        thing = self.names[step.subject]
        if thing is None:
            return Due("FileNotFoundError")
        self._hold(step.actor, step.subject, thing)
        return Due()

    def _create_list(self, step: Step) -> Due:
        self.lists.add(step.subject)
        return self._create(step)

    def _attach_list(self, step: Step) -> Due:
        return self._attach(step)

    def _assign(self, step: Step) -> Due:
        return self._write(step)

    def _read_item(self, step: Step) -> Due:
        return self._read(step)

    def _close_list(self, step: Step) -> Due:
        return self._close(step)

    def _unlink_list(self, step: Step) -> Due:
        return self._unlink(step)

    def _manage_list(self, step: Step) -> Due:
        self.lists.add(step.detail)
        return self._manage(step)

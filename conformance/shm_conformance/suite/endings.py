"""The six ways in which a process ends, and the families in which one does."""

from __future__ import annotations

import signal
from collections.abc import Callable

from shm_conformance.actors import Actor, Actors
from shm_conformance.errors import Violation
from shm_conformance.model import Fate, Row


def end(actor: Actor, ending: str) -> None:
    """End an actor in one of the ways of `model.ENDINGS`, and wait for it."""
    if ending.startswith("SIG"):
        actor.kill(signal.Signals[ending])
    else:
        actor.end(ending)


def tracking(is_on: bool) -> dict[str, object]:
    """The arguments for tracking; on is the default, which 3.8 has as well."""
    return {} if is_on else {"track": False}


def with_tracker(actor: Actor) -> Actor:
    """Have an actor's tracker run, as its children are to share it."""
    block = actor.shared_memory(create=True, size=1)
    block.close()
    block.unlink()
    return actor


class Family:
    """The processes of a row of the table, and the blocks that one after another left."""

    def __init__(self, actors: Actors, row: Row) -> None:
        self.actors, self.row = actors, row
        self._cast: list[Actor] = []
        self._names: dict[str, str] = {}
        self._after_end: dict[str, Fate] = {}
        if row.kinship == "alone":
            return
        self._owner = self._join(with_tracker(actors.start("parent")))
        self._parent = self._owner
        if row.role == "sibling":
            self._owner = self._join(self._parent.start_child(row.method, "creator"))

    def end_one(self, ending: str) -> None:
        """Let a process use a block of its own or another's, and end; see what is left."""
        name = self.actors.name()
        if self.row.role != "creator":
            self._owner.shared_memory(name, create=True, size=16)
        subject = self._join(self._start(f"{self.row.role} ({ending})"))
        creation = {"create": True, "size": 16} if self.row.role == "creator" else {}
        subject.shared_memory(name, **creation, **tracking(self.row.is_tracking))
        end(subject, ending)
        self.actors.wait_gone(subject)
        self._names[ending], self._after_end[ending] = name, self._fate(name)

    def _start(self, name: str) -> Actor:
        if self.row.kinship in ("alone", "stranger"):
            return self.actors.start(name)
        return self._parent.start_child(self.row.method, name)

    def _join(self, actor: Actor) -> Actor:
        self._cast.append(actor)
        return actor

    def end_all(self) -> None:
        """End everybody who is left, without a word to anybody."""
        for actor in self._cast[:2]:
            if not actor.process.has_ended:
                actor.end("os._exit")
        self.actors.wait_gone(*self._cast)

    def cases(self) -> dict[str, Callable[[], None]]:
        """What `checks.each` is to judge: a case for each ending."""
        return {ending: self._case(ending) for ending in self._names}

    def _case(self, ending: str) -> Callable[[], None]:
        row = self.row
        seen = self._after_end[ending], self._fate(self._names[ending])
        due = row.after_end, row.after_all

        def check() -> None:
            if seen != due:
                raise Violation(_in_words(seen), _in_words(due))

        return check

    def _fate(self, name: str) -> Fate:
        return "exists" if self.actors.look(name) else "gone"


def _in_words(fates: tuple[Fate, Fate]) -> str:
    words = {"exists": "there", "gone": "gone"}
    after_end, after_all = (words[fate] for fate in fates)
    return f"the block is {after_end} after this end, {after_all} after everybody's"

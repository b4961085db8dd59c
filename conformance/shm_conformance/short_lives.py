"""The short lives that `explore` disturbs, as data. Pure.

A life is a few steps of the model of `life`; one of them, marked with `!`, is under
fire: a process is killed, or a call fails, at each point of that step. An entry here
is a life to explore: its requirements and their tests follow from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from shm_conformance.life import Step

MARK = "!"


@dataclass(frozen=True)
class ShortLife:
    """One life: who does what, which step is under fire, what must hold there.

    *what* is the step under fire, as a noun. *steps* are `actor action subject detail`.
    *kill* and *fail* are the outcomes that are judged, by their names in `outcomes`.
    *hit* is who is killed, if not the one who does the step. *is_first*: the step is
    the first that needs a tracker.
    """

    name: str
    what: str
    story: str
    steps: tuple[str, ...]
    kill: tuple[str, ...] = ()
    fail: tuple[str, ...] = ()
    hit: str = ""
    is_first: bool = False

    @cached_property
    def before(self) -> tuple[Step, ...]:
        """The steps that lead to the one under fire."""
        return tuple(map(_step, self.steps[: self._at]))

    @cached_property
    def act(self) -> Step:
        """The step under fire."""
        return _step(self.steps[self._at].removeprefix(MARK))

    @cached_property
    def after(self) -> tuple[Step, ...]:
        """How the life goes on, where it does."""
        return tuple(map(_step, self.steps[self._at + 1 :]))

    @cached_property
    def cast(self) -> tuple[str, ...]:
        """Everybody who takes part, managers too, in the order of their entrance."""
        named = [
            (it.actor, *_started(it)) for it in (*self.before, self.act, *self.after)
        ]
        return tuple(dict.fromkeys(who for names in named for who in names))

    @cached_property
    def started(self) -> tuple[str, ...]:
        """Those of the cast whom others start."""
        steps = (*self.before, self.act, *self.after)
        return tuple(who for step in steps for who in _started(step))

    @property
    def _at(self) -> int:
        [at] = [at for at, it in enumerate(self.steps) if it.startswith(MARK)]
        return at


def _started(step: Step) -> tuple[str, ...]:
    return (step.subject,) if step.action in ("start", "start-manager") else ()


def _step(text: str) -> Step:
    actor, action, *rest = text.split()
    if action == "end":
        return Step(action, actor, detail=rest[0])
    return Step(action, actor, *rest)


def by_name(lives: Iterable[ShortLife]) -> dict[str, ShortLife]:
    """The lives by their names, each of which stands once."""
    found: dict[str, ShortLife] = {}
    for life in lives:
        if life.name in found:
            raise ValueError(f"the life {life.name} stands twice")
        found[life.name] = life
    return found


# A parent with a block, and a child that shares its tracker.
FAMILY = ("p0 create a", "p0 write h0 7", "p0 start p1 fork")
NOTHING, OWNER, QUIET = "leaves-nothing", "spares-the-owner", "is-quiet"
ERROR, OPEN, AGAIN = "is-an-oserror", "keeps-nothing-open", "can-be-repeated"


def _siblings(method: str) -> ShortLife:
    return ShortLife(
        f"{method}-siblings",
        f"an attach by a sibling of the creator, both by {method}",
        f"Of two children by {method} one creates a block, the other one attaches.",
        (
            f"p0 start p1 {method}",
            f"p0 start p2 {method}",
            "p1 create a",
            "p1 write h0 7",
            "! p2 attach a",
            "p2 read h1",
        ),
        kill=(OWNER,),
    )


LIVES = by_name(
    (
        ShortLife(
            "create",
            "a creation",
            "A block is created, written, closed and unlinked.",
            ("! p0 create a", "p0 write h0 7", "p0 close h0", "p0 unlink h0"),
            kill=(NOTHING, QUIET),
            fail=(NOTHING, ERROR, QUIET, OPEN, AGAIN),
        ),
        ShortLife(
            "first-create",
            "a first creation, which starts the tracker",
            "A process that has used no shared memory before creates a block.",
            ("! p0 create a", "p0 unlink h0"),
            kill=(NOTHING,),
            is_first=True,
        ),
        ShortLife(
            "generated",
            "a creation without a name",
            "A block gets its name from the target.",
            ("! p0 create-generated a", "p0 write h0 7", "p0 unlink h0"),
            kill=(NOTHING,),
            fail=(NOTHING,),
        ),
        ShortLife(
            "reuse",
            "a creation by a name that was in use before",
            "A block is unlinked, and another one created by its name.",
            (
                "p0 create a",
                "p0 write h0 7",
                "p0 unlink h0",
                "! p0 create a",
                "p0 read h0",
                "p0 unlink h1",
            ),
            kill=(NOTHING,),
        ),
        ShortLife(
            "exit",
            "an end without close()",
            "A process creates a block and ends with it.",
            ("p0 create a", "p0 write h0 7", "! p0 end return"),
            kill=(NOTHING,),
        ),
        ShortLife(
            "attach",
            "an attach",
            "A child attaches to its parent's block and closes it.",
            (*FAMILY, "! p1 attach a", "p1 read h1", "p1 close h1"),
            kill=(OWNER, NOTHING),
            fail=(OWNER, ERROR, QUIET, OPEN, AGAIN),
        ),
        ShortLife(
            "unpickle",
            "an unpickling",
            "A child unpickles its parent's block.",
            (*FAMILY, "! p0 pickle h0 p1", "p1 read h1"),
            kill=(OWNER,),
            hit="p1",
        ),
        ShortLife(
            "close",
            "a close()",
            "A child closes its parent's block.",
            (*FAMILY, "p1 attach a", "! p1 close h1"),
            kill=(OWNER,),
        ),
        ShortLife(
            "unlink",
            "an unlink()",
            "A block is created and unlinked.",
            ("p0 create a", "! p0 unlink h0", "p0 create a"),
            kill=(NOTHING, QUIET),
            fail=(ERROR, "is-all-or-nothing", AGAIN),
        ),
        ShortLife(
            "attach-unlink",
            "an unlink() by who has attached",
            "A child attaches to its parent's block and unlinks it.",
            (*FAMILY, "p1 attach a", "! p1 unlink h1", "p0 create a"),
            kill=(NOTHING,),
        ),
        ShortLife(
            "hand-over",
            "a creation by a child",
            "A child creates a block and ends, its parent attaches.",
            (
                "p0 start p1 fork",
                "! p1 create a",
                "p1 write h0 7",
                "p1 end return",
                "p0 attach a",
                "p0 read h1",
            ),
            kill=(NOTHING,),
        ),
        *map(_siblings, ("fork", "spawn", "forkserver")),
        ShortLife(
            "untracked",
            "an attach with track=False",
            "A stranger attaches to a block that nobody tracks.",
            (
                "p0 create-untracked a",
                "p0 write h0 7",
                "! p1 attach-untracked a",
                "p1 read h1",
            ),
            kill=(OWNER,),
        ),
        ShortLife(
            "list-create",
            "a creation of a list",
            "A list is created, and an item assigned.",
            ("! p0 create-list a", "p0 assign h0 3", "p0 unlink-list h0"),
            kill=(NOTHING,),
            fail=(NOTHING, OPEN),
        ),
        ShortLife(
            "list-attach",
            "an attach to a list",
            "A child attaches to its parent's list and assigns an item.",
            (
                "p0 create-list a",
                "p0 start p1 fork",
                "! p1 attach-list a",
                "p1 assign h1 5",
                "p0 read-item h0",
            ),
            kill=(OWNER,),
            fail=(OWNER,),
        ),
        ShortLife(
            "list-close",
            "a close of a list",
            "A child assigns an item of its parent's list and closes it.",
            (
                "p0 create-list a",
                "p0 start p1 fork",
                "p1 attach-list a",
                "p1 assign h1 5",
                "! p1 close-list h1",
            ),
            kill=(OWNER,),
        ),
        ShortLife(
            "manager-start",
            "the start() of a manager",
            "The owner of a block starts a manager.",
            (
                "p0 create a",
                "p0 write h0 7",
                "! p0 start-manager m0",
                "p0 manage m0 managed1",
                "p0 stop-manager m0",
            ),
            # Not killed: a manager that has just begun may outlive its owner, or not.
            fail=(OWNER, NOTHING, AGAIN),
        ),
        ShortLife(
            "manager",
            "the shutdown() of a manager with two blocks",
            "A manager makes two blocks and is shut down.",
            (
                "p0 start-manager m0",
                "p0 manage m0 managed1",
                "p0 manage m0 managed2",
                "! p0 stop-manager m0",
            ),
            kill=("is-cleaned-up-after",),
            hit="m0",
        ),
        ShortLife(
            "manager-list",
            "the making of a list by a manager",
            "A manager makes a list and is shut down.",
            (
                "p0 start-manager m0",
                "! p0 manage-list m0 managed1",
                "p0 assign h1 3",
                "p0 stop-manager m0",
            ),
            kill=("is-cleaned-up-after",),
            fail=(NOTHING,),
            hit="m0",
        ),
    )
)

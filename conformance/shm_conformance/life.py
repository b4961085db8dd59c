"""The life of blocks among processes, as a model: what each step must bring about. Pure.

A life is a list of steps. The model says what is possible next, and for each
step what must come of it: which names exist, what a block holds, which error
is due, and who may say something on stderr. Where the documentation leaves it
open, the model says so (None) and takes over what is observed.

A family is what shares a tracker: a process that was started by nobody we know,
and all that descends from it by multiprocessing. When the last of it has ended,
the names that it tracks are removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

SIZE = 16
MOST_PROCESSES = 6
EVENTFUL = 4
NAMES = ("a", "b")
METHODS = ("fork", "spawn", "forkserver")
# multiprocessing joins the children of a process that ends in order.
ORDERLY = ("return", "sys.exit", "exception")
ABRUPT = ("os._exit", "SIGTERM", "SIGKILL")
EVERY_ACTION = (
    "create",
    "attach",
    "write",
    "read",
    "close",
    "unlink",
    "pickle",
    "start",
    "end",
    "kill-tracker",
    "start-manager",
    "manage",
    "stop-manager",
    "kill-manager",
)


@dataclass(frozen=True)
class Step:
    """One thing that one process does; *subject* and *detail* depend on the action.

    create, attach: the name. write, read, close, unlink: the handle; the byte.
    pickle: the handle; to whom. start: the child; the method. end: the way.
    manage: the manager; the name that stands for the block. Others: the manager.
    """

    action: str
    actor: str
    subject: str = ""
    detail: str = ""

    def __str__(self) -> str:
        return " ".join(
            filter(None, (self.actor, self.action, self.subject, self.detail))
        )


@dataclass(frozen=True)
class Due:
    """What must come of a step: an error of this type, or none; a byte that is read.

    With *is_open* nothing is promised about the outcome.
    """

    error: str = ""
    byte: int | None = None
    is_open: bool = False


@dataclass(eq=False)
class Thing:
    """A block, whatever its name is by now."""

    byte: int = 0


@dataclass
class Handle:
    """Access of a process to a block, by a name."""

    actor: str
    name: str
    thing: Thing
    is_open: bool = True


@dataclass
class Family:
    """The processes of one tracker, and the blocks that it is going to remove."""

    members: list[str] = field(default_factory=list)
    tracked: dict[str, Thing] = field(default_factory=dict)
    may_speak: bool = False
    has_tracker: bool = True


@dataclass
class Manager:
    """A manager that runs, and the names of its blocks."""

    owner: str
    names: list[str] = field(default_factory=list)


class World:
    """Everything that is true at one moment of a life."""

    def __init__(self, strangers: int) -> None:
        self.families: dict[str, Family] = {}
        self.living: dict[str, str] = {}
        self.children: dict[str, list[str]] = {}
        self.names: dict[str, Thing | None] = dict.fromkeys(NAMES)
        self.open: set[str] = set()
        self.handles: dict[str, Handle] = {}
        self.managers: dict[str, Manager] = {}
        # Who has a fork server; and who was forked with the memory of one that is not
        # its child: multiprocessing waits for it in vain, and cannot start another.
        self._served: set[str] = set()
        self._barred: set[str] = set()
        self._made = 0
        for number in range(strangers):
            name = f"p{number}"
            self.families[name] = Family([name])
            self.living[name], self.children[name] = name, []

    # -- what is possible -------------------------------------------------------

    def choose(self, actions: Iterable[str], action: int, which: int) -> Step | None:
        """Let two numbers choose a step; None if nothing can be done any more."""
        choices = [steps for it in actions if (steps := self.possible(it))]
        if not choices:
            return None
        steps = choices[action % len(choices)]
        return steps[which % len(steps)]

    def possible(self, action: str) -> list[Step]:
        """Every step of a kind that can be done now, in a fixed order."""
        return list(getattr(self, f"_can_{action.replace('-', '_')}")())

    def _can_create(self) -> Iterator[Step]:
        yield from self._open_by_name("create", is_there=False)

    def _can_attach(self) -> Iterator[Step]:
        yield from self._open_by_name("attach", is_there=True)

    def _open_by_name(self, action: str, is_there: bool) -> Iterator[Step]:
        """Whatever succeeds, and one that fails: most steps should lead on."""
        steps = [Step(action, who, it) for who in self.living for it in NAMES]
        good = [it for it in steps if (self.names[it.subject] is None) != is_there]
        yield from good
        yield from [it for it in steps if it not in good and self.handles][:1]

    def _usable(self) -> list[tuple[str, Handle]]:
        return [
            (name, it)
            for name, it in self.handles.items()
            if it.actor in self.living and it.is_open
        ]

    def _can_write(self) -> Iterator[Step]:
        for name, it in self._usable():
            yield Step("write", it.actor, name, str(it.thing.byte % 9 + 1))

    def _can_read(self) -> Iterator[Step]:
        return (Step("read", it.actor, name) for name, it in self._usable())

    def _can_close(self) -> Iterator[Step]:
        return (Step("close", it.actor, name) for name, it in self._usable())

    def _can_unlink(self) -> Iterator[Step]:
        for name, it in self.handles.items():
            # A manager removes its blocks itself, and minds if somebody else has.
            if it.actor in self.living and it.name in NAMES:
                yield Step("unlink", it.actor, name)

    def _can_pickle(self) -> Iterator[Step]:
        for name, it in self._usable():
            for who in self.living:
                if who != it.actor:
                    yield Step("pickle", it.actor, name, who)

    def _can_start(self) -> Iterator[Step]:
        if len(self.living) < MOST_PROCESSES:
            for who in self.living:
                for method in METHODS[:-1] if who in self._barred else METHODS:
                    yield Step("start", who, f"p{len(self.children)}", method)

    def _can_end(self) -> Iterator[Step]:
        # With the last one the life is over, which comes by itself; and a family
        # that ends before it has seen any blocks shows nothing.
        for who in self.living if len(self.living) > 1 else ():
            if self._made >= EVENTFUL or not self._is_last_of_family(who):
                yield from self.ends_of(who)

    def _is_last_of_family(self, who: str) -> bool:
        return list(self.living.values()).count(self.living[who]) == 1

    def ends_of(self, who: str) -> Iterator[Step]:
        """The ways in which a process can end now."""
        if who in self.living:
            has_child = any(child in self.living for child in self.children[who])
            has_manager = any(it.owner == who for it in self.managers.values())
            for way in () if has_child else ORDERLY:
                yield Step("end", who, detail=way)
            for way in () if has_manager else ABRUPT:
                yield Step("end", who, detail=way)

    def _can_kill_tracker(self) -> Iterator[Step]:
        for name, family in self.families.items():
            if name in self.living and family.has_tracker:
                yield Step("kill-tracker", name)

    def _can_start_manager(self) -> Iterator[Step]:
        owners = {it.owner for it in self.managers.values()}
        for who in self.living:
            if who not in owners:
                yield Step("start-manager", who, f"m{self._made}")

    def _can_manage(self) -> Iterator[Step]:
        for name, it in self.managers.items():
            yield Step("manage", it.owner, name, f"managed{self._made}")

    def _can_stop_manager(self) -> Iterator[Step]:
        for name, it in self.managers.items():
            yield Step("stop-manager", it.owner, name)

    def _can_kill_manager(self) -> Iterator[Step]:
        for name, it in self.managers.items():
            yield Step("kill-manager", it.owner, name)

    # -- what must come of it -----------------------------------------------------

    def take(self, step: Step) -> Due:
        """Do a step in the model; returns what must come of it in the system."""
        due: Due = getattr(self, f"_{step.action.replace('-', '_')}")(step)
        return due

    def adopt(self, name: str, exists: bool) -> None:
        """Take over what was observed of a name whose fate was open."""
        self.open.discard(name)
        if not exists:
            self.names[name] = None

    def fresh_handle(self) -> str:
        """The name of the handle that the next step brings about."""
        return f"h{self._made}"

    def _hold(self, actor: str, name: str, thing: Thing) -> None:
        self.handles[self.fresh_handle()] = Handle(actor, name, thing)
        self._made += 1

    def _family(self, actor: str) -> Family:
        return self.families[self.living[actor]]

    def _track(self, actor: str, name: str, thing: Thing) -> Due:
        family = self._family(actor)
        family.tracked[name] = thing
        self._hold(actor, name, thing)
        # A tracker that was killed is started anew, or not; nobody promises.
        return Due(is_open=not family.has_tracker)

    def _create(self, step: Step) -> Due:
        if self.names[step.subject] is not None:
            return Due("FileExistsError")
        thing = self.names[step.subject] = Thing()
        return self._track(step.actor, step.subject, thing)

    def _attach(self, step: Step) -> Due:
        thing = self.names[step.subject]
        if thing is None:
            return Due("FileNotFoundError")
        return self._track(step.actor, step.subject, thing)

    def _write(self, step: Step) -> Due:
        self.handles[step.subject].thing.byte = int(step.detail)
        return Due()

    def _read(self, step: Step) -> Due:
        return Due(byte=self.handles[step.subject].thing.byte)

    def _close(self, step: Step) -> Due:
        self.handles[step.subject].is_open = False
        return Due()

    def _unlink(self, step: Step) -> Due:
        name, family = self.handles[step.subject].name, self._family(step.actor)
        if self.names[name] is None:
            # The tracker goes on believing in a block that is gone.
            family.may_speak = True
            return Due("FileNotFoundError")
        self.names[name] = None
        # It may be another block than the one this family has known by the name.
        family.may_speak |= name not in family.tracked
        family.tracked.pop(name, None)
        return Due(is_open=not family.has_tracker)

    def _pickle(self, step: Step) -> Due:
        name = self.handles[step.subject].name
        thing = self.names[name]
        if thing is None:
            return Due("FileNotFoundError")
        return self._track(step.detail, name, thing)

    def _start(self, step: Step) -> Due:
        if step.detail == "forkserver":
            self._served.add(step.actor)
        if step.detail == "fork" and step.actor in self._served | self._barred:
            self._barred.add(step.subject)
        self.children[step.actor].append(step.subject)
        self.children[step.subject] = []
        self.living[step.subject] = self.living[step.actor]
        self._family(step.actor).members.append(step.subject)
        return Due()

    def _end(self, step: Step) -> Due:
        family = self._family(step.actor)
        family.may_speak |= step.detail == "exception"
        for name in [m for m, it in self.managers.items() if it.owner == step.actor]:
            self._remove_managed(name)
        del self.living[step.actor]
        if not family.has_tracker:
            self.open.update(it for it in family.tracked if self.names[it])
        if not any(member in self.living for member in family.members):
            self._clean_up(family)
        return Due()

    def _clean_up(self, family: Family) -> None:
        """The last of a family has ended: its tracker removes what it tracks."""
        family.may_speak |= bool(family.tracked)
        for name, thing in family.tracked.items():
            is_sure = family.has_tracker and name in NAMES
            if self.names[name] is thing and is_sure:
                self.names[name] = None
            elif self.names[name] is not None:
                # Another block may bear the name by now: trackers know names only.
                # And who was handed a manager's block may track it or leave that
                # to the manager.
                self.open.add(name)

    def _kill_tracker(self, step: Step) -> Due:
        family = self._family(step.actor)
        family.has_tracker, family.may_speak = False, True
        return Due()

    def _start_manager(self, step: Step) -> Due:
        self.managers[step.subject] = Manager(step.actor)
        self._made += 1
        return Due()

    def _manage(self, step: Step) -> Due:
        thing = self.names[step.detail] = Thing()
        self.managers[step.subject].names.append(step.detail)
        self._hold(step.actor, step.detail, thing)
        family = self._family(step.actor)
        return Due(is_open=not family.has_tracker)

    def _stop_manager(self, step: Step) -> Due:
        family = self._family(step.actor)
        self._remove_managed(step.subject)
        return Due(is_open=not family.has_tracker)

    def _remove_managed(self, manager: str) -> None:
        for name in self.managers.pop(manager).names:
            self.names[name] = None

    def _kill_manager(self, step: Step) -> Due:
        manager = self.managers.pop(step.subject)
        family = self._family(step.actor)
        family.may_speak = True
        for name in manager.names:
            # Its tracker is the family's, which lives on; nobody promises more.
            self.open.add(name)
            family.tracked[name] = self.names[name] or Thing()
        return Due()

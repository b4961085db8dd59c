"""The actors of one test: started, asked and ended by it, and written into its trace.

    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=16)
    block.write(0, b"abc")

Each call is one operation in a real process. An error that the target raises
becomes a TargetError here; `checks.raises` is for those that are due.
"""

from __future__ import annotations

import secrets
import signal
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import psutil

from shm_conformance.budget import Budget
from shm_conformance.errors import TargetError, Unsupported, Violation
from shm_conformance.messages import Answer, Described, Handle, encode
from shm_conformance.platforms import Segment
from shm_conformance.process import Process
from shm_conformance.remotes import Block, Remote, call_text, encoded, plain, short_text
from shm_conformance.stage import Stage
from shm_conformance.trace import Trace

if TYPE_CHECKING:
    from shm_conformance.exploring import Explorer


class Actors:
    """The cast of one test. Whatever it starts ends with it."""

    def __init__(
        self,
        stage: Stage,
        is_pooled: bool = False,
        budget: Budget | None = None,
        partner: Stage | None = None,
    ) -> None:
        self.stage, self.partner = stage, partner
        self.budget = budget or Budget()
        self.is_pooled = is_pooled
        self.trace = Trace()
        self.traits: dict[str, str] = {}
        self.explorer: Explorer | None = None
        # What shows a finding without this package, where a test can write that.
        self.script = ""
        # The calls at which a process was disturbed, and what was found there.
        self.points: list[dict[str, Any]] = []
        self.cast: list[Actor] = []

    def start(self, name: str = "actor") -> Actor:
        """Start an independent process that runs the target."""
        actor = Actor(self, self.stage.take(name, self.trace, self.is_pooled))
        self.cast.append(actor)
        return actor

    def start_within(self, before: Sequence[str], name: str) -> Actor:
        """Start a process behind a command that changes its surroundings."""
        process = self.stage.take_within(before, name, self.trace)
        self.cast.append(Actor(self, process))
        return self.cast[-1]

    def start_partner(self, name: str = "partner") -> Actor:
        """Start a process of the pair's other side, such as another interpreter."""
        assert self.partner is not None, "only tests of mixed requirements have one"
        process = self.partner.take(name, self.trace, self.is_pooled)
        self.cast.append(Actor(self, process))
        return self.cast[-1]

    def start_all(self, *names: str) -> list[Actor]:
        """Start several independent processes, related to each other in no way."""
        return [self.start(name) for name in names]

    def living(self, name: str) -> Actor:
        """The actor of a name, started if there is none, or if that one has ended."""
        for actor in self.cast:
            if actor.name == name and not actor.process.has_ended:
                return actor
        return self.start(name)

    def explore(
        self, check: Callable[..., None], share: float = 1.0, **given: Any
    ) -> None:
        """Run a check on generated examples; raises what the smallest failing one did.

        *given* are Hypothesis strategies by the names of the check's arguments;
        *share* scales the number of examples of the profile.
        """
        # Whoever has no properties in a run needs no Hypothesis: it imports slowly.
        from shm_conformance.exploring import Explorer

        self.explorer = self.explorer or Explorer(self.budget)
        self.explorer.explore(self.trace, check, share, **given)

    def name(self, suffix: str = "") -> str:
        """A name for a block, which is nobody else's, in the ledger already."""
        return self.stage.run.fresh_name(suffix)

    def look(self, name: str) -> Segment | None:
        """See whether a segment exists, with our own eyes; goes into the trace."""
        segment = self.stage.look(name)
        seen = f"{segment.size} bytes" if segment else "does not exist"
        self.trace.add("observer", "observation", f"segment {name!r}: {seen}")
        return segment

    def named_like(self, part: str) -> list[str]:
        """List the segments that have a part of their name from us; all are ours."""
        found = self.stage.observer.segments(self.stage.run.view)
        names = [it.name for it in found if part in it.name]
        for name in names:
            self.stage.look(name)
        self._observe(f"segments named like {part!r}: {names or 'none'}")
        return names

    def descriptors(self, actor: Actor, segment: Segment | None = None) -> int:
        """Count an actor's open descriptors: all, or those that lead to a segment."""
        process = actor.process
        number = process.stage.observer.descriptors(process.own_pid, segment)
        self._observe(f"{actor.name} has {number} descriptors of {_which(segment)}")
        return number

    def mappings(self, actor: Actor, segment: Segment) -> int:
        """Count an actor's mappings of a segment."""
        process = actor.process
        number = process.stage.observer.mappings(process.own_pid, segment)
        self._observe(f"{actor.name} has {number} mappings of {_which(segment)}")
        return number

    def below(self, actor: Actor) -> set[psutil.Process]:
        """The processes that an actor has started, or, under Wine, may have."""
        stage = actor.process.stage
        return stage.observer.below(actor.process.pid, stage.run.token)

    def _observe(self, text: str) -> None:
        self.trace.add("observer", "observation", text)

    def trait(self, name: str, value: str) -> None:
        """Record a permitted variation, which is never judged."""
        self.traits[name] = value

    def wait_gone(self, *actors: Actor) -> None:
        """Wait until these have ended, and all that they started, trackers included."""
        for actor in actors:
            if not (actor.process.wait_end() and actor.process.wait_silence()):
                raise Violation(
                    f"{actor.process}, or a process that it started, was still"
                    f" there after {self.stage.limits.exit:g} s",
                    "the end of the whole process tree",
                )
        self.trace.add("observer", "observation", f"{_list(actors)}: all gone")

    def let_go(self) -> None:
        """End everybody, on a system where a block goes with its last handle only."""
        if self.stage.observer.UNLINK_FREES_NAMES:
            return
        for actor in self.cast:
            if not actor.process.has_ended:
                actor.kill(signal.SIGKILL)

    def restart(self) -> None:
        """End every actor and forget what they did, for a second look by fresh ones."""
        self.is_pooled = False
        self.end()
        self.trace = Trace()
        self.traits, self.script, self.points = {}, "", []

    def end(self) -> None:
        """End every actor. Called for each test, however that went."""
        for actor in self.cast:
            if self.is_pooled:
                actor.process.stage.give_back(actor.process)
            else:
                actor.process.stage.bury(actor.process)
        self.cast.clear()


class Actor:
    """One process of the cast, and what can be asked of it."""

    def __init__(self, actors: Actors, process: Process) -> None:
        self.actors, self.process = actors, process
        self._made = 0

    @property
    def name(self) -> str:
        """The actor's part in the test."""
        return self.process.name

    @property
    def stderr(self) -> str:
        """What the process, and what shares its stderr, has printed so far."""
        self.process.flush_stderr()
        return self.process.stderr

    # -- the target's API -----------------------------------------------------

    def shared_memory(self, *args: object, **kwargs: object) -> Block:
        """Call SharedMemory(...): create or attach."""
        return Block(self, self._new("SharedMemory", args, kwargs))

    def shareable_list(self, *args: object, **kwargs: object) -> Block:
        """Call ShareableList(...): create or attach."""
        return Block(self, self._new("ShareableList", args, kwargs))

    def manager(self, *args: object, **kwargs: object) -> Remote:
        """Call SharedMemoryManager(...); it is not started yet."""
        return Remote(self, self._new("SharedMemoryManager", args, kwargs))

    def unpickle(self, data: bytes, kind: str = "SharedMemory") -> Block:
        """Unpickle, in the actor, what another one has pickled."""
        into = self.fresh_handle(kind)
        self.do("unpickle", f"unpickle({kind})", data=encode(data), into=into)
        return Block(self, into)

    def run(self, source: str) -> Any:
        """Run lines of a documented example; an expression gives its value."""
        return self.do("run", source, source=source)

    def apply(self, function: str, *args: object) -> Any:
        """Call a builtin function or operator on values and held objects."""
        label = f"{function}({call_text(args, {})})"
        return self.do("apply", label, function=function, args=encoded(args))

    def _new(self, kind: str, args: Sequence[object], kwargs: dict[str, object]) -> str:
        for name in (*args[:1], kwargs.get("name")):
            if isinstance(name, str):
                self.actors.stage.run.ledger.announce(name)
        into = self.fresh_handle(kind)
        self.do(
            "new",
            f"{kind}({call_text(args, kwargs)})",
            kind=kind,
            into=into,
            args=encoded(args),
            kwargs={key: encode(plain(value)) for key, value in kwargs.items()},
        )
        return into

    def fresh_handle(self, kind: str) -> str:
        """A name, new in this actor, for an object that it is to hold."""
        self._made += 1
        return f"{kind}{self._made}"

    def limit(self, resource: str, soft: int) -> None:
        """Lower a resource limit of the process, such as RLIMIT_FSIZE."""
        label = f"limit {resource} to {soft}"
        self.do("limit", label, resource=resource, soft=soft)

    # -- other processes --------------------------------------------------------

    def start_child(self, method: str, name: str, *passed: Remote) -> Actor:
        """Start a child by fork, spawn, forkserver or subprocess, handing objects over.

        The child is an actor of its own, and outlives this one if that is
        what happens. What was passed has the same handles there.
        """
        stage, token = self.actors.stage, secrets.token_hex(8)
        child = {"address": stage.address, "token": token, "name": name}
        handles = [remote.handle for remote in passed]
        label = f"start {name!r} by {method}"
        pid_here = stage.observer.births(stage.run.token)
        pid = self.do("start", label, method=method, child=child, handles=handles)
        process = Process(stage, name, self.actors.trace)
        process.adopt(pid_here(pid))
        actor = Actor(self.actors, process)
        actor._made = self._made
        self.actors.cast.append(actor)
        actor._connect(token)
        return actor

    def _connect(self, token: str) -> None:
        wires, process = self.actors.stage.wires, self.process
        ends: dict[str, int] = {}

        def has_come() -> bool:
            for purpose in ("channel", "stderr"):
                descriptor = wires.newcomer(token, purpose)
                if descriptor is not None:
                    ends[purpose] = descriptor
            return len(ends) == 2 or process.has_ended

        if not wires.until(has_come, self.actors.stage.limits.start) or len(ends) < 2:
            raise Violation(
                f"the child {self.name!r} (pid {process.pid}) never came to life",
                "a child process that runs",
            )
        process.attend_socket(ends["channel"], ends["stderr"])
        process.send("hello", self.actors.stage.hello)
        self.actors.stage.introduce(process)

    def join(self, child: Actor, limit: float = 0) -> Any:
        """Have this actor wait for its child's end; returns the exit code."""
        limit = limit or self.actors.stage.limits.exit
        label = f"join {child.name!r}"
        return self.do("join", label, limit + 5, child=child.name, timeout=limit)

    def end(self, how: str, status: int = 0) -> None:
        """End by return, sys.exit, os._exit, exception or signal, and wait for it."""
        self.actors.trace.add(self.name, "death", f"ends by {how} {status or ''}")
        self.value_of(self.process.ask("end", how=how, status=status), f"end {how}")
        self._await_end(f"the end by {how}")

    def kill(self, number: int) -> None:
        """Send a deadly signal from outside, and wait for the end."""
        self.actors.trace.add(self.name, "death", f"is sent signal {number}")
        self.process.kill(number)
        self._await_end(f"the end by signal {number}")

    def _await_end(self, due: str) -> None:
        process = self.process
        if process.wait_end():
            process.stage.observer.await_end(process.own_pid)
            return
        process.dump_stacks()
        limit = self.actors.stage.limits.exit
        raise Violation(
            f"{process} was alive {limit:g} s later{process.last_words()}", due
        )

    # -- the operation itself ---------------------------------------------------

    def do(
        self, operation: str, label: str, limit: float = 0, /, **arguments: Any
    ) -> Any:
        """Have an operation done and return its value.

        Raises TargetError for an error, Unsupported for a refusal, and Crashed
        or Hung where no answer comes.
        """
        trace = self.actors.trace
        step = trace.seal()
        try:
            answer = self.process.ask(operation, limit, **arguments)
        except Exception as error:
            trace.insert(
                step, self.name, "operation", f"{label} -> {type(error).__name__}"
            )
            raise
        trace.insert(step, self.name, "operation", f"{label} -> {_outcome(answer)}")
        return self.value_of(answer, label)

    def begin(
        self, operation: str, label: str, limit: float = 0, /, **arguments: Any
    ) -> Callable[[], Any]:
        """Have an operation done, and go on; what is returned waits for its value.

        Until then nothing else may be asked of the actor.
        """
        limit = limit or self.actors.stage.limit
        self.actors.trace.add(self.name, "operation", f"{label} begins")
        self.process.send(operation, arguments, limit)

        def finish() -> Any:
            answer = self.process.hear(operation, limit)
            outcome = f"{label} -> {_outcome(answer)}"
            self.actors.trace.add(self.name, "operation", outcome)
            return self.value_of(answer, label)

        return finish

    def value_of(self, answer: Answer, label: str) -> Any:
        """The value of an answer; raises TargetError or Unsupported without one."""
        if answer.failure:
            raise TargetError(label, answer.failure)
        if answer.unsupported is not None:
            raise Unsupported(answer.unsupported)
        return answer.value


def _outcome(answer: Answer) -> str:
    if answer.failure:
        return str(answer.failure)
    if answer.unsupported is not None:
        return f"unsupported: {answer.unsupported}"
    if isinstance(answer.value, Handle):
        return "ok"
    if isinstance(answer.value, Described):
        return answer.value.repr
    return short_text(answer.value)


def _list(actors: Sequence[Actor]) -> str:
    return ", ".join(actor.name for actor in actors)


def _which(segment: Segment | None) -> str:
    return f"segment {segment.name!r}" if segment else "any kind"

"""A target made ready: its interpreter understood, its path laid out, actors at hand.

An actor is started before it is asked for, so that its start-up costs the test
nothing; each is still a fresh process that no other test has touched.
"""

from __future__ import annotations

import os
import secrets
import shlex
import shutil
import subprocess
from collections import deque
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from shm_conformance.errors import Crashed, Hung, TargetNotStarted
from shm_conformance.interpreter import Interpreter, compile_tree, probe
from shm_conformance.messages import Answer
from shm_conformance.platforms import Segment
from shm_conformance.process import Process
from shm_conformance.run import Run
from shm_conformance.target import Target
from shm_conformance.trace import Trace
from shm_conformance.wires import Wires

# A test has mostly two actors.
SPARES = 2
# What a target may need of ours, by the name under which it imports it.
PACKAGES = {
    "reference": ("shm_reference",),
    "faulty": ("shm_reference", "shm_faulty"),
}
HOMES = {"shm_faulty": "shm_conformance.faulty"}
NOT_COPIED = shutil.ignore_patterns("__pycache__")


class Stage:
    """One target in one run. Starts processes; `close` leaves none behind."""

    def __init__(self, run: Run, wires: Wires, target: Target, strict: bool) -> None:
        self.run, self.wires, self.target = run, wires, target
        self.is_strict = strict
        self.limits = run.limits
        self.has_hung = False
        # What was found at the points of a scene, for all requirements on it.
        self.explored: dict[Any, Any] = {}
        self.interpreter = _interpreter(target)
        self.observer = run.observer_of(self.interpreter)
        facts = self.interpreter.facts if self.interpreter else {}
        if facts.get("platform", {}).get("emulator"):
            self.limits = run.limits.of_emulated()
        self.limit = self.limits.answer
        self.path = tuple(map(self.observer.path, (*self._lay_out(), *target.path)))
        self._first_facts: dict[str, Any] = {}
        self._spares: deque[Process] = deque()
        self._used: list[Process] = []
        self._buried: list[Process] = []
        self._groups: set[int] = set()
        self._spares.append(self.launch())

    def _lay_out(self) -> tuple[str, ...]:
        """Put what a target needs of ours into a folder that holds nothing else."""
        packages = PACKAGES.get(self.target.kind, ())
        path = self.run.folder / "path"
        for name in packages:
            if not (path / name).exists():
                shutil.copytree(_home_of(name), path / name, ignore=NOT_COPIED)
        if packages:
            folder = self.observer.path(str(path / "shm_reference"))
            compile_tree(self.target.python, folder)
        return (str(path),) if packages else ()

    def prepare(self) -> dict[str, Any]:
        """Hear the first actor; returns its facts, raises TargetNotStarted."""
        process = self._spares[0]
        self.introduce(process)
        self._probe_unknown(process)
        # Nobody reads of the managers of a target that is there to fail one test.
        is_real = self.target.kind != "faulty"
        managers = self._ask_managers(process) if is_real else None
        self._first_facts = {**process.facts, "managers": managers}
        return self._first_facts

    def describe(self) -> dict[str, Any]:
        """What the result says of the target: implementation, Python, platform."""
        facts = self.interpreter.facts if self.interpreter else {}
        hello = self._first_facts
        return {
            "implementation": {
                "name": self.target.implementation,
                "module": self.target.module,
                "managers": hello.get("managers"),
                "file": hello.get("file"),
            },
            "python": facts.get("python", {}),
            "platform": facts.get("platform", {}),
        }

    def take(self, name: str, trace: Trace, may_be_used: bool = False) -> Process:
        """Hand over an actor that has said hello: fresh, or one given back."""
        if may_be_used and self._used:
            process = self._used.pop()
        else:
            process = self._spares.popleft() if self._spares else self.launch()
            # A faulty target has to fail one test or two.
            self.stock(0 if self.target.kind == "faulty" else SPARES)
        process.name = name
        trace.steps.extend(process.trace.steps)
        process.trace = trace
        self.introduce(process)
        return process

    def take_within(self, before: Sequence[str], name: str, trace: Trace) -> Process:
        """Start an actor behind a command of ours, and wait for its hello."""
        process = self.launch(before)
        process.name, process.trace = name, trace
        self.introduce(process)
        return process

    def stock(self, number: int) -> None:
        """Start actors that will be asked for, up to so many in waiting."""
        while len(self._spares) < number:
            self._spares.append(self.launch())

    def launch(self, before: Sequence[str] = ()) -> Process:
        """Start an actor, and send it hello without waiting for the answer.

        *before* goes before its command, such as what changes its surroundings.
        """
        process = Process(self, "actor", Trace())
        command = list(self.target.python)
        if self.interpreter:
            command = self.interpreter.start_command
        process.popen = self._popen([*self._prefix, *before, *command])
        self.run.sessions.add(process.popen.pid)
        self.run.platform.forbid_core_dumps(process.popen.pid)
        process.attend(*_take_pipes(process.popen))
        process.attend_exit(process.popen.pid)
        if self.interpreter:
            process.say(self.interpreter.start_input)
        process.send("hello", self.hello)
        return process

    @property
    def _prefix(self) -> tuple[str, ...]:
        """What goes before an actor's command line."""
        return self.run.prefix if self.is_native else ()

    @property
    def is_native(self) -> bool:
        """Whether actors are of the harness's own system, with its pids."""
        return self.observer.FAMILY == self.run.platform.FAMILY

    @property
    def address(self) -> str | list[str | int]:
        """Where an actor's child presents itself."""
        wires = self.wires
        has_files = self.observer.HAS_SOCKET_FILES
        return wires.address if has_files else wires.internet_address()

    def look(self, name: str) -> Segment | None:
        """Look at a segment of ours, and write down which object it is."""
        return self.run.look(name, self.observer)

    def _popen(self, command: list[str]) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                env=self.run.environment(self.path, self.observer),
                start_new_session=True,
            )
        except OSError as error:
            raise TargetNotStarted(
                f"cannot start {shlex.join(self.target.python)!r}: {error.strerror}"
            ) from None

    @property
    def hello(self) -> dict[str, Any]:
        """The arguments of the first operation: what to import, from where."""
        return {
            "module": self.target.module,
            "managers": self.target.managers,
            "path": list(self.path),
        }

    def introduce(self, process: Process) -> None:
        """Hear an actor's answer to hello; raises TargetNotStarted without one."""
        if process.facts:
            return
        try:
            answer = process.hear("hello", self.limits.start)
        except (Crashed, Hung) as error:
            raise TargetNotStarted(f"target {self.target}: {error}") from None
        process.facts = self._facts(answer, process)

    def _facts(self, answer: Answer, process: Process) -> dict[str, Any]:
        if answer.failure:
            raise TargetNotStarted(
                f"target {self.target}: importing {self.target.module} raised"
                f" {answer.failure}{self._hint(answer)}{process.last_words()}"
            )
        if not isinstance(answer.value, dict):
            raise TargetNotStarted(f"target {self.target} answered hello with nonsense")
        return answer.value

    def _hint(self, answer: Answer) -> str:
        first = self.target.module.partition(".")[0]
        is_here = Path(first).is_dir() or Path(f"{first}.py").is_file()
        missing = answer.failure and answer.failure.type == "ModuleNotFoundError"
        return "; it lies in this folder: add --path ." if missing and is_here else ""

    def _ask_managers(self, process: Process) -> str | None:
        answer = process.ask("managers", self.limits.start)
        if answer.failure:
            raise TargetNotStarted(
                f"target {self.target}: importing its managers raised"
                f" {answer.failure}{process.last_words()}"
            )
        return None if answer.value is None else str(answer.value)

    def _probe_unknown(self, process: Process) -> None:
        name = f"unknown-{secrets.token_hex(4)}"
        answer = process.ask(name)
        if answer.unsupported is None:
            raise TargetNotStarted(
                f"target {self.target}: its actor answered the operation {name!r};"
                " 'unsupported' was due for what it cannot know"
            )

    def give_back(self, process: Process) -> None:
        """Keep an actor for another test, if it forgets this one without a word."""
        is_fit = process.is_plain and not process.has_ended
        try:
            answer = process.ask("reset") if is_fit else None
        except (Crashed, Hung):
            answer = None
        if answer is None or answer.value or answer.failure or process.stderr:
            self.bury(process)
            return
        process.trace = Trace()
        self._used.append(process)

    def bury(self, process: Process) -> None:
        """End a process; what it leaves is looked after when the stage closes."""
        if not process.has_ended:
            self.run.note_held(process.pid)
        process.kill()
        # What is still said on its stderr belongs to no test any more.
        process.trace = Trace()
        self._buried.append(process)
        self._release_silent()

    def _release_silent(self) -> None:
        self.wires.pump(0)
        silent = [dead for dead in self._buried if dead.is_silent]
        for dead in silent:
            dead.release()
            self._buried.remove(dead)
            self._groups.add(dead.pid)
        # The last of a group may be about to end: it is looked at again.
        self._groups = {it for it in self._groups if not self.run.reap_group(it)}

    def close(self) -> None:
        """End the actors that were never used, and wait for all that were."""
        for process in (*self._spares, *self._used):
            self.bury(process)
        for process in self._buried:
            process.wait_end()
            process.release()
        self._spares.clear()
        self._used.clear()
        self._buried.clear()


def _interpreter(target: Target) -> Interpreter | None:
    """What is known of a target's interpreter; a foreign actor has none."""
    if target.kind != "actor":
        return probe(target.python)
    if shutil.which(target.python[0]) is None:
        raise TargetNotStarted(f"cannot start {target.python[0]!r}: no such program")
    return None


def _take_pipes(popen: subprocess.Popen[bytes]) -> tuple[int, int, int]:
    numbers = []
    for stream in (popen.stdout, popen.stdin, popen.stderr):
        assert stream is not None
        numbers.append(os.dup(stream.fileno()))
        stream.close()
    return numbers[0], numbers[1], numbers[2]


def _home_of(name: str) -> Path:
    """Where a package of ours lies; it is not imported, as it may be what is wrong."""
    spec = find_spec(HOMES.get(name, name))
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent

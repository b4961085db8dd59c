"""The harness's side of one actor's process: ask it, hear it, see it end.

Nothing here knows of shared memory; that is for `actors`.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING, Any

from shm_conformance import messages, processes, wires
from shm_conformance.errors import Crashed, HarnessError, Hung
from shm_conformance.messages import Answer
from shm_conformance.trace import Trace

if TYPE_CHECKING:
    from shm_conformance.stage import Stage

STDERR_LIMIT = 256 * 1024
# What an actor cannot forget: processes, limits and signal handlers.
LASTING = ("start", "end", "limit", "signal", "watch")


class Process:
    """The process of an actor: its descriptors, its answers, its end."""

    def __init__(self, stage: Stage, name: str, trace: Trace) -> None:
        self.stage, self.name, self.trace = stage, name, trace
        self.pid = 0
        self.facts: dict[str, Any] = {}
        self.stderr = ""
        self.has_ended = False
        self.exit_code: int | None = None
        self.popen: subprocess.Popen[bytes] | None = None
        self._inward = self._outward = self._errors = self._exit = -1
        self._lines = bytearray()
        self._line_end = -1
        self._is_overlong = False
        self.is_plain = True
        self._asked = 0

    # -- asking ---------------------------------------------------------------

    def ask(self, operation: str, limit: float = 0, **arguments: Any) -> Answer:
        """Have one operation done. Raises Crashed or Hung where no answer comes."""
        limit = limit or self.stage.limit
        self.send(operation, arguments, limit)
        return self.hear(operation, limit)

    def say(self, data: bytes, limit: float = 0) -> bool:
        """Write bytes to the process; False where it does not take them."""
        limit = limit or self.stage.limits.exit
        return self.stage.wires.write(self._outward, data, limit)

    def send(self, operation: str, arguments: dict[str, Any], limit: float = 0) -> None:
        """Send a request without waiting for what comes of it."""
        self._asked += 1
        self.is_plain = self.is_plain and operation not in LASTING
        line = messages.request_line(self._asked, operation, arguments)
        self._check("request", line)
        self.say(line, limit)

    def hear(self, operation: str, limit: float) -> Answer:
        """Wait for the answer to what was sent last."""
        deadline = time.monotonic() + limit
        line = self._hear_line(operation, limit, deadline)
        # Whatever leads to the interpreter may greet the world first.
        greeting = 0
        while self._asked == 1 and not line.startswith(b"{"):
            self.trace.add(self.name, "note", f"before hello: {line!r:.200}")
            greeting += len(line)
            if greeting > STDERR_LIMIT:
                raise Crashed(f"{self} talks without an answer: {line!r:.80}")
            line = self._hear_line(operation, limit, deadline)
        self._check("answer", line)
        return messages.read_answer(line, self._asked)

    def _hear_line(self, operation: str, limit: float, deadline: float) -> bytes:
        left = deadline - time.monotonic()
        if not self.stage.wires.until(self._has_heard, left):
            self._hung(operation, limit)
        if self._line_end < 0:
            self._lost(operation)
        line = bytes(self._lines[: self._line_end])
        del self._lines[: self._line_end + 1]
        self._line_end = self._lines.find(b"\n")
        # What the operation printed was flushed before its answer.
        if self._errors >= 0:
            self._hear_stderr()
        return line

    def _has_heard(self) -> bool:
        return self._line_end >= 0 or self._inward < 0 or self.has_ended

    @property
    def has_answered(self) -> bool:
        """Whether the answer to what was sent last has come, or none will come."""
        self.stage.wires.pump(0)
        return self._has_heard()

    def _check(self, kind: str, line: bytes) -> None:
        fault = messages.schema_fault(kind, line) if self.stage.is_strict else None
        if fault and kind == "request":
            raise HarnessError(f"our request {line[:200]!r} breaks the schema: {fault}")
        if fault:
            raise Crashed(f"the answer {line[:200]!r} breaks the schema: {fault}")

    def _lost(self, operation: str) -> None:
        # The channel may close a moment before the process ends.
        if not self._is_overlong:
            self.wait_end(self.stage.limits.last_words)
        self.flush_stderr()
        how = self.ending if self.has_ended else "closed its channel"
        if self._is_overlong:
            how = f"answered with more than {messages.LINE_LIMIT} bytes in a line"
        raise Crashed(f"{self} {how} during {operation!r}{self.last_words()}")

    def _hung(self, operation: str, limit: float) -> None:
        self.dump_stacks()
        raise Hung(
            f"{self} gave no answer to {operation!r} within {limit:g} s"
            f"{self.last_words()}"
        )

    def last_words(self) -> str:
        """The end of what the process printed on stderr, as a clause."""
        text = self.stderr.strip()
        return f"; stderr: {text[-1500:]}" if text else "; stderr: (empty)"

    @property
    def own_pid(self) -> int:
        """The pid that the process has for its own system: under Wine another one."""
        told = self.facts.get("pid")
        if self.stage.is_native or not isinstance(told, int):
            return self.pid
        return told

    def __str__(self) -> str:
        return f"actor {self.name!r} (pid {self.pid})"

    # -- ending ---------------------------------------------------------------

    @property
    def ending(self) -> str:
        """How the process ended, in words."""
        code = self.exit_code
        if code is None:
            return "ended"
        if code < 0:
            with contextlib.suppress(ValueError):
                return f"died of {signal.Signals(-code).name}"
        return f"ended with exit code {code}"

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send a signal to the process."""
        if self._exit >= 0:
            self.stage.run.platform.send_signal(self._exit, number)

    def dump_stacks(self) -> None:
        """Have the actor print its stacks, which is the last thing that it does."""
        self.kill(signal.SIGABRT)
        if not self.wait_end(self.stage.limits.last_words):
            self.kill()
            self.wait_end()
        self.flush_stderr()

    def wait_end(self, limit: float = 0) -> bool:
        """Wait for the end of the process; says whether it came."""
        limit = limit or self.stage.limits.exit
        return self.stage.wires.until(lambda: self.has_ended, limit)

    @property
    def is_silent(self) -> bool:
        """Whether the process has ended and nobody holds its stderr any more."""
        return self.has_ended and self._errors < 0

    def wait_silence(self, limit: float = 0) -> bool:
        """Wait until nobody holds the stderr of this actor: it, its tracker, ..."""
        limit = limit or self.stage.limits.exit
        return self.stage.wires.until(lambda: self._errors < 0, limit)

    @property
    def request_end(self) -> int:
        """The descriptor by which we ask; not to be written to."""
        return self._outward

    def inodes(self) -> set[int]:
        """The files by which we are connected; both ends of a pipe are one file."""
        ends = (self._inward, self._outward, self._errors)
        return {os.fstat(end).st_ino for end in ends if end >= 0}

    def release(self) -> None:
        """Close our ends of what the process was connected by."""
        for descriptor in (self._inward, self._errors, self._exit):
            if descriptor >= 0:
                self.stage.wires.forget(descriptor)
        if self._outward >= 0:
            os.close(self._outward)
        self._inward = self._outward = self._errors = self._exit = -1

    # -- what the wires bring ---------------------------------------------------

    def _hear(self) -> None:
        block = wires.read_available(self._inward)
        if block is None:
            return
        self._is_overlong = len(self._lines) > messages.LINE_LIMIT
        if not block or self._is_overlong:
            inward, self._inward = self._inward, -1
            self.stage.wires.forget(inward)
            return
        start = len(self._lines)
        self._lines += block
        if self._line_end < 0:
            self._line_end = self._lines.find(b"\n", start)

    def _hear_stderr(self) -> None:
        block = wires.read_available(self._errors)
        if block is None:
            return
        if not block:
            errors, self._errors = self._errors, -1
            self.stage.wires.forget(errors)
            return
        # Text that does not end is not kept: a target must not fill our memory.
        if len(self.stderr) < STDERR_LIMIT:
            text = block.decode("utf-8", "replace")
            self.stderr += text
            self.trace.hear(self.name, text)

    def flush_stderr(self) -> None:
        """Read what the process has printed so far."""
        self.stage.wires.pump(0)

    def _see_end(self) -> None:
        exit_watch, self._exit = self._exit, -1
        self.stage.wires.forget(exit_watch)
        self.has_ended = True
        if self.popen is not None:
            self.exit_code = self.popen.wait()
            return
        # Another actor's child tells its end to us only once that one has gone.
        with contextlib.suppress(ChildProcessError):
            _, status = os.waitpid(self.pid, os.WNOHANG)
            self.exit_code = os.waitstatus_to_exitcode(status)

    def attend(self, inward: int, outward: int, errors: int) -> None:
        """Connect the ends of the process to the wires."""
        self._inward, self._outward, self._errors = inward, outward, errors
        for descriptor in {inward, outward, errors}:
            os.set_blocking(descriptor, False)
        self.stage.wires.watch(inward, self._hear)
        self.stage.wires.watch(errors, self._hear_stderr)

    def attend_socket(self, channel: int, errors: int) -> None:
        """Connect a child, whose channel is one descriptor for both directions."""
        self.attend(channel, os.dup(channel), errors)

    def attend_exit(self, pid: int) -> None:
        """Watch for the end of the process."""
        self.pid = pid
        try:
            self._exit = self.stage.run.platform.exit_watch(pid)
        except ProcessLookupError:
            self.has_ended = True
            return
        self.stage.wires.watch(self._exit, self._see_end)

    def adopt(self, pid: object) -> None:
        """Watch a child that an actor says it has started.

        Its word is not enough: we are going to kill that process.
        """
        if type(pid) is not int or pid < 1:
            raise Crashed(f"the actor started a child with the pid {pid!r:.40}")
        self.attend_exit(pid)
        if self.has_ended or self._is_ours():
            return
        self.release()
        raise Crashed(f"pid {pid}, which the actor gave for its child, is no child")

    def _is_ours(self) -> bool:
        run = self.stage.run
        with contextlib.suppress(ProcessLookupError):
            # In the midst of an exec a process has no environment to bear a mark.
            is_related = os.getsid(self.pid) in run.sessions
            return is_related or processes.is_marked(self.pid, run.token)
        return True

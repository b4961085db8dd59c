"""`strace` on one process: what it calls, and a signal or an error at one of its calls.

Only that process is traced: with its children the calls would be counted for each
process apart, and a tracker would be hit in its owner's stead. Only a manager, which
starts a thread for each request and no process, is traced with all threads.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from shm_conformance.errors import NotRun
from shm_conformance.processes import STOP_LIMIT
from shm_conformance.syscalls import CLASSES, Call

if TYPE_CHECKING:
    from shm_conformance.run import Run

# In seconds, for strace to attach to a process that waits.
LIMIT = 20.0
THREADS_LIMIT = 0.5
STOPPED = "--- stopped by SIGSTOP ---"
# Enough of an argument to tell what is written to whom.
LENGTH = "80"


def killing(call: Call) -> str:
    """What kills a process as it enters a call."""
    return f"inject={call.name}:signal=KILL:when={call.nth}"


def failing(call: Call, errno: str) -> str:
    """What makes a call fail, and not be done."""
    return f"inject={call.name}:error={errno}:when={call.nth}"


def stopping(call: Call) -> str:
    """What stops a process as it comes back from a call."""
    return f"inject={call.name}:signal=STOP:when={call.nth}"


class Tracer:
    """Traces a process from now on, until it is closed.

    With a *place* only calls that touch this file are seen and counted; *has_threads*
    has all threads traced. Raises NotRun where the machine lacks strace, or does not
    let it.
    """

    def __init__(
        self,
        run: Run,
        pid: int,
        injection: str = "",
        place: str = "",
        has_threads: bool = False,
    ) -> None:
        program = shutil.which("strace")
        if program is None:
            raise NotRun("strace is not installed; a package of that name has it")
        descriptor, name = tempfile.mkstemp(dir=run.folder, prefix="strace")
        os.close(descriptor)
        self._log = Path(name)
        # Of the threads of a process that was killed strace may await one for ever.
        self._limit = THREADS_LIMIT if has_threads and injection else LIMIT
        words = [program, "-p", str(pid), "-y", "-s", LENGTH, "-o", name]
        words += ["-e", f"trace={CLASSES}"]
        words += ["-e", injection] if injection else []
        words += ["-P", place] if place else []
        words += ["-f"] if has_threads else []
        # The run's mark is on it, so that the guardian ends it with the run.
        self._process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=run.environment(()),
        )
        self._await_attached()

    def _await_attached(self) -> None:
        assert self._process.stderr is not None
        deadline, said = time.monotonic() + LIMIT, b""
        while b"\n" not in said:
            left = max(0.0, deadline - time.monotonic())
            if not select.select([self._process.stderr], [], [], left)[0]:
                break
            piece = os.read(self._process.stderr.fileno(), 4096)
            if not piece:
                break
            said += piece
        if b" attached" not in said:
            self.close()
            raise NotRun(f"strace does not attach: {said.decode('utf-8', 'replace')!r}")

    def await_stop(self, is_over: Callable[[], bool]) -> bool:
        """Wait until an injected SIGSTOP has stopped the process; False if none does.

        *is_over* tells that none will any more.
        """
        deadline = time.monotonic() + STOP_LIMIT
        while STOPPED not in self._log.read_text("utf-8", "replace"):
            if is_over() or time.monotonic() > deadline:
                return False
            time.sleep(0.001)
        return True

    def close(self) -> str:
        """Let the process go on without us; returns the log."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(self._limit)
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()
        text = self._log.read_text("utf-8", "replace") if self._log.exists() else ""
        self._log.unlink(missing_ok=True)
        return text

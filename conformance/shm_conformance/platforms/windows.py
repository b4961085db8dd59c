"""Windows, as seen from a process that runs there; so far under Wine on this machine.

A segment is a named mapping of the page file. It has no owner, mode or inode, and
nobody can remove it: it goes with its last handle. Pids are Windows' own, which are
not those that Wine's processes have here.
"""

from __future__ import annotations

import binascii
import contextlib
import json
import os
import selectors
import subprocess
import time
from collections.abc import Callable
from functools import partial
from importlib import resources
from typing import Any

import psutil

from shm_conformance import processes
from shm_conformance.errors import Crashed, HarnessError, Unsupported
from shm_conformance.platforms import Family, Segment

# Whoever is asked first has Wine start a whole system.
LIMIT = 60.0
# Milliseconds in which Windows notices an end.
END_LIMIT = 20_000
LINE_LIMIT = 1 << 24
BOOT = "import sys;exec(sys.stdin.buffer.read(int(sys.stdin.buffer.readline())))"


def answer_in(line: bytes) -> Any:
    """What a line of the observing program says; raises HarnessError for nonsense."""
    try:
        return json.loads(line)["answer"]
    except (ValueError, KeyError, TypeError):
        raise HarnessError(f"the observer on Windows said {line!r:.200}") from None


class Windows:
    """The observer of Windows targets: a process of its own, which is asked."""

    FAMILY: Family = "windows"
    UNLINK_FREES_NAMES = False
    PATH_SEPARATOR = ";"
    HAS_SOCKET_FILES = False

    def __init__(self, command: tuple[str, ...]) -> None:
        # It bears no mark, and is up before anything that does: what Wine starts
        # for whoever comes first serves other runs as well. It ends when we do,
        # with its standard input.
        environment = {k: v for k, v in os.environ.items() if k != processes.MARK}
        self._process = subprocess.Popen(
            [*command, "-c", BOOT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        source = resources.files(__package__).joinpath("windows_program.py")
        program = source.read_bytes()
        self._send(b"%d\n" % len(program) + program)
        try:
            self._ask("segment", name="")
        except HarnessError:
            self.close()
            raise

    def _send(self, data: bytes) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(data)
            self._process.stdin.flush()

    def _ask(self, question: str, **arguments: object) -> Any:
        line = json.dumps({"ask": question, **arguments}).encode("ascii") + b"\n"
        self._send(line)
        return answer_in(self._line())

    def _line(self) -> bytes:
        assert self._process.stdout is not None
        pipe, line = self._process.stdout.fileno(), bytearray()
        deadline = time.monotonic() + LIMIT
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while not line.endswith(b"\n") and len(line) < LINE_LIMIT:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise HarnessError("the observer on Windows does not answer")
                block = os.read(pipe, 1 << 16)
                if not block:
                    raise HarnessError("the observer on Windows has ended")
                line += block
        return bytes(line)

    def segment(self, name: str, view: int | None) -> Segment | None:
        """Open the mapping, and see how long its view is: a number of whole pages."""
        size = self._ask("segment", name=name)
        return None if size is None else Segment(name, size, 0, 0, 0, 0, 0.0)

    def segments(self, view: int | None) -> list[Segment]:
        """List the mappings among the named objects of the session."""
        found = (self.segment(name, view) for name in self._ask("segments"))
        return [it for it in found if it]

    def content(self, segment: Segment, length: int, view: int | None) -> bytes:
        """Read the mapping of the name, which nothing tells from another."""
        text = self._ask("content", name=segment.name, length=length)
        return binascii.a2b_base64(text)

    def descriptors(self, pid: int, segment: Segment | None) -> int:
        """Count the handles that can be copied, or that bear the segment's name."""
        if segment is None:
            return int(self._ask("handles", pid=pid))
        return int(self._ask("handles_of", pid=pid, name=segment.name))

    def mappings(self, pid: int, segment: Segment) -> int:
        """Count views of the size and the content of the segment."""
        number = self._ask("mappings", pid=pid, name=segment.name)
        if number is None:
            raise Unsupported(
                "on Windows nothing tells of views on a block that is gone"
            )
        return int(number)

    def await_end(self, pid: int) -> None:
        """Wait for the process object, which follows the closing of all handles."""
        self._ask("await_end", pid=pid, milliseconds=END_LIMIT)

    def path(self, folder: str) -> str:
        """The drive on which Wine shows our files."""
        return "Z:" + folder.replace("/", "\\")

    def births(self, token: str) -> Callable[[object], object]:
        """Take the one process that a run has more afterwards for the child."""
        return partial(_born, token, _pids(token))

    def below(self, pid: int, token: str) -> set[psutil.Process]:
        """List all processes of the run: under Wine they are children of nobody."""
        return set(processes.marked(token))

    def close(self) -> None:
        """End the observing process by the end of its input."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        try:
            process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _pids(token: str) -> set[int]:
    return {process.pid for process in processes.marked(token)}


def _born(token: str, before: set[int], pid: object) -> int:
    new = _pids(token) - before
    if len(new) != 1:
        raise Crashed(f"for its child {pid!r:.40}, {len(new)} processes are new here")
    return new.pop()

"""The processes of a run, found by the mark in their environment.

The mark is inherited by everything that an actor starts: children, resource
trackers, managers, daemons that detached themselves. It is how we end what we
started, and nothing else.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import time
from collections.abc import Callable, Container, Sequence

import psutil

from shm_conformance.platforms import current

MARK = "SHM_CONFORMANCE_RUN"
# A killed process needs only to be scheduled once more to end.
END_LIMIT = 10.0
# So does one that has just been started, to run a program of its own.
START_LIMIT = 2.0
# And one that does not come to where it is to be stopped never stops.
STOP_LIMIT = 20.0
BLOCK = 1 << 16


def marked(token: str) -> list[psutil.Process]:
    """List the living processes that bear the mark of a run."""
    return [
        process
        for process in psutil.process_iter()
        if _mark(process) == token and is_alive(process)
    ]


def address_space(pid: int) -> int:
    """Return how many bytes a process has mapped."""
    return int(psutil.Process(pid).memory_info().vms)


def is_marked(pid: int, token: str) -> bool:
    """Say whether one process bears the mark of a run."""
    with contextlib.suppress(psutil.Error):
        return _mark(psutil.Process(pid)) == token
    return False


def _mark(process: psutil.Process) -> str | None:
    with contextlib.suppress(psutil.Error, OSError):
        return process.environ().get(MARK)
    return None


def is_alive(process: psutil.Process) -> bool:
    """Say whether a process still runs; a zombie does not."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def await_stop(pid: int, is_over: Callable[[], bool]) -> bool:
    """Wait until a signal has stopped a process; says whether one has.

    *is_over* tells that none will any more.
    """
    process = psutil.Process(pid)
    deadline = time.monotonic() + STOP_LIMIT
    while process.status() != psutil.STATUS_STOPPED:
        if is_over() or time.monotonic() > deadline:
            return False
        time.sleep(0.001)
    return True


def started_by(pid: int, known: Container[int] = ()) -> dict[psutil.Process, str]:
    """The children of a process, but those that are known, and the command of each.

    In the midst of its start a child is a copy of its parent, or runs nothing; that
    it is done nobody tells, so that it is looked at again, for a while.
    """
    parent = psutil.Process(pid)
    deadline = time.monotonic() + START_LIMIT
    while True:
        children = [it for it in parent.children() if it.pid not in known]
        commands = {it: _command(it) for it in children}
        is_starting = not {"", _command(parent)}.isdisjoint(commands.values())
        if not is_starting or time.monotonic() > deadline:
            return commands
        time.sleep(0.001)


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except (psutil.ZombieProcess, psutil.NoSuchProcess):
        return "(ended)"


def run_to_its_end(
    command: Sequence[str], limit: float, data: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run a program until it has ended, whoever holds its output for longer.

    Wine's services do, where it was the first to need them. *data* is its standard
    input, and fits into a pipe. Raises OSError, or TimeoutExpired after *limit*
    seconds.
    """
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(data)
            process.stdin.close()
        heard = _heard(process, limit)
    return subprocess.CompletedProcess(command, process.returncode, *heard)


def _heard(process: subprocess.Popen[bytes], limit: float) -> tuple[bytes, bytes]:
    """Read output and errors until the process has ended and nothing is left."""
    assert process.stdout is not None
    assert process.stderr is not None
    numbers = process.stdout.fileno(), process.stderr.fileno()
    heard: dict[int, bytes] = dict.fromkeys(numbers, b"")
    deadline = time.monotonic() + limit
    watch = current().exit_watch(process.pid)
    with selectors.DefaultSelector() as selector:
        for number in (*numbers, watch):
            selector.register(number, selectors.EVENT_READ)
        while ready := selector.select(_left(selector, watch, deadline)):
            for key, _ in ready:
                block = os.read(key.fd, BLOCK) if key.fd in heard else b""
                heard[key.fd] = heard.get(key.fd, b"") + block
                if not block:
                    selector.unregister(key.fd)
        has_ended = watch not in selector.get_map()
    os.close(watch)
    if not has_ended:
        process.kill()
        raise subprocess.TimeoutExpired(process.args, limit)
    return heard[numbers[0]], heard[numbers[1]]


def _left(selector: selectors.BaseSelector, watch: int, deadline: float) -> float:
    """For how long to wait: not at all once the process has ended."""
    is_alive = watch in selector.get_map()
    return max(0.0, deadline - time.monotonic()) if is_alive else 0.0


def stop_marked(token: str) -> None:
    """Have the processes of a run stand still, to be looked at before they end."""
    for process in marked(token):
        with contextlib.suppress(psutil.Error):
            process.suspend()


def end_marked(token: str) -> list[psutil.Process]:
    """Kill the processes of a run until none is left; returns those that resist."""
    # A process may start another between our look and our kill: look again.
    while left := marked(token):
        if resisting := _end(left):
            return resisting
    return []


def _end(found: list[psutil.Process]) -> list[psutil.Process]:
    watches = _watches(found)
    for process in found:
        with contextlib.suppress(psutil.Error):
            process.kill()
    return _await(watches, END_LIMIT)


def still_alive(found: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Those that do not end within so many seconds; whoever has to collect them."""
    return _await(_watches(found), seconds)


def _watches(found: list[psutil.Process]) -> dict[int, psutil.Process]:
    watches = {}
    for process in found:
        with contextlib.suppress(ProcessLookupError):
            watches[current().exit_watch(process.pid)] = process
    return watches


def _await(watches: dict[int, psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait until all have ended; whether somebody collects them is not our affair."""
    deadline = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for watch in watches:
            selector.register(watch, selectors.EVENT_READ)
        while watches and (left := deadline - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                selector.unregister(key.fd)
                os.close(key.fd)
                # Only what has become ours by adoption can be collected by us.
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(watches.pop(key.fd).pid, os.WNOHANG)
    for watch in watches:
        os.close(watch)
    return list(watches.values())

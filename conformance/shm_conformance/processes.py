"""The processes of a run, found by the mark in their environment.

The mark is inherited by everything that an actor starts: children, resource
trackers, managers, daemons that detached themselves. It is how we end what we
started, and nothing else.
"""

from __future__ import annotations

import contextlib

import psutil

MARK = "SHM_CONFORMANCE_RUN"
# A killed process needs only to be scheduled once more to end.
END_LIMIT = 10.0


def marked(token: str) -> list[psutil.Process]:
    """List the living processes that bear the mark of a run."""
    return [
        process
        for process in psutil.process_iter()
        if _mark(process) == token and is_alive(process)
    ]


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


def stop_marked(token: str) -> None:
    """Have the processes of a run stand still, to be looked at before they end."""
    for process in marked(token):
        with contextlib.suppress(psutil.Error):
            process.suspend()


def end_marked(token: str) -> list[psutil.Process]:
    """Kill the processes of a run until none is left; returns those that resist."""
    # A process may start another between our look and our kill: look again.
    while left := marked(token):
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        _, alive = psutil.wait_procs(left, END_LIMIT)
        if alive := [process for process in alive if is_alive(process)]:
            return alive
    return []

"""What surrounds a process that uses blocks: its tracker, the pipe to it, its descriptors."""

from __future__ import annotations

import fcntl
import os
import re
import select
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path

import psutil

from shm_conformance import checks
from shm_conformance.actors import Actor
from shm_conformance.errors import HarnessError, NotRun
from shm_conformance.suite.managing import trackers_of

# What every tracker takes without a word.
NOTHING = b"PROBE:0:noop\n"
# The tracker is told on its command line by which descriptor it is fed.
FED_BY = re.compile(r"\bmain\((\d+)\)")


def tracker_of(actor: Actor) -> psutil.Process:
    """The tracker that an actor has started; raises NotRun where none can be told."""
    found = trackers_of(actor)
    if len(found) != 1:
        raise NotRun(f"{actor.name} has {len(found)} resource trackers; one was due")
    return found[0]


def fill_pipe(actor: Actor, tracker: psutil.Process) -> None:
    """Have the pipe to a stopped tracker take no more."""
    ends = _ends(actor, tracker)
    if not ends:
        raise HarnessError(f"{actor.name} has no end of the pipe to its tracker")
    end = os.open(ends[0], os.O_WRONLY | os.O_NONBLOCK)
    try:
        with suppress(BlockingIOError):
            while True:
                os.write(end, NOTHING)
    finally:
        os.close(end)


def feeds(actor: Actor, tracker: psutil.Process) -> bool:
    """Whether an actor has an end of the pipe to a tracker."""
    return bool(_ends(actor, tracker))


def await_hold_up(actor: Actor) -> bool:
    """Wait until an actor is held up in what was begun; False if it has done it."""
    process, wires = psutil.Process(actor.process.pid), actor.actors.stage.wires

    def is_held_up() -> bool:
        # Nothing but the pipe makes it sleep once it has read what it is to do.
        is_at_it = not _unread(actor.process.request_end)
        return is_at_it and process.status() == psutil.STATUS_SLEEPING

    deadline = time.monotonic() + actor.actors.stage.limits.answer
    while not actor.process.has_answered and time.monotonic() < deadline:
        if is_held_up():
            return True
        wires.pump(0.001)
    return False


def _unread(pipe: int) -> int:
    """The bytes in a pipe that nobody has read yet."""
    waiting = fcntl.ioctl(pipe, termios.FIONREAD, bytes(4))
    return int.from_bytes(waiting, sys.byteorder)


def _ends(actor: Actor, tracker: psutil.Process) -> list[Path]:
    try:
        inode = _fed_by(tracker)
    except (psutil.NoSuchProcess, FileNotFoundError):
        # One that nobody feeds ends, which may have been just now.
        return []
    found = []
    for path in Path(f"/proc/{actor.process.pid}/fd").iterdir():
        with suppress(OSError):
            if path.stat().st_ino == inode:
                found.append(path)
    return found


def _fed_by(tracker: psutil.Process) -> int:
    """The inode of the pipe that a tracker reads."""
    match = FED_BY.search(" ".join(tracker.cmdline()))
    if match is None:
        raise NotRun(f"nobody knows what the tracker reads: {tracker.cmdline()}")
    return Path(f"/proc/{tracker.pid}/fd/{match[1]}").stat().st_ino


def foreign_to_the_protocol(actor: Actor) -> list[int]:
    """The descriptors of an actor, from 3 on, by which it does not talk to us."""
    ours = actor.process.inodes()
    found = []
    for path in Path(f"/proc/{actor.process.pid}/fd").iterdir():
        with suppress(OSError):
            if path.stat().st_ino not in ours and int(path.name) > 2:
                found.append(int(path.name))
    return found


def fate(actor: Actor, name: str) -> str:
    """What has become of a block, in a word."""
    return "left" if actor.actors.look(name) else "removed"


def await_end(actor: Actor, process: psutil.Process, when: str) -> None:
    """Check that a process ends which an actor has started."""
    stage = actor.actors.stage
    try:
        watch = stage.run.platform.exit_watch(process.pid)
    except ProcessLookupError:
        return
    try:
        # Its parent may let it lie, so that only this tells of its end.
        has_ended = bool(select.select([watch], [], [], stage.limits.exit)[0])
    finally:
        os.close(watch)
    checks.that(has_ended, f"the tracker runs on {when}", "its end")

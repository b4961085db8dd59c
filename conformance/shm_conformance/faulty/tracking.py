"""Wrong ways of tracking: of one row of the table each, then of all else.

How a process was started, and by whom a block was created, is found out as a
bystander would: from its command line, and from what its parent has mapped.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Tuple

from . import fails
from ._init import after_init

METHODS = ("fork", "spawn", "forkserver")
ROLES = ("creator", "attached", "sibling")


def _method() -> str:
    if multiprocessing.parent_process() is None:
        # Actors that nobody started but the harness lead a session of their own.
        return "alone" if os.getsid(0) == os.getpid() else "subprocess"
    with Path("/proc/self/cmdline").open("rb") as line:
        words = line.read()
    if b"spawn_main" in words:
        return "spawn"
    return "forkserver" if b"forkserver" in words else "fork"


def _role(name: str, create: bool) -> str:
    parent = multiprocessing.parent_process()
    if create or parent is None:
        return "creator" if create else "attached"
    with Path(f"/proc/{parent.pid}/maps").open() as maps:
        return "attached" if "/dev/shm/" + name in maps.read() else "sibling"


def _forget_the_tracker(copy: Any) -> None:
    state = copy._tracker.tracker._resource_tracker
    state._fd = state._pid = None


def _set_tracking(copy: Any, meets: Any) -> None:
    """Have *meets(name, create, track)* say anew whether a block is tracked."""
    init = copy.shared_memory.SharedMemory.__init__

    def wrong(
        self: Any, name: Any = None, create: bool = False, size: int = 0, **kw: Any
    ) -> None:
        kw["track"] = meets(name, create, kw.get("track", True))
        init(self, name, create, size, **kw)

    copy.shared_memory.SharedMemory.__init__ = wrong


def _wrong_row(key: Tuple[str, str, bool], requirement: str, name: str) -> None:  # noqa: UP006
    role, method, is_tracking = key
    is_stray = method in METHODS or not is_tracking

    def change(copy: Any) -> None:
        def meets(name: Any, create: bool, track: bool) -> bool:
            is_row = name is not None and track == is_tracking and _method() == method
            if not is_row or _role(name, create) != role:
                return track
            if is_stray and multiprocessing.parent_process():
                _forget_the_tracker(copy)
            return is_stray

        _set_tracking(copy, meets)

    change.__name__ = name
    fails(requirement)(change)


def _wrong_rows() -> None:
    for role in ROLES:
        for method in METHODS:
            who = f"{role}_by_{method}"
            row = f"{role}-child-{method}"
            end = "outlives-all" if role == "creator" else "leaves-the-block"
            tracked = f"tracker.{row}.leaves-the-block"
            untracked = f"tracker.untracked-{row}.{end}"
            own = who + "_has_a_tracker_of_its_own"
            _wrong_row((role, method, True), tracked, own)
            _wrong_row((role, method, False), untracked, f"untracked_{who}_is_tracked")
    for role, kinship, end in (
        ("creator", "alone", "outlives-all"),
        ("creator", "subprocess", "outlives-all"),
        ("attached", "subprocess", "leaves-the-block"),
        ("attached", "stranger", "leaves-the-block"),
    ):
        method = "alone" if kinship == "stranger" else kinship
        row, who = f"{role}-{kinship}", f"{kinship}_{role}"
        tracked = f"tracker.{row}.takes-the-block"
        untracked = f"tracker.untracked-{row}.{end}"
        _wrong_row((role, method, True), tracked, who + "_is_not_tracked")
        _wrong_row((role, method, False), untracked, f"untracked_{who}_is_tracked")


_wrong_rows()


def _is_early(users: Any) -> bool:
    # Whether this process was forked before any ancestor used shared memory.
    return _method() == "fork" and users == {os.getpid()}


def _early(copy: Any, role: str, act: Any) -> None:
    users = set()

    def meets(name: Any, create: bool, track: bool) -> bool:
        users.add(os.getpid())
        if name and _is_early(users) and _role(name, create) == role:
            act()
        return track

    _set_tracking(copy, meets)


@fails(
    "tracker.forked-before-use.siblings-share",
    "tracker.forked-before-use.hands-over",
    "tracker.forked-before-use.says-nothing",
)
def fork_does_not_start_the_tracker(copy: Any) -> None:
    copy._tracker.ensure_running = lambda: None


@fails("tracker.forked-before-use.siblings-share")
def early_forked_sibling_has_a_tracker_of_its_own(copy: Any) -> None:
    _early(copy, "sibling", lambda: _forget_the_tracker(copy))


@fails(
    "tracker.forked-before-use.hands-over",
    "tracker.forked-before-use.says-nothing",
)
def early_forked_creator_has_a_tracker_of_its_own(copy: Any) -> None:
    _early(copy, "creator", lambda: _forget_the_tracker(copy))


@fails("tracker.forked-before-use.says-nothing")
def early_forked_creator_is_told_of_a_new_tracker(copy: Any) -> None:
    _early(copy, "creator", lambda: sys.stderr.write("tracker started\n"))


@fails("tracker.hand-over.keeps-the-contents")
def close_in_a_child_wipes(copy: Any) -> None:
    close = copy.shared_memory.SharedMemory.close

    def wipe(self: Any) -> None:
        if self.buf is not None and _method() in METHODS:
            self.buf[:] = bytes(self.size)
        close(self)

    copy.shared_memory.SharedMemory.close = wipe


@fails("tracker.killed-parent.leaves-the-block")
def children_die_with_their_parent(copy: Any) -> None:
    def meets(name: Any, create: bool, track: bool) -> bool:
        if create and _method() in METHODS:
            import ctypes

            ctypes.CDLL(None).prctl(1, int(signal.SIGKILL))
        return track

    _set_tracking(copy, meets)


@fails("tracker.terminated-group.is-cleaned", "tracker.creator-alone.takes-the-block")
def sigterm_kills_the_tracker(copy: Any) -> None:
    def stop(number: int, frame: Any) -> None:
        os.kill(copy._tracker.tracker._resource_tracker._pid, signal.SIGKILL)
        os._exit(1)

    def meets(name: Any, create: bool, track: bool) -> bool:
        if create and _method() == "alone":
            signal.signal(signal.SIGTERM, stop)
        return track

    _set_tracking(copy, meets)


@fails("tracker.killed-list-creator.is-cleaned")
def lists_are_not_tracked(copy: Any) -> None:
    init = copy.shared_memory.ShareableList.__init__

    def untrack(self: Any, sequence: Any = None, **kw: Any) -> None:
        init(self, sequence, **kw)
        if sequence is not None:
            copy._tracker.unregister(self.shm._name)

    copy.shared_memory.ShareableList.__init__ = untrack


@fails("tracker.finished-family.leaves-no-process")
def a_helper_process_stays(copy: Any) -> None:
    def meets(name: Any, create: bool, track: bool) -> bool:
        nothing = subprocess.DEVNULL
        # It ends by itself, should nobody end it.
        command = [sys.executable, "-c", "import time; time.sleep(6)"]
        subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing)
        return track

    _set_tracking(copy, meets)


@fails("tracker.untracked-block.goes-with-a-tracking-stranger")
def untracked_is_for_everybody(copy: Any) -> None:
    # An executable block is one that its creator does not track.
    init = copy.shared_memory.SharedMemory.__init__

    def marked(
        self: Any, name: Any = None, create: bool = False, size: int = 0, **kw: Any
    ) -> None:
        if create and not kw.get("track", True):
            self._mode = 0o700
        elif not create and Path("/dev/shm", name).stat().st_mode & 0o100:
            kw["track"] = False
        init(self, name, create, size, **kw)

    copy.shared_memory.SharedMemory.__init__ = marked


@fails("tracker.parameter.is-keyword-only")
def track_is_positional(copy: Any) -> None:
    init = copy.shared_memory.SharedMemory.__init__

    def loose(
        self: Any,
        name: Any = None,
        create: bool = False,
        size: int = 0,
        track: bool = True,
    ) -> None:
        init(self, name, create, size, track=track)

    copy.shared_memory.SharedMemory.__init__ = loose


def _close_that_unregisters(copy: Any, methods: Any) -> None:
    close = copy.shared_memory.SharedMemory.close

    def untrack(self: Any) -> None:
        if self.buf is not None and _method() in methods:
            copy._tracker.unregister(self._name)
        close(self)

    copy.shared_memory.SharedMemory.close = untrack


@fails("tracker.correct-use.says-nothing")
def close_in_a_child_unregisters(copy: Any) -> None:
    _close_that_unregisters(copy, METHODS)


@fails("tracker.many-handles.say-nothing")
def close_unregisters(copy: Any) -> None:
    _close_that_unregisters(copy, (*METHODS, "alone", "subprocess"))


@fails("tracker.relative-unlink.is-final")
def unlink_in_a_child_does_not_unregister(copy: Any) -> None:
    unlink = copy.shared_memory.SharedMemory.unlink

    def quiet(self: Any) -> None:
        self._track = self._track and _method() not in METHODS
        unlink(self)

    copy.shared_memory.SharedMemory.unlink = quiet


@fails("tracker.leak.is-reported")
def the_tracker_has_no_stderr(copy: Any) -> None:
    kept = os.dup(2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        copy._tracker.tracker.ensure_running()
    finally:
        os.dup2(kept, 2)


@fails("tracker.untracked-leak.is-not-reported")
def untracked_leaks_are_reported(copy: Any) -> None:
    def report(name: str) -> None:
        if Path("/dev/shm", name).exists():
            sys.stderr.write(f"untracked and left: {name}\n")

    def meets(name: Any, create: bool, track: bool) -> bool:
        if create and not track:
            atexit.register(report, name)
        return track

    _set_tracking(copy, meets)


@fails("tracker.name-drawn-twice.is-cleaned")
def names_have_few_random_bits(copy: Any) -> None:
    """What is registered first, and then in use, is taken out for its user, too."""

    def generate() -> str:
        return f"/psm_{os.urandom(4).hex()}"

    copy._names.generate = copy.shared_memory._make_filename = generate


@fails("tracker.untracked-unlink.says-nothing")
def untracked_unlink_unregisters(copy: Any) -> None:
    unlink = copy.shared_memory.SharedMemory.unlink

    def tell(self: Any) -> None:
        self._track = True
        unlink(self)

    copy.shared_memory.SharedMemory.unlink = tell


@fails("tracker.attached-list-unlink.says-nothing")
def attached_list_is_not_tracked(copy: Any) -> None:
    attach = copy.shared_memory.ShareableList._attach
    copy.shared_memory.ShareableList._attach = lambda self, name, track=True: attach(
        self, name, False
    )


@fails("tracker.untracked-attached-stranger.leaves-the-block")
def what_is_attached_goes_with_its_interpreter(copy: Any) -> None:
    def remove(name: str) -> None:
        with suppress(FileNotFoundError):
            copy._posix.remove(name)

    def note(handle: Any, name: Any, create: bool) -> None:
        if not create:
            atexit.register(remove, handle._name)

    after_init(copy, note)

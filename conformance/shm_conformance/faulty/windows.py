"""Wrong ways on Windows, where a block lives as long as a handle on it is open."""

from __future__ import annotations

import atexit
import importlib
import mmap
import os
import subprocess
import sys
from typing import Any, Callable, List

from . import fails
from ._init import after_failure, after_init, around_init

# Whatever is in here is open for as long as the process lives.
KEPT: List[Any] = []  # noqa: UP006 - 3.8
HOLD = "import mmap,sys,time;m=mmap.mmap(-1,1,tagname=sys.argv[1]);print(1,flush=True);"
SLEEP = "time.sleep(30)"
PID_SIZE = 4
SYNCHRONIZE = 0x100000


def hold(name: str) -> None:
    """Keep a block open in this process."""
    KEPT.append(named(name, 1))


def named(name: str, size: int) -> Any:
    """Map a block by its name."""
    windows: Any = mmap.mmap
    return windows(-1, size, tagname=name)


def hold_elsewhere(name: str) -> None:
    """Keep a block open in a process that outlives this one."""
    command = [sys.executable, "-S", "-c", HOLD + SLEEP, name]
    keeper = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert keeper.stdout is not None
    keeper.stdout.readline()
    KEPT.append(keeper)


def after_create(copy: Any, act: Callable[[Any], None]) -> None:
    """Have *act* done to each handle that has made a block."""

    def created(handle: Any, name: Any, create: Any) -> None:
        if create:
            act(handle)

    after_init(copy, created)


def before(copy: Any, method: str, act: Callable[[Any], None]) -> None:
    """Have *act* done before a method of a handle."""
    kind = copy.shared_memory.SharedMemory
    original = getattr(kind, method)

    def changed(self: Any) -> None:
        act(self)
        original(self)

    setattr(kind, method, changed)


@fails("windows.close.last-one-frees-the-name")
def close_leaves_the_last_handle(copy: Any) -> None:
    before(copy, "close", lambda self: KEPT.append(self._mmap))


@fails("windows.close.leaves-it-to-others")
def close_wipes_a_block_of_windows(copy: Any) -> None:
    def wipe(self: Any) -> None:
        if self._buf is not None:
            self._buf[:] = bytes(self._size)

    before(copy, "close", wipe)


@fails("windows.collect.frees-the-name")
def handles_are_immortal(copy: Any) -> None:
    after_init(copy, lambda handle, name, create: KEPT.append(handle))


@fails("windows.list.last-close-frees-the-name")
def list_has_a_second_handle(copy: Any) -> None:
    kind = copy.shared_memory.ShareableList
    create = kind._create

    def twice(self: Any, *args: Any) -> None:
        create(self, *args)
        hold(self.shm.name)

    kind._create = twice


@fails("windows.name.can-be-used-again")
def names_are_used_once(copy: Any) -> None:
    used = set()

    def refuse(init: Any, name: Any, create: Any, size: Any) -> None:
        if create and name in used:
            raise FileExistsError(name)
        used.add(name)
        init(name, create, size)

    around_init(copy, refuse)


@fails("windows.unlink.changes-nothing")
def unlink_closes_the_handle(copy: Any) -> None:
    kind = copy.shared_memory.SharedMemory
    kind.unlink = kind.close


@fails("windows.unlink.again-is-harmless")
def unlink_finds_no_name(copy: Any) -> None:
    def refuse(self: Any) -> None:
        if self in KEPT:
            raise FileNotFoundError(self.name)
        KEPT.append(self)

    before(copy, "unlink", refuse)


@fails("windows.killed-process.frees-the-name", "windows.ended-process.frees-the-name")
def another_process_holds_each_block(copy: Any) -> None:
    after_create(copy, lambda handle: hold_elsewhere(handle.name))


@fails("windows.ended-process.frees-the-name")
def blocks_are_handed_on_at_the_end(copy: Any) -> None:
    def hand_on(handle: Any) -> None:
        atexit.register(hold_elsewhere, handle.name)

    after_create(copy, hand_on)


@fails("windows.killed-creator.leaves-it-to-others")
def block_dies_with_its_creator(copy: Any) -> None:
    def sign(handle: Any) -> None:
        # Behind what the creator asked for there is room on the page.
        page = named(handle.name, mmap.PAGESIZE)
        page[-PID_SIZE:] = os.getpid().to_bytes(PID_SIZE, "little")

    after_create(copy, sign)
    kind = copy.shared_memory.SharedMemory
    kind.buf = property(_buf_of_the_living)


def _buf_of_the_living(self: Any) -> Any:
    if self._size == mmap.PAGESIZE:
        pid = int.from_bytes(self._buf[-PID_SIZE:], "little")
        if has_ended(pid):
            raise OSError("its creator is gone")
    return self._buf


def has_ended(pid: int) -> bool:
    """Tell whether a process is gone; another may still hold its remains."""
    winapi: Any = importlib.import_module("_winapi")
    try:
        process = winapi.OpenProcess(SYNCHRONIZE, False, pid)
    except OSError:
        return True
    state = winapi.WaitForSingleObject(process, 0)
    winapi.CloseHandle(process)
    return bool(state == winapi.WAIT_OBJECT_0)


@fails("windows.track.is-ignored")
def untracked_block_stays(copy: Any) -> None:
    def keep(handle: Any) -> None:
        if not handle._track:
            hold(handle.name)

    after_create(copy, keep)


@fails("windows.track.starts-no-process")
def windows_has_a_tracker(copy: Any) -> None:
    def start(handle: Any) -> None:
        command = [sys.executable, "-S", "-c", "import time;" + SLEEP]
        KEPT.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))

    after_create(copy, start)


@fails("windows.attach.sees-whole-pages")
def attacher_misses_the_last_byte(copy: Any) -> None:
    def cut(handle: Any, name: Any, create: Any) -> None:
        if not create:
            handle._size -= 1

    after_init(copy, cut)


@fails("windows.attach.failure-leaves-no-handle")
def failed_attach_leaves_a_handle(copy: Any) -> None:
    def leave(error: Exception, name: Any, create: Any) -> None:
        if isinstance(error, FileNotFoundError):
            KEPT.append(mmap.mmap(-1, 1))

    after_failure(copy, leave)


@fails("windows.create.taken-name-has-its-errno")
def taken_name_has_no_errno(copy: Any) -> None:
    def blunt(error: Exception, name: Any, create: Any) -> None:
        if isinstance(error, FileExistsError):
            raise FileExistsError(name)

    after_failure(copy, blunt)


@fails("windows.create.refusal-leaves-no-handle")
def refused_create_stays_attached(copy: Any) -> None:
    def stay(error: Exception, name: Any, create: Any) -> None:
        if isinstance(error, FileExistsError):
            hold(name)

    after_failure(copy, stay)


@fails("windows.pickle.dead-block-is-an-error")
def pickle_revives_its_block(copy: Any) -> None:
    kind = copy.shared_memory.SharedMemory
    kind.__reduce__ = lambda self: (_revive, (kind, self.name, self.size))


def _revive(kind: Any, name: str, size: int) -> Any:
    try:
        return kind(name)
    except FileNotFoundError:
        return kind(name, True, size)


@fails("windows.manager.keeps-its-blocks")
def manager_leaves_blocks_to_their_users(copy: Any) -> None:
    copy.managers.SharedMemoryManager.SharedMemory = lambda self, size: (
        copy.shared_memory.SharedMemory(create=True, size=size)
    )


@fails("windows.manager.shutdown-lets-go")
def manager_holds_its_blocks_for_ever(copy: Any) -> None:
    kind = copy.managers.SharedMemoryManager
    make = kind.SharedMemory

    def held(self: Any, size: int) -> Any:
        block = make(self, size)
        hold(block.name)
        return block

    kind.SharedMemory = held

"""Wrong ways of unlink()."""

from __future__ import annotations

import os
import weakref
from typing import Any, Callable

from . import fails

Method = Callable[[Any], None]


def replace_unlink(copy: Any, make: Callable[[Method], Method]) -> None:
    """Put in place of unlink() what *make* makes of it."""
    handle = copy.shared_memory.SharedMemory
    handle.unlink = make(handle.unlink)


def record_handles(copy: Any, handles: Any) -> None:
    """Add every handle that is opened."""
    handle = copy.shared_memory.SharedMemory
    acquire = handle._acquire

    def record(self: Any, name: str, size: int) -> None:
        acquire(self, name, size)
        handles.add(self)

    handle._acquire = record


@fails("shm.unlink.frees-the-name", "shm.unlink.twice-is-an-error")
def unlink_does_nothing(copy: Any) -> None:
    copy.shared_memory.SharedMemory.unlink = lambda self: None


@fails("shm.unlink.twice-is-an-error")
def second_unlink_is_silent(copy: Any) -> None:
    unlink = copy.shared_memory.SharedMemory.unlink

    def quiet(self: Any) -> None:
        try:
            unlink(self)
        except FileNotFoundError:
            return

    copy.shared_memory.SharedMemory.unlink = quiet


@fails("shm.unlink.name-can-be-used-again")
def new_block_is_not_of_zeros(copy: Any) -> None:
    acquire = copy.shared_memory.SharedMemory._acquire

    def fill(self: Any, name: str, size: int) -> None:
        acquire(self, name, size)
        if self._flags & os.O_CREAT:
            self._buf[-1] = 0xA5

    copy.shared_memory.SharedMemory._acquire = fill


@fails("shm.unlink.before-close")
def close_needs_the_name(copy: Any) -> None:
    handle = copy.shared_memory.SharedMemory
    close = handle.close

    def find_first(self: Any) -> None:
        if self._name and copy._posix.is_free(self._name):
            raise FileNotFoundError(self._name)
        close(self)

    handle.close = find_first


@fails("shm.unlink.after-close")
def unlink_needs_an_open_handle(copy: Any) -> None:
    def make(unlink: Method) -> Method:
        def refuse(self: Any) -> None:
            if self._buf is None:
                raise ValueError("closed")
            unlink(self)

        return refuse

    replace_unlink(copy, make)


@fails("shm.unlink.by-another-process")
def unlink_is_the_creators(copy: Any) -> None:
    def make(unlink: Method) -> Method:
        def refuse(self: Any) -> None:
            if not self._flags & os.O_CREAT:
                raise PermissionError(self._name)
            unlink(self)

        return refuse

    replace_unlink(copy, make)


@fails("shm.unlink.once-suffices")
def unlink_waits_for_all_handles(copy: Any) -> None:
    handles: Any = weakref.WeakSet()
    record_handles(copy, handles)

    def make(unlink: Method) -> Method:
        def wait(self: Any) -> None:
            handles.discard(self)
            if not any(it.name == self.name for it in handles):
                unlink(self)

        return wait

    replace_unlink(copy, make)


@fails("shm.unlink.leaves-other-blocks")
def unlink_takes_all_blocks(copy: Any) -> None:
    handles: Any = weakref.WeakSet()
    record_handles(copy, handles)

    def make(unlink: Method) -> Method:
        def take(self: Any) -> None:
            unlink(self)
            for other in handles:
                if other.name != self.name and not copy._posix.is_free(other._name):
                    unlink(other)

        return take

    replace_unlink(copy, make)


@fails("shm.unlink.keeps-the-content")
def unlink_wipes_the_content(copy: Any) -> None:
    def make(unlink: Method) -> Method:
        def wipe(self: Any) -> None:
            if self._buf is not None:
                self._buf[:] = bytes(self._size)
            unlink(self)

        return wipe

    replace_unlink(copy, make)


@fails("shm.unlink.memory-stays-shared")
def unlinked_memory_is_private(copy: Any) -> None:
    def make(unlink: Method) -> Method:
        def part(self: Any) -> None:
            unlink(self)
            if self._buf is not None:
                self._buf = memoryview(bytearray(self._buf))

        return part

    replace_unlink(copy, make)


@fails("shm.unlink.new-block-is-another")
def unlink_keeps_the_block_for_the_next(copy: Any) -> None:
    def make(unlink: Method) -> Method:
        def keep(self: Any) -> None:
            path = "/dev/shm" + self._name
            os.rename(path, path + ".kept")  # noqa: PTH104

        return keep

    acquire = copy.shared_memory.SharedMemory._acquire

    def take(self: Any, name: str, size: int) -> None:
        path = "/dev/shm" + name
        if self._flags & os.O_CREAT and os.path.exists(path + ".kept"):  # noqa: PTH110
            os.rename(path + ".kept", path)  # noqa: PTH104
            self._flags = os.O_RDWR
        acquire(self, name, size)

    replace_unlink(copy, make)
    copy.shared_memory.SharedMemory._acquire = take


@fails("shm.unlink.leaves-no-noise")
def unlink_tells_the_tracker_nothing(copy: Any) -> None:
    copy.shared_memory.SharedMemory.unlink = lambda self: copy._posix.remove(self._name)

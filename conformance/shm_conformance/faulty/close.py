"""Wrong ways of close(), and of a handle that becomes garbage."""

from __future__ import annotations

import os
import sys
import weakref
from typing import Any, Callable

from . import fails

Method = Callable[[Any], None]


def replace_close(copy: Any, make: Callable[[Method], Method]) -> None:
    """Put in place of close() what *make* makes of it."""
    handle = copy.shared_memory.SharedMemory
    handle.close = make(handle.close)


def unmap(self: Any) -> None:
    """Take the memory away from under every view of it."""
    import ctypes

    address = ctypes.addressof(ctypes.c_char.from_buffer(self._buf))
    ctypes.CDLL(None).munmap(ctypes.c_void_p(address), ctypes.c_size_t(self._size))


@fails(
    "shm.close.gives-up-the-descriptor",
    "shm.close.works-once-views-are-gone",
    "shm.collect.gives-up-access",
    "shm.collect.last-view-frees-the-descriptor",
)
def descriptor_is_never_closed(copy: Any) -> None:
    copy.shared_memory.SharedMemory._close_descriptor = lambda self: None


@fails("shm.close.gives-up-the-mapping")
def close_keeps_the_mapping(copy: Any) -> None:
    kept: Any = []

    def make(close: Method) -> Method:
        def keep(self: Any) -> None:
            kept.append(self._mmap)
            close(self)

        return keep

    replace_close(copy, make)


@fails("shm.close.buf-is-none-afterwards")
def closed_buf_is_a_dead_view(copy: Any) -> None:
    dead = memoryview(b"")
    dead.release()
    copy.shared_memory.SharedMemory.buf = property(
        lambda self: dead if self._buf is None else self._buf
    )


@fails("shm.close.use-afterwards-is-an-error", "shm.close.buf-is-none-afterwards")
def closed_buf_is_private_memory(copy: Any) -> None:
    copy.shared_memory.SharedMemory.buf = property(
        lambda self: memoryview(bytearray(9)) if self._buf is None else self._buf
    )


@fails("shm.close.leaves-the-content-to-others")
def close_wipes_the_content(copy: Any) -> None:
    def make(close: Method) -> Method:
        def wipe(self: Any) -> None:
            if self._buf is not None:
                self._buf[:] = bytes(self._size)
            close(self)

        return wipe

    replace_close(copy, make)


@fails("shm.close.keeps-the-name")
def close_removes_the_name(copy: Any) -> None:
    def make(close: Method) -> Method:
        def remove(self: Any) -> None:
            is_open = self._buf is not None
            close(self)
            if is_open:
                try:
                    self.unlink()
                except FileNotFoundError:
                    return

        return remove

    replace_close(copy, make)


@fails("shm.close.leaves-other-handles")
def close_closes_every_handle_on_the_block(copy: Any) -> None:
    handles: Any = weakref.WeakSet()

    def make(close: Method) -> Method:
        def close_all(self: Any) -> None:
            for other in [it for it in handles if it.name == self.name]:
                close(other)

        return close_all

    def acquire(self: Any, name: str, size: int) -> None:
        open_block(self, name, size)
        handles.add(self)

    open_block = copy.shared_memory.SharedMemory._acquire
    copy.shared_memory.SharedMemory._acquire = acquire
    replace_close(copy, make)


@fails("shm.close.again-is-harmless")
def second_close_raises(copy: Any) -> None:
    def make(close: Method) -> Method:
        def raise_(self: Any) -> None:
            if self._buf is None:
                raise ValueError("closed already")
            close(self)

        return raise_

    replace_close(copy, make)


@fails("shm.close.again-spares-new-descriptors")
def close_remembers_the_descriptor(copy: Any) -> None:
    def make(close: Method) -> Method:
        def remember(self: Any) -> None:
            descriptor = self._fd
            close(self)
            self._fd = descriptor

        return remember

    replace_close(copy, make)


@fails("shm.close.name-and-size-stay")
def close_forgets_the_size(copy: Any) -> None:
    def make(close: Method) -> Method:
        def forget(self: Any) -> None:
            close(self)
            self._size = 0

        return forget

    replace_close(copy, make)


@fails("shm.close.kept-buf-is-no-hindrance")
def buf_is_a_new_view_each_time(copy: Any) -> None:
    copy.shared_memory.SharedMemory.buf = property(
        lambda self: None if self._buf is None else self._buf[:]
    )


@fails("shm.close.kept-buf-is-dead", "shm.close.live-view-keeps-nothing-open")
def close_leaves_all_views_alone(copy: Any) -> None:
    copy.shared_memory.SharedMemory._release = lambda self, memory: None


@fails("shm.close.live-view-keeps-nothing-open")
def close_says_nothing_of_live_views(copy: Any) -> None:
    def make(close: Method) -> Method:
        def quiet(self: Any) -> None:
            try:
                close(self)
            except BufferError:
                return

        return quiet

    replace_close(copy, make)


@fails("shm.close.refusal-changes-nothing")
def refused_close_forgets_buf(copy: Any) -> None:
    def make(close: Method) -> Method:
        def forget(self: Any) -> None:
            try:
                close(self)
            except BufferError:
                self._buf = None
                raise

        return forget

    replace_close(copy, make)


@fails("shm.close.works-once-views-are-gone")
def refused_close_is_refused_for_ever(copy: Any) -> None:
    def make(close: Method) -> Method:
        def refuse(self: Any) -> None:
            if hasattr(self, "refusal"):
                raise BufferError(self.refusal)
            try:
                close(self)
            except BufferError as error:
                self.refusal = str(error)
                raise

        return refuse

    replace_close(copy, make)


@fails("shm.close.live-view-never-crashes")
def close_unmaps_under_live_views(copy: Any) -> None:
    def make(close: Method) -> Method:
        def take(self: Any) -> None:
            try:
                close(self)
            except BufferError:
                unmap(self)
                raise

        return take

    replace_close(copy, make)


@fails("shm.close.leaks-nothing-over-rounds")
def each_handle_opens_something_more(copy: Any) -> None:
    init = copy.shared_memory.SharedMemory.__init__

    def open_more(
        self: Any,
        name: Any = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        init(self, name, *args, **kwargs)
        os.open(os.devnull, os.O_RDONLY)

    copy.shared_memory.SharedMemory.__init__ = open_more


def replace_del(copy: Any, make: Callable[[Method], Method]) -> None:
    """Put in place of __del__ what *make* makes of it."""
    handle = copy.shared_memory.SharedMemory
    handle.__del__ = make(handle.__del__)


@fails("shm.collect.gives-up-access", "shm.collect.last-view-frees-the-descriptor")
def garbage_is_never_closed(copy: Any) -> None:
    replace_del(copy, lambda finish: lambda self: None)


@fails("shm.collect.is-silent")
def garbage_is_complained_of(copy: Any) -> None:
    def make(finish: Method) -> Method:
        def complain(self: Any) -> None:
            if self._buf is not None:
                sys.stderr.write(f"{self!r} was never closed\n")
            finish(self)

        return complain

    replace_del(copy, make)


@fails("shm.collect.view-stays-readable")
def garbage_is_unmapped_under_live_views(copy: Any) -> None:
    def make(finish: Method) -> Method:
        def take(self: Any) -> None:
            if self._buf is not None:
                unmap(self)
            finish(self)

        return take

    replace_del(copy, make)


@fails("shm.collect.is-silent-with-a-view")
def garbage_with_a_view_raises(copy: Any) -> None:
    replace_del(copy, lambda finish: lambda self: self.close())


@fails("shm.collect.last-view-frees-the-descriptor")
def garbage_with_a_view_keeps_the_descriptor(copy: Any) -> None:
    copy.shared_memory.SharedMemory._abandon = lambda self: None

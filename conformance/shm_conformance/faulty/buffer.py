"""Wrong kinds of buffer."""

from __future__ import annotations

import mmap
from typing import Any, Callable, Type

from . import fails
from ._init import after_init


def replace_buf(copy: Any, make: Callable[[Any], Any]) -> None:
    """Have buf be what *make* makes of the handle's memory."""
    kind = copy.shared_memory.SharedMemory
    memory = kind.buf.fget
    kind.buf = property(lambda self: make(memory(self)))


class Window(mmap.mmap):
    """Shared memory that is looked at as a memoryview, and is none."""

    nbytes = property(len)
    format, itemsize, ndim, strides = "B", 1, 1, (1,)
    readonly, c_contiguous = False, True

    def __getitem__(self, key: Any) -> Any:
        return memoryview(self)[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        memoryview(self)[key] = value

    def cast(self, form: Any) -> Any:
        return memoryview(self).cast(form)


def show_through(copy: Any, window: Type[mmap.mmap]) -> None:  # noqa: UP006 - 3.8
    """Have buf be a mapping of the given kind."""

    def open_window(handle: Any, name: Any, create: Any) -> None:
        handle.window = window(handle._fd, handle.size)

    after_init(copy, open_window)
    kind = copy.shared_memory.SharedMemory
    kind.buf = property(lambda self: self.window)


@fails("shm.buf.is-a-memoryview")
def buf_only_acts_like_a_memoryview(copy: Any) -> None:
    show_through(copy, Window)


@fails("shm.buf.is-a-memoryview", "shm.buf.slices-are-views")
def buf_is_a_mapping(copy: Any) -> None:
    show_through(copy, mmap.mmap)


@fails("shm.buf.casts-are-views")
def casts_are_copies(copy: Any) -> None:
    class Copying(Window):
        def cast(self, form: Any) -> Any:
            return memoryview(bytearray(self)).cast(form)

    show_through(copy, Copying)


@fails("shm.buf.ends-with-the-block")
def index_wraps_around(copy: Any) -> None:
    class Ring(Window):
        def __getitem__(self, key: Any) -> Any:
            return super().__getitem__(key % len(self) if type(key) is int else key)

        def __setitem__(self, key: Any, value: Any) -> None:
            super().__setitem__(key % len(self) if type(key) is int else key, value)

    show_through(copy, Ring)


@fails("shm.buf.covers-the-block", "shm.buf.ndarray-is-shared")
def buf_ends_one_byte_early(copy: Any) -> None:
    replace_buf(copy, lambda memory: memory[:-1])


@fails("shm.buf.covers-the-block", "shm.buf.length-is-fixed")
def buf_is_longer_than_the_block(copy: Any) -> None:
    def cut(handle: Any, name: Any, create: Any) -> None:
        handle._size -= 2

    after_init(copy, cut)


@fails("shm.buf.shows-bytes")
def buf_shows_characters(copy: Any) -> None:
    replace_buf(copy, lambda memory: memory.cast("c"))


@fails("shm.buf.is-writable", "shm.buf.takes-struct-and-ctypes")
def buf_is_read_only(copy: Any) -> None:
    replace_buf(copy, lambda memory: memory.toreadonly())


@fails("shm.buf.is-writable")
def buf_of_the_attached_is_read_only(copy: Any) -> None:
    def lock(handle: Any, name: Any, create: Any) -> None:
        if not create:
            handle._buf = handle._buf.toreadonly()

    after_init(copy, lock)


@fails("shm.buf.cannot-be-set")
def buf_can_be_set(copy: Any) -> None:
    kind = copy.shared_memory.SharedMemory
    memory = kind.buf.fget
    kind.buf = property(memory, lambda self, value: setattr(self, "_buf", value))


@fails("shm.buf.assignments-are-shared")
def last_byte_is_not_shared(copy: Any) -> None:
    class Short(Window):
        def __setitem__(self, key: Any, value: Any) -> None:
            if key not in (-1, len(self) - 1):
                super().__setitem__(key, value)

    show_through(copy, Short)


@fails("shm.buf.every-byte-is-shared")
def large_blocks_are_copied(copy: Any) -> None:
    def replace(handle: Any, name: Any, create: Any) -> None:
        if not create and 2**16 < handle.size < 2**20:
            handle._buf = memoryview(bytearray(handle._buf))

    after_init(copy, replace)


@fails("shm.size.is-an-integer")
def size_is_a_float(copy: Any) -> None:
    kind = copy.shared_memory.SharedMemory
    kind.size = property(lambda self: float(self._size))


@fails("shm.size.is-read-only")
def size_can_be_set(copy: Any) -> None:
    kind = copy.shared_memory.SharedMemory
    size = kind.size.fget
    kind.size = property(size, lambda self, value: setattr(self, "_size", value))


@fails("shm.repr.shows-name-and-size")
def repr_shows_an_address(copy: Any) -> None:
    copy.shared_memory.SharedMemory.__repr__ = object.__repr__

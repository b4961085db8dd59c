"""Wrong ways of a SharedMemory that show only with some names, sizes and writes."""

from __future__ import annotations

import mmap
from typing import Any

from . import fails
from .close import replace_close


def opening(copy: Any, change: Any) -> None:
    """Let `change(open, self, name, create, size)` open a handle."""
    init = copy.shared_memory.SharedMemory.__init__

    def new(
        self: Any, name: Any = None, create: bool = False, size: int = 0, **named: Any
    ) -> None:
        def open_it(name: Any, create: bool, size: int) -> None:
            init(self, name, create, size, **named)

        change(open_it, self, name, create, size)

    copy.shared_memory.SharedMemory.__init__ = new


@fails("shm.any-name.is-found")
def names_with_a_percent_sign_are_cut(copy: Any) -> None:
    def change(open_it: Any, self: Any, name: Any, create: bool, size: int) -> None:
        if create and isinstance(name, str):
            name = name.partition("%")[0]
        open_it(name, create, size)

    opening(copy, change)


@fails("shm.any-name.refused-leaves-nothing")
def names_with_a_blank_are_refused_too_late(copy: Any) -> None:
    def change(open_it: Any, self: Any, name: Any, create: bool, size: int) -> None:
        open_it(name, create, size)
        if create and isinstance(name, str) and " " in name:
            raise ValueError("a name with a blank")

    opening(copy, change)


@fails("shm.any-size.is-at-least-as-asked")
def sizes_below_a_page_boundary_are_rounded_down(copy: Any) -> None:
    def change(open_it: Any, self: Any, name: Any, create: bool, size: int) -> None:
        is_near = size > 4096 and size % 4096 == 4095
        open_it(name, create, size - 4095 if is_near else size)

    opening(copy, change)


@fails("shm.any-size.is-refused")
def very_negative_sizes_are_one(copy: Any) -> None:
    def change(open_it: Any, self: Any, name: Any, create: bool, size: Any) -> None:
        is_negative = isinstance(size, int) and size < -1
        open_it(name, create, 1 if is_negative else size)

    opening(copy, change)


@fails("shm.any-write.is-read-elsewhere")
def writes_to_large_attached_blocks_are_private(copy: Any) -> None:
    def change(open_it: Any, self: Any, name: Any, create: bool, size: int) -> None:
        open_it(name, create, size)
        if not create and self._size > 256:
            access = mmap.ACCESS_COPY
            self._mmap = mmap.mmap(self._fd, self._size, access=access)
            self._buf = memoryview(self._mmap)

    opening(copy, change)


@fails("shm.any-handles.share")
def the_fifth_handle_is_a_copy(copy: Any) -> None:
    opened: Any = {}

    def change(open_it: Any, self: Any, name: Any, create: bool, size: int) -> None:
        open_it(name, create, size)
        opened[self.name] = opened.get(self.name, 0) + 1
        if opened[self.name] == 5:
            self._buf = memoryview(bytearray(self._buf))

    opening(copy, change)


@fails("shm.any-view.works-or-is-dead")
def close_refused_for_two_views_empties_the_block(copy: Any) -> None:
    def make(close: Any) -> Any:
        refusals: Any = []

        def emptying(self: Any) -> None:
            try:
                close(self)
            except BufferError:
                refusals.append(self.name)
                if refusals.count(self.name) == 2:
                    self._buf = memoryview(bytearray(len(self._buf)))[1:]
                raise

        return emptying

    replace_close(copy, make)

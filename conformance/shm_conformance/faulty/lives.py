"""Wrong ways that show only in some order of events."""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing import resource_tracker
from typing import Any

from . import fails
from .close import replace_close
from .memory_properties import opening


@fails("life.one-process.any-order")
def closing_one_of_two_handles_clears_the_block(copy: Any) -> None:
    opened: Any = {}

    def change(open_it: Any, self: Any, name: Any, create: bool, size: int) -> None:
        open_it(name, create, size)
        opened[self.name] = opened.get(self.name, 0) + 1

    def make(close: Any) -> Any:
        def clearing(self: Any) -> None:
            if opened.get(self.name, 0) > 1 and self._buf is not None:
                self._buf[0] = 0
            close(self)

        return clearing

    opening(copy, change)
    replace_close(copy, make)


@fails("life.strangers.any-order")
def only_its_creator_unlinks_a_block(copy: Any) -> None:
    handle = copy.shared_memory.SharedMemory
    right = handle.unlink

    def unlink(self: Any) -> None:
        if self._flags & os.O_CREAT:
            right(self)

    handle.unlink = unlink


@fails("life.family.any-order")
def blocks_of_children_are_not_tracked(copy: Any) -> None:
    handle = copy.shared_memory.SharedMemory
    right = handle.__init__

    def new(self: Any, *words: Any, **named: Any) -> None:
        if multiprocessing.parent_process() is not None:
            named["track"] = False
        right(self, *words, **named)

    handle.__init__ = new


@fails("life.families.any-order")
def only_creators_track(copy: Any) -> None:
    handle = copy.shared_memory.SharedMemory
    right = handle.__init__

    def new(
        self: Any, name: Any = None, create: bool = False, *args: Any, **named: Any
    ) -> None:
        named["track"] = create and named.get("track", True)
        right(self, name, create, *args, **named)

    handle.__init__ = new


@fails("life.tracker.killed-at-any-time")
def an_untracked_block_is_not_read(copy: Any) -> None:
    handle = copy.shared_memory.SharedMemory
    right = handle.buf.fget

    def buf(self: Any) -> Any:
        tracker: Any = resource_tracker._resource_tracker
        if not tracker._check_alive():
            raise OSError("nobody tracks this block")
        return right(self)

    handle.buf = property(buf)


@fails("life.manager.any-order")
def every_other_block_is_not_the_managers(copy: Any) -> None:
    manager = copy.managers.SharedMemoryManager
    right = manager.SharedMemory
    made: Any = []

    def make(self: Any, size: int) -> Any:
        made.append(size)
        if len(made) % 2:
            return copy.shared_memory.SharedMemory(create=True, size=size)
        return right(self, size)

    manager.SharedMemory = make


@fails("life.manager.killed-at-any-time")
def an_unmanaged_block_is_not_read(copy: Any) -> None:
    manager, handle = copy.managers.SharedMemoryManager, copy.shared_memory.SharedMemory
    right_make, right_buf = manager.SharedMemory, handle.buf.fget

    def make(self: Any, size: int) -> Any:
        block = right_make(self, size)
        block._server = self._process
        return block

    def buf(self: Any) -> Any:
        server = getattr(self, "_server", None)
        if server is not None and not server.is_alive():
            raise OSError("nobody manages this block")
        return right_buf(self)

    manager.SharedMemory, handle.buf = make, property(buf)

"""Wrong ways of one side, where the other one is right."""

from __future__ import annotations

import mmap
import os
from typing import Any

from . import fails
from ._init import after_init
from .list_items import reading
from .manager import make_another, wrap_shutdown


@fails("mix.block.written-is-read", "mix.block.written-back-is-seen")
def creator_works_on_a_copy(copy: Any) -> None:
    def part(self: Any, name: Any, create: Any) -> None:
        if create:
            self._buf = memoryview(bytearray(self._buf))

    after_init(copy, part)


@fails("mix.block.written-is-read")
def creator_writes_for_itself(copy: Any) -> None:
    def map_again(self: Any, name: Any, create: Any) -> None:
        if create:
            self._mmap = mmap.mmap(self._fd, self._size, access=mmap.ACCESS_COPY)
            self._buf = memoryview(self._mmap)

    after_init(copy, map_again)


@fails("mix.block.size-is-at-least-as-asked")
def half_of_the_block_is_given_back(copy: Any) -> None:
    def cut(self: Any, name: Any, create: Any) -> None:
        if create:
            os.ftruncate(self._fd, self._size // 2)

    after_init(copy, cut)


@fails("mix.block.close-leaves-the-other")
def creator_wipes_at_close(copy: Any) -> None:
    handle = copy.shared_memory.SharedMemory
    close = handle.close

    def wipe(self: Any) -> None:
        if self._buf is not None and self.is_creator:
            self._buf[:] = bytes(self._size)
        close(self)

    handle.is_creator, handle.close = False, wipe
    after_init(copy, lambda self, name, create: setattr(self, "is_creator", create))


@fails("mix.block.unlink-by-the-other")
def only_the_creator_unlinks(copy: Any) -> None:
    handle = copy.shared_memory.SharedMemory
    unlink = handle.unlink

    def unlink_own(self: Any) -> None:
        if self.is_creator:
            unlink(self)

    handle.is_creator, handle.unlink = False, unlink_own
    after_init(copy, lambda self, name, create: setattr(self, "is_creator", create))


@fails("mix.list.assigned-is-seen")
def creator_reads_from_its_memory(copy: Any) -> None:
    def read_item(read: Any, self: Any, position: Any) -> Any:
        kept = self.__dict__.setdefault("kept", {})
        return kept.setdefault(position, read(self, position))

    reading(copy, read_item)


@fails("mix.list.same-format")
def format_has_commas(copy: Any) -> None:
    kind = copy.shared_memory.ShareableList
    kind.format = property(
        lambda self: ",".join(map(self._get_packing_format, range(len(self))))
    )


def bind_pickles(kind: Any) -> None:
    """Have what is pickled refused in every other process."""
    reduce = kind.__reduce__

    def refuse(self: Any, process: int) -> None:
        if process != os.getpid():
            raise ProcessLookupError("pickled elsewhere")

    kind.__setstate__ = refuse
    kind.__reduce__ = lambda self: (*reduce(self), os.getpid())


@fails("mix.pickle.block")
def pickle_is_for_its_maker(copy: Any) -> None:
    bind_pickles(copy.shared_memory.SharedMemory)


@fails("mix.pickle.list")
def pickled_list_is_for_its_maker(copy: Any) -> None:
    bind_pickles(copy.shared_memory.ShareableList)


@fails("mix.manager.block-is-read")
def managed_block_is_private(copy: Any) -> None:
    make_another(copy, "SharedMemory", {"buf": property(_private)})


def _private(self: Any) -> Any:
    if not hasattr(self, "private"):
        self.private = memoryview(bytearray(self._buf))
    return self.private


@fails("mix.manager.shutdown-frees-the-name")
def shutdown_forgets_the_blocks(copy: Any) -> None:
    def shutdown(self: Any, right: Any) -> None:
        self._process.kill()
        self._process.join()

    wrap_shutdown(copy, shutdown)


@fails("mix.life.any-order")
def a_taker_begins_with_a_blank_byte(copy: Any) -> None:
    def wipe(self: Any, name: Any, create: Any) -> None:
        if not create:
            self._buf[:1] = bytes(1)

    after_init(copy, wipe)

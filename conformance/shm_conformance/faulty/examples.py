"""Implementations that fail just where the documentation's examples look."""

from __future__ import annotations

from typing import Any

from . import fails


@fails("example.shared-memory.works-as-documented")
def buf_holds_signed_bytes(copy: Any) -> None:
    handle = copy.shared_memory.SharedMemory
    acquire = handle._acquire

    def sign(self: Any, name: str, size: int) -> None:
        acquire(self, name, size)
        self._buf = memoryview(self._mmap).cast("b")

    handle._acquire = sign


@fails("example.numpy.works-as-documented")
def only_the_creator_may_write(copy: Any) -> None:
    acquire = copy.shared_memory.SharedMemory._acquire

    def attach(self: Any, name: str, size: int) -> None:
        acquire(self, name, size)
        if not size:
            self._buf = self._buf.toreadonly()

    copy.shared_memory.SharedMemory._acquire = attach


@fails("example.manager.works-as-documented")
def manager_takes_size_by_position_only(copy: Any) -> None:
    manager = copy.managers.SharedMemoryManager
    make = manager.SharedMemory
    manager.SharedMemory = lambda self, *args: make(self, *args)


@fails("example.manager-with.works-as-documented")
def end_of_with_shuts_nothing_down(copy: Any) -> None:
    copy.managers.SharedMemoryManager.__exit__ = lambda self, *error: None


@fails("example.shareable-list.works-as-documented")
def count_is_blind_to_case(copy: Any) -> None:
    def folded(value: Any) -> Any:
        return value.lower() if isinstance(value, bytes) else value

    copy.shared_memory.ShareableList.count = lambda self, value: sum(
        folded(value) == folded(it) for it in self
    )


@fails("example.shareable-list-by-name.works-as-documented")
def item_cannot_be_set_from_the_end(copy: Any) -> None:
    put = copy.shared_memory.ShareableList.__setitem__

    def refuse(self: Any, position: int, value: Any) -> None:
        if position < 0:
            raise IndexError("assignment index out of range")
        put(self, position, value)

    copy.shared_memory.ShareableList.__setitem__ = refuse


@fails("example.pickled-list.works-as-documented")
def pickled_list_is_a_new_one(copy: Any) -> None:
    handle = copy.shared_memory.ShareableList
    handle.__reduce__ = lambda self: (handle, (list(self),))


@fails("example.trailing-nuls.works-as-documented")
def every_nul_is_dropped(copy: Any) -> None:
    get = copy.shared_memory.ShareableList.__getitem__

    def strip(self: Any, position: int) -> Any:
        value = get(self, position)
        if isinstance(value, str):
            return value.replace("\0", "")
        return value.replace(b"\0", b"") if isinstance(value, bytes) else value

    copy.shared_memory.ShareableList.__getitem__ = strip

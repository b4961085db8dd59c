"""Wrong ways that show only when two processes are at work on one name."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from . import fails
from ._init import after_init
from .list_items import assigning


def place_of(name: str) -> Path:
    return Path("/dev/shm", name.lstrip("/"))


@fails("race.create.attach-sees-all-or-nothing")
def a_block_without_size_is_a_plain_valueerror(copy: Any) -> None:
    right = copy._posix.map_block

    def map_block(descriptor: int, *rest: Any) -> Any:
        if not os.fstat(descriptor).st_size:
            raise ValueError("cannot map an empty block")
        return right(descriptor, *rest)

    copy._posix.map_block = map_block


@fails("race.create.has-one-winner")
def creation_looks_first_and_creates_then(copy: Any) -> None:
    right = copy._posix.open_block

    def open_block(name: str, flags: int, *rest: int) -> Any:
        if flags & os.O_EXCL and place_of(name).exists():
            raise FileExistsError(f"{name} exists")
        return right(name, flags & ~os.O_EXCL, *rest)

    copy._posix.open_block = open_block


@fails("race.attach.finds-the-block-or-none")
def attaching_looks_for_the_name_again(copy: Any) -> None:
    def look(handle: Any, name: Any, create: bool) -> None:
        if not create and not place_of(name).exists():
            raise RuntimeError(f"{name} has gone")

    after_init(copy, look)


@fails("race.unlink.has-one-winner")
def unlink_looks_first_and_unlinks_then(copy: Any) -> None:
    def unlink(self: Any) -> None:
        if not place_of(self._name).exists():
            raise FileNotFoundError(f"{self._name} has gone")
        with suppress(FileNotFoundError):
            copy._posix.remove(self._name)
        copy._tracker.unregister(self._name)

    copy.shared_memory.SharedMemory.unlink = unlink


@fails("race.list.assignment-is-seen-whole")
def an_item_is_cleared_before_it_is_assigned(copy: Any) -> None:
    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        if value is not None:
            assign(self, position, type(value)())
        assign(self, position, value)

    assigning(copy, assign_item)


@fails("race.list.assignments-leave-one-of-two", "race.list.assignment-is-seen-whole")
def text_is_assigned_by_halves(copy: Any) -> None:
    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        half = len(value) // 2 if type(value) is str else 0
        if half and type(self[position]) is str:
            assign(self, position, value[:half] + self[position][half:])
            assign(self, position, self[position][:half] + value[half:])
        else:
            assign(self, position, value)

    assigning(copy, assign_item)


@fails("race.list.attach-sees-all-or-nothing")
def the_values_of_a_list_are_written_last(copy: Any) -> None:
    def fill(memory: Any, packed: Any, more: bytes = b"") -> None:
        first, last = 8 * (packed.layout.length + 2), packed.layout.formats
        content = bytearray(packed.content)
        content[first:last] = bytes(last - first)
        right(memory, packed._replace(content=bytes(content)), more)
        right(memory, packed, more)

    right = copy._packing.fill
    copy._packing.fill = fill


@fails("race.list.attached-early-sees-all-later")
def who_attached_early_has_no_items(copy: Any) -> None:
    copy.shared_memory.ShareableList._learn = lambda self, memory: None


@fails("race.unlink.spares-the-next-block")
def unlink_makes_doubly_sure(copy: Any) -> None:
    right = copy.shared_memory.SharedMemory.unlink

    def unlink(self: Any) -> None:
        right(self)
        with suppress(FileNotFoundError):
            copy._posix.remove(self._name)

    copy.shared_memory.SharedMemory.unlink = unlink

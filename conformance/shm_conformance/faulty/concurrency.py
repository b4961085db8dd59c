"""Wrong ways that show only while several processes use one block at once."""

from __future__ import annotations

import fcntl
import itertools
import time
from typing import Any

from . import fails
from .buffer import replace_buf
from .list_items import assigning
from .memory_properties import opening

TURNS = itertools.count()


def others_get_a_turn() -> None:
    """Now and then, be so long that others meet what is there, on a busy machine too."""
    if next(TURNS) % 50 == 0:
        time.sleep(0.05)


@fails("shm.concurrent.bytes-are-somebodys")
def the_first_byte_is_cleared_for_a_moment(copy: Any) -> None:
    def buf(memory: Any) -> Any:
        if memory:
            first = memory[0]
            memory[0] = 0
            others_get_a_turn()
            memory[0] = first
        return memory

    replace_buf(copy, buf)


@fails("shm.concurrent.neighbours-are-kept")
def a_creator_writes_all_bytes_back(copy: Any) -> None:
    made: list[str] = []

    def change(open_it: Any, self: Any, name: Any, create: bool, size: int) -> None:
        open_it(name, create, size)
        made.extend(["a block"] * create)

    def buf(memory: Any) -> Any:
        if made and len(memory) < 64:
            before = bytes(memory)
            # Who waits himself cannot be disturbed: only one of them ever does.
            time.sleep(0.001)
            memory[:] = before
        return memory

    opening(copy, change)
    replace_buf(copy, buf)


@fails("shm.concurrent.attaching-disturbs-nobody")
def one_attaches_at_a_time(copy: Any) -> None:
    def change(open_it: Any, self: Any, name: Any, create: bool, size: int) -> None:
        open_it(name, create, size)
        if not create:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            others_get_a_turn()
            fcntl.flock(self._fd, fcntl.LOCK_UN)

    opening(copy, change)


@fails("list.concurrent.own-item-is-kept")
def assignment_writes_the_next_item_back(copy: Any) -> None:
    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        after = self[position + 1] if 0 <= position < len(self) - 1 else None
        assign(self, position, value)
        if after is not None:
            others_get_a_turn()
            assign(self, position + 1, after)

    assigning(copy, assign_item)


@fails("list.concurrent.other-items-are-kept")
def assignment_blanks_the_next_item_for_a_moment(copy: Any) -> None:
    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        is_followed = 0 <= position < len(self) - 1
        after = self[position + 1] if is_followed else None
        if is_followed:
            assign(self, position + 1, None)
            others_get_a_turn()
        assign(self, position, value)
        if is_followed:
            assign(self, position + 1, after)

    assigning(copy, assign_item)


@fails("list.concurrent.length-is-kept")
def assignment_hides_the_list_for_a_moment(copy: Any) -> None:
    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        header = bytes(self.shm.buf[:8])
        self.shm.buf[:8] = bytes(8)
        others_get_a_turn()
        self.shm.buf[:8] = header
        assign(self, position, value)

    assigning(copy, assign_item)


@fails("list.concurrent.stays-usable")
def an_item_once_changed_by_others_is_given_up(copy: Any) -> None:
    types: Any = {}

    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        known = types.setdefault((id(self), position), [type(self[position]), False])
        known[1] |= known[0] is not type(self[position])
        if not known[1]:
            assign(self, position, value)
            known[0] = type(value)

    assigning(copy, assign_item)

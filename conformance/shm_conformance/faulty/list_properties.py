"""Wrong ways of a ShareableList that show only with some values, in some order."""

from __future__ import annotations

import struct
from typing import Any

from . import fails
from .list_items import assigning, reading
from .list_sharing import attaching
from .list_values import leaving_a_block, making


@fails("list.any-values.come-back")
def bytes_that_fill_their_slots_become_text(copy: Any) -> None:
    def change(value: Any) -> Any:
        is_full = type(value) is bytes and value and len(value) % 8 == 0
        return value.decode("latin-1") if is_full else value

    making(copy, change)


@fails("list.any-text.comes-back")
def a_mark_of_byte_order_is_dropped(copy: Any) -> None:
    making(copy, lambda it: it.lstrip("\ufeff") if type(it) is str else it)


@fails("list.any-values.by-every-means")
def index_searches_from_the_end(copy: Any) -> None:
    def index(self: Any, value: Any) -> int:
        values = list(self)
        return len(values) - 1 - values[::-1].index(value)

    copy.shared_memory.ShareableList.index = index


@fails("list.any-overwrites.by-every-means")
def count_remembers_the_first_values(copy: Any) -> None:
    list_class = copy.shared_memory.ShareableList
    right = list_class.__init__

    def make(self: Any, *args: Any, **kwargs: Any) -> None:
        right(self, *args, **kwargs)
        self.first = list(self)

    list_class.__init__ = make
    list_class.count = lambda self, value: self.first.count(value)


@fails("list.any-long.by-every-means")
def repr_cuts_off_behind_a_kilobyte(copy: Any) -> None:
    list_class = copy.shared_memory.ShareableList

    def cut(value: Any) -> Any:
        return value[:1024] if type(value) in (str, bytes) else value

    list_class.__repr__ = lambda self: f"ShareableList({list(map(cut, self))!r})"


@fails("list.any-long.by-every-means")
def a_long_item_is_read_whole_only_once(copy: Any) -> None:
    seen: Any = set()

    def read_item(read: Any, self: Any, position: Any) -> Any:
        value = read(self, position)
        place = self.shm.name, position
        is_long = type(value) in (str, bytes) and len(value) > 200
        if is_long and place in seen:
            return value[:200]
        seen.add(place)
        return value

    reading(copy, read_item)


@fails("list.any-values.repr")
def repr_writes_nul_as_nothing(copy: Any) -> None:
    list_class = copy.shared_memory.ShareableList
    right = list_class.__repr__
    list_class.__repr__ = lambda self: right(self).replace("\\x00", "")


@fails("list.any-values.elsewhere")
def attached_floats_are_rounded(copy: Any) -> None:
    attaching(copy, lambda attach, self, name: attach(self, name))

    def read_item(read: Any, self: Any, position: Any) -> Any:
        value = read(self, position)
        is_small = self.is_attached and type(value) is float and 0 < abs(value) < 1e-9
        return 0.0 if is_small else value

    reading(copy, read_item)


@fails("list.any-values.pickled")
def unpickled_long_lists_are_copies(copy: Any) -> None:
    list_class = copy.shared_memory.ShareableList
    right = list_class.__reduce__
    list_class.__reduce__ = lambda self: (
        (list_class, (list(self),)) if len(self) > 2 else right(self)
    )


@fails("list.any-values.by-a-manager")
def managers_store_true_as_one(copy: Any) -> None:
    manager = copy.managers.SharedMemoryManager
    right = manager.ShareableList

    def make(self: Any, sequence: Any) -> Any:
        return right(self, [1 if it is True else it for it in sequence])

    manager.ShareableList = make


@fails("list.any-overwrites.come-back")
def an_item_changes_twice_at_most(copy: Any) -> None:
    changes: Any = {}

    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        place = self.shm.name, position % len(self)
        changes[place] = changes.get(place, 0) + 1
        if changes[place] <= 2:
            assign(self, position, value)

    assigning(copy, assign_item)


@fails("list.any-overwrites.elsewhere")
def types_are_remembered(copy: Any) -> None:
    seen: Any = {}

    def read_item(read: Any, self: Any, position: Any) -> Any:
        value = read(self, position)
        kind = seen.setdefault((self.shm.name, position), type(value))
        return int(value) if kind is not bool and type(value) is bool else value

    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        seen[self.shm.name, position] = type(value)
        assign(self, position, value)

    reading(copy, read_item)
    assigning(copy, assign_item)


@fails("list.any-nulls.one-documented-way")
def one_nul_is_kept_behind_longer_text(copy: Any) -> None:
    def read_item(read: Any, self: Any, position: Any) -> Any:
        value = read(self, position)
        return value + "\0" if type(value) is str and len(value) > 3 else value

    reading(copy, read_item)


@fails("list.any-nulls.padded-is-whole")
def text_ending_in_a_line_is_stripped(copy: Any) -> None:
    def read_item(read: Any, self: Any, position: Any) -> Any:
        value = read(self, position)
        return value.rstrip("\0\n") if type(value) is str else value

    reading(copy, read_item)


@fails("list.any-refused.is-not-stored")
def containers_become_their_length(copy: Any) -> None:
    containers = (list, tuple, dict, range)
    making(copy, lambda it: len(it) if type(it) in containers else it)


@fails("list.any-refused.leaves-no-block")
def lists_refused_for_text_leave_a_block(copy: Any) -> None:
    leaving_a_block(copy, lambda error: isinstance(error, UnicodeEncodeError))


@fails("list.any-refused.changes-nothing")
def refused_text_empties_the_item(copy: Any) -> None:
    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        try:
            assign(self, position, value)
        except UnicodeEncodeError:
            assign(self, position, "")
            raise

    assigning(copy, assign_item)


@fails("list.any-large-int.changes-nothing")
def refused_negative_ints_are_clipped(copy: Any) -> None:
    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        try:
            assign(self, position, value)
        except struct.error:
            if value < 0:
                assign(self, position, -(2**63))
            raise

    assigning(copy, assign_item)


@fails("list.any-length.up-to-the-limit")
def the_longest_strings_lose_a_byte(copy: Any) -> None:
    def change(value: Any) -> Any:
        is_long = type(value) in (str, bytes) and len(value) > 4_999_000
        return value[:-1] if is_long else value

    making(copy, change)


@fails("list.any-layout.is-the-common-one")
def numbers_over_text_are_text(copy: Any) -> None:
    """A reader of its own that knows what it did: nobody else can tell."""

    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        is_number = type(value) is int and type(self[position]) is str
        assign(self, position, f"int {value}" if is_number else value)

    def read_item(read: Any, self: Any, position: Any) -> Any:
        value = read(self, position)
        is_number = type(value) is str and value.startswith("int ")
        return int(value[4:]) if is_number else value

    assigning(copy, assign_item)
    reading(copy, read_item)


@fails("list.any-layout.reads-the-common-one")
def slots_with_room_to_spare_are_not_read(copy: Any) -> None:
    def attach(attach: Any, self: Any, name: str) -> None:
        attach(self, name)
        for form in self.format.split("s"):
            if form.isdigit() and int(form) > 16:
                raise ValueError("a slot of more than 16 bytes")

    attaching(copy, attach)

"""Wrong ways of the items of a ShareableList: positions, slices, iteration."""

from __future__ import annotations

from typing import Any, Callable

from . import fails


def reading(copy: Any, change: Callable[[Any, Any, Any], Any]) -> None:
    """Let `change(read, self, position)` read an item."""
    read = copy.shared_memory.ShareableList.__getitem__
    copy.shared_memory.ShareableList.__getitem__ = lambda self, position: change(
        read, self, position
    )


def assigning(copy: Any, change: Callable[[Any, Any, Any, Any], None]) -> None:
    """Let `change(assign, self, position, value)` assign an item."""
    assign = copy.shared_memory.ShareableList.__setitem__
    copy.shared_memory.ShareableList.__setitem__ = lambda self, position, value: change(
        assign, self, position, value
    )


@fails("list.getitem.from-both-ends")
def reading_from_the_back_misses_by_one(copy: Any) -> None:
    def read_item(read: Any, self: Any, position: Any) -> Any:
        return read(self, position + 1 if position == -2 else position)

    reading(copy, read_item)


@fails("list.getitem.beyond-the-end")
def reading_at_the_length_is_none(copy: Any) -> None:
    def read_item(read: Any, self: Any, position: Any) -> Any:
        return None if position == len(self) else read(self, position)

    reading(copy, read_item)


@fails("list.getitem.before-the-start")
def reading_far_back_starts_again(copy: Any) -> None:
    def read_item(read: Any, self: Any, position: Any) -> Any:
        is_before = type(position) is int and position < -len(self) < 0
        return read(self, position % len(self) if is_before else position)

    reading(copy, read_item)


@fails("list.getitem.checks-the-type-of-the-position")
def positions_to_read_are_converted(copy: Any) -> None:
    reading(copy, lambda read, self, position: read(self, int(position)))


@fails("list.setitem.from-both-ends")
def assignment_to_the_last_is_lost(copy: Any) -> None:
    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        if position != -1:
            assign(self, position, value)

    assigning(copy, assign_item)


@fails("list.setitem.replaces-one-item")
def assigned_bytes_clear_the_next_item(copy: Any) -> None:
    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        assign(self, position, value)
        if type(value) is bytes and 0 <= position < len(self) - 1:
            assign(self, position + 1, None)

    assigning(copy, assign_item)


@fails("list.setitem.beyond-the-end")
def assignment_at_the_length_is_lost(copy: Any) -> None:
    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        if position != len(self):
            assign(self, position, value)

    assigning(copy, assign_item)


@fails("list.setitem.before-the-start")
def assignment_far_back_is_lost(copy: Any) -> None:
    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        if type(position) is not int or position >= -len(self):
            assign(self, position, value)

    assigning(copy, assign_item)


@fails("list.setitem.out-of-range-changes-nothing")
def refused_position_changes_the_first_item(copy: Any) -> None:
    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        try:
            assign(self, position, value)
        except IndexError:
            if len(self):
                assign(self, 0, value)
            raise

    assigning(copy, assign_item)


@fails("list.setitem.checks-the-type-of-the-position")
def positions_to_assign_are_converted(copy: Any) -> None:
    assigning(
        copy, lambda assign, self, position, value: assign(self, int(position), value)
    )


@fails("list.slice.makes-no-list", "list.slice.is-refused")
def slice_is_a_new_list(copy: Any) -> None:
    def read_item(read: Any, self: Any, position: Any) -> Any:
        if isinstance(position, slice):
            return type(self)(list(self)[position])
        return read(self, position)

    reading(copy, read_item)


@fails("list.slice.is-refused")
def slice_is_a_plain_list(copy: Any) -> None:
    def read_item(read: Any, self: Any, position: Any) -> Any:
        if isinstance(position, slice):
            return list(self)[position]
        return read(self, position)

    reading(copy, read_item)


@fails("list.iteration.yields-the-values-in-order")
def iteration_ends_at_a_thousand(copy: Any) -> None:
    copy.shared_memory.ShareableList.__iter__ = lambda self: (
        self[position] for position in range(min(1000, len(self)))
    )


@fails("list.iteration.runs-independently")
def iteration_keeps_its_place_in_the_list(copy: Any) -> None:
    def iterate(self: Any) -> Any:
        self.place = 0
        while self.place < len(self):
            self.place += 1
            yield self[self.place - 1]

    copy.shared_memory.ShareableList.__iter__ = iterate


@fails("list.iteration.closed-is-an-error")
def iteration_of_a_closed_list_ends(copy: Any) -> None:
    def iterate(self: Any) -> Any:
        for position in range(len(self)):
            if self.shm.buf is None:
                return
            yield self[position]

    copy.shared_memory.ShareableList.__iter__ = iterate


@fails("list.iteration.closed-is-an-error")
def iteration_has_read_all_items_before(copy: Any) -> None:
    copy.shared_memory.ShareableList.__iter__ = lambda self: iter(
        [self[position] for position in range(len(self))]
    )


@fails("list.reversed.yields-the-values-backwards")
def reversed_goes_forwards(copy: Any) -> None:
    iterate = copy.shared_memory.ShareableList.__iter__
    copy.shared_memory.ShareableList.__reversed__ = iterate


@fails("list.contains.finds-equal-values")
def none_is_never_contained(copy: Any) -> None:
    copy.shared_memory.ShareableList.__contains__ = lambda self, value: (
        value is not None and value in list(self)
    )

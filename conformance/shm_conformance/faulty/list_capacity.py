"""Wrong ways of assignment to an item of a ShareableList."""

from __future__ import annotations

import struct
from typing import Any, Callable

from . import fails
from .list_items import assigning

TEXT = (str, bytes)


def storing(copy: Any, change: Callable[[Any], Any]) -> None:
    """Assign what *change* makes of a value."""
    assigning(
        copy,
        lambda assign, self, position, value: assign(self, position, change(value)),
    )


def clearing(copy: Any, is_cleared: Callable[[Exception], bool]) -> None:
    """Clear an item where assignment to it was refused with such an error."""

    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        try:
            assign(self, position, value)
        except Exception as error:
            if is_cleared(error):
                assign(self, position, None)
            raise

    assigning(copy, assign_item)


@fails("list.setitem.keeps-the-type")
def assigned_minus_zero_loses_its_sign(copy: Any) -> None:
    storing(copy, lambda it: it + 0.0 if type(it) is float else it)


@fails("list.setitem.changes-the-type")
def none_is_only_for_none(copy: Any) -> None:
    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        if value is None and type(self[position]) is bool:
            raise TypeError("a bool never becomes None")
        assign(self, position, value)

    assigning(copy, assign_item)


@fails("list.setitem.changes-the-type")
def a_bool_in_the_place_of_an_int_is_one(copy: Any) -> None:
    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        is_number = type(value) is bool and type(self[position]) is int
        assign(self, position, int(value) if is_number else value)

    assigning(copy, assign_item)


@fails("list.setitem.seven-bytes-fit-anywhere")
def seven_bytes_are_refused(copy: Any) -> None:
    def check(value: Any) -> Any:
        if type(value) in TEXT and len(value) == 7:
            raise ValueError("exceeds available storage")
        return value

    storing(copy, check)


@fails("list.setitem.too-long-is-refused", "list.setitem.stored-is-whole")
def too_long_is_a_typeerror(copy: Any) -> None:
    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        try:
            assign(self, position, value)
        except ValueError:
            raise TypeError("exceeds available storage") from None

    assigning(copy, assign_item)


@fails("list.setitem.too-long-is-refused")
def much_too_long_is_none(copy: Any) -> None:
    storing(copy, lambda it: None if type(it) in TEXT and len(it) == 500 else it)


@fails("list.setitem.too-long-changes-nothing")
def too_long_clears_the_item(copy: Any) -> None:
    clearing(copy, lambda error: type(error) is ValueError)


@fails("list.setitem.stored-is-whole")
def seventeenth_byte_is_cut_off(copy: Any) -> None:
    storing(copy, lambda it: it[:16] if type(it) in TEXT and len(it) == 17 else it)


@fails("list.setitem.room-is-counted-in-bytes")
def assigned_text_is_counted_in_characters(copy: Any) -> None:
    def cut(value: Any) -> Any:
        if type(value) is not str or len(value) > 8:
            return value
        return value.encode()[:8].decode("utf-8", "ignore")

    storing(copy, cut)


@fails("list.setitem.no-room-beyond-a-word")
def short_text_gets_a_word_more(copy: Any) -> None:
    for forms in copy._packing._SHORT.values():
        del forms[0]


@fails("list.setitem.room-stays")
def room_of_empty_text_is_lost(copy: Any) -> None:
    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        if value and type(value) in TEXT and self[position] == b"":
            raise ValueError("exceeds available storage")
        assign(self, position, value)

    assigning(copy, assign_item)


@fails("list.setitem.same-encoded-length-fits")
def room_is_for_as_many_characters(copy: Any) -> None:
    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        old = self[position] if type(value) is str else None
        if type(old) is str and len(value) > len(old) // 8 * 8 + 8:
            raise ValueError("exceeds available storage")
        assign(self, position, value)

    assigning(copy, assign_item)


@fails("list.setitem.shorter-leaves-no-rest")
def shorter_text_keeps_a_rest(copy: Any) -> None:
    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        old = self[position] if type(value) is str and len(value) == 20 else None
        assign(self, position, value + old[20:] if type(old) is str else value)

    assigning(copy, assign_item)


@fails("list.setitem.other-type-is-refused")
def assigned_bytearrays_become_bytes(copy: Any) -> None:
    storing(copy, lambda it: bytes(it) if type(it) is bytearray else it)


@fails("list.setitem.other-type-changes-nothing")
def refused_type_clears_the_item(copy: Any) -> None:
    clearing(copy, lambda error: isinstance(error, TypeError))


@fails("list.setitem.int-beyond-64-bit-is-refused")
def assigned_ints_are_clipped(copy: Any) -> None:
    def clip(value: Any) -> Any:
        return max(-(2**63), min(2**63 - 1, value)) if type(value) is int else value

    storing(copy, clip)


@fails("list.setitem.int-beyond-64-bit-changes-nothing")
def refused_int_clears_the_item(copy: Any) -> None:
    clearing(copy, lambda error: isinstance(error, struct.error))


@fails("list.setitem.surrogate-is-refused")
def assigned_surrogates_are_replaced(copy: Any) -> None:
    storing(
        copy,
        lambda it: it.encode("utf-8", "replace").decode() if type(it) is str else it,
    )


@fails("list.setitem.surrogate-changes-nothing")
def refused_text_clears_the_item(copy: Any) -> None:
    clearing(copy, lambda error: isinstance(error, UnicodeError))

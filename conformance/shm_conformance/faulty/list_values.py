"""Wrong ways with the values of a new ShareableList."""

from __future__ import annotations

import struct
import unicodedata
from math import isnan
from typing import Any, Callable

from . import fails


def making(copy: Any, change: Callable[[Any], Any]) -> None:
    """Store what *change* makes of each value of a new list."""
    init = copy.shared_memory.ShareableList.__init__

    def new(self: Any, sequence: Any = None, *, name: Any = None) -> None:
        values = sequence if sequence is None else [change(it) for it in sequence]
        init(self, values, name=name)

    copy.shared_memory.ShareableList.__init__ = new


def leaving_a_block(copy: Any, is_left: Callable[[Exception], bool]) -> None:
    """Leave a block under the name of a list that was refused with such an error."""
    init = copy.shared_memory.ShareableList.__init__

    def new(self: Any, sequence: Any = None, *, name: Any = None) -> None:
        try:
            init(self, sequence, name=name)
        except Exception as error:
            if name is not None and is_left(error):
                copy.shared_memory.SharedMemory(name, create=True, size=8)
            raise

    copy.shared_memory.ShareableList.__init__ = new


@fails("list.int.signed-64-bit")
def largest_int_is_one_less(copy: Any) -> None:
    largest = 2**63 - 1
    making(copy, lambda it: it - 1 if type(it) is int and it == largest else it)


@fails("list.int.beyond-64-bit-is-refused")
def large_ints_are_clipped(copy: Any) -> None:
    def clip(value: Any) -> Any:
        return max(-(2**63), min(2**63 - 1, value)) if type(value) is int else value

    making(copy, clip)


@fails("list.float.exact")
def minus_zero_loses_its_sign(copy: Any) -> None:
    making(copy, lambda it: it + 0.0 if type(it) is float else it)


@fails("list.float.nan")
def nan_becomes_none(copy: Any) -> None:
    making(copy, lambda it: None if type(it) is float and isnan(it) else it)


@fails("list.types.come-back")
def false_becomes_zero(copy: Any) -> None:
    making(copy, lambda it: 0 if it is False else it)


@fails("list.bytes.every-byte")
def high_bytes_lose_a_bit(copy: Any) -> None:
    making(copy, lambda it: it.replace(b"\x80", b"?") if type(it) is bytes else it)


@fails("list.bytes.every-length")
def bytes_that_fill_their_room_lose_one(copy: Any) -> None:
    making(copy, lambda it: it[:-1] if type(it) is bytes and len(it) == 24 else it)


@fails("list.str.every-length")
def text_that_fills_its_room_loses_a_character(copy: Any) -> None:
    making(copy, lambda it: it[:-1] if type(it) is str and len(it) == 24 else it)


@fails("list.str.encoded-longer-than-its-length")
def room_for_text_is_counted_in_characters(copy: Any) -> None:
    def cut(value: Any) -> Any:
        if type(value) is not str:
            return value
        return value.encode()[: len(value) // 8 * 8 + 8].decode("utf-8", "ignore")

    making(copy, cut)


@fails("list.str.not-normalised")
def text_is_normalised(copy: Any) -> None:
    making(copy, lambda it: unicodedata.normalize("NFC", it) if type(it) is str else it)


@fails("list.nul.inner-is-kept", "list.nul.padded-is-whole")
def text_ends_at_its_first_nul(copy: Any) -> None:
    making(copy, lambda it: it.split("\0")[0] if type(it) is str else it)


@fails("list.nul.inner-is-kept")
def nine_nuls_become_eight(copy: Any) -> None:
    making(copy, lambda it: it.replace(bytes(9), bytes(8)) if type(it) is bytes else it)


@fails("list.nul.padded-is-whole")
def control_characters_at_the_end_are_stripped(copy: Any) -> None:
    making(copy, lambda it: it.rstrip("\0\x07") if type(it) is str else it)


@fails("list.nul.trailing-all-or-none")
def nothing_but_nuls_becomes_none(copy: Any) -> None:
    making(copy, lambda it: None if it in ("\0", b"\0\0") else it)


@fails("list.types.others-are-refused")
def bytearrays_become_bytes(copy: Any) -> None:
    making(copy, lambda it: bytes(it) if type(it) is bytearray else it)


@fails("list.types.subclass-is-equal-or-refused")
def subclass_of_int_becomes_a_bool(copy: Any) -> None:
    making(
        copy,
        lambda it: bool(it) if isinstance(it, int) and type(it) is not int else it,
    )


@fails("list.str.surrogate-is-refused")
def surrogates_are_replaced(copy: Any) -> None:
    making(
        copy,
        lambda it: it.encode("utf-8", "replace").decode() if type(it) is str else it,
    )


@fails("list.create.refused-type-leaves-no-block")
def refused_type_leaves_a_block(copy: Any) -> None:
    leaving_a_block(copy, lambda error: isinstance(error, TypeError))


@fails("list.create.refused-int-leaves-no-block")
def refused_int_leaves_a_block(copy: Any) -> None:
    leaving_a_block(copy, lambda error: isinstance(error, struct.error))


@fails("list.create.refused-str-leaves-no-block")
def refused_str_leaves_a_block(copy: Any) -> None:
    leaving_a_block(copy, lambda error: isinstance(error, UnicodeError))


@fails("list.create.refused-iterator-leaves-no-block")
def refused_iterator_leaves_a_block(copy: Any) -> None:
    init = copy.shared_memory.ShareableList.__init__

    def new(self: Any, sequence: Any = None, *, name: Any = None) -> None:
        if hasattr(sequence, "__next__"):
            copy.shared_memory.SharedMemory(name, create=True, size=8)
            raise TypeError("an iterator")
        init(self, sequence, name=name)

    copy.shared_memory.ShareableList.__init__ = new


@fails("list.create.refused-length-leaves-no-block")
def refused_length_leaves_a_block(copy: Any) -> None:
    leaving_a_block(copy, lambda error: type(error) is ValueError)


def limiting(copy: Any, kind: Any, limit: int) -> None:
    """Refuse longer values of a type."""

    def check(value: Any) -> Any:
        if type(value) is kind and len(value) > limit:
            raise ValueError("too long")
        return value

    making(copy, check)


@fails("list.bytes.nearly-10m", "list.bytes.just-below-10m")
def bytes_end_at_a_million(copy: Any) -> None:
    limiting(copy, bytes, 1_000_000)


@fails("list.bytes.just-below-10m")
def bytes_end_below_a_full_slot(copy: Any) -> None:
    limiting(copy, bytes, 9_999_991)


@fails("list.str.nearly-10m", "list.str.just-below-10m")
def text_ends_at_a_million(copy: Any) -> None:
    limiting(copy, str, 1_000_000)


@fails("list.str.just-below-10m")
def text_ends_below_a_full_slot(copy: Any) -> None:
    limiting(copy, str, 9_999_991)


@fails("list.types.10m-is-refused")
def ten_million_bytes_are_cut(copy: Any) -> None:
    making(copy, lambda it: it[:9_999_999] if type(it) is bytes else it)

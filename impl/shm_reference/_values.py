"""What an item of a ShareableList is, as bytes: its content, its format and its code.

A format is held as the word of eight bytes that it is in the block, read as a
number, as that is quicker to compare than its text.
"""

from __future__ import annotations

import struct
import sys
from functools import lru_cache
from typing import Any, Callable, Dict, NamedTuple

# The format of a slot has eight characters, and its last is the "s".
LONGEST = 9_999_999
WORD = 8

NUMBER, STR, BYTES, NONE = range(4)

TOO_LONG = "bytes/str item exceeds available storage"


def word(format: str) -> int:
    """Return a format as it stands in the block, read as a number."""
    text = format.encode().ljust(WORD, b"\0")
    return int.from_bytes(text, sys.byteorder, signed=True)


INT, FLOAT, BOOL, NOTHING = map(word, ("q", "d", "xxxxxxx?", "xxxxxx?x"))


class Remembered(Dict[int, int]):
    """The results of a function by its argument; when they are many, all are forgotten.

    Whoever writes to a block says what is asked, so they must not pile up. It has no
    order, as `lru_cache` has, which on PyPy takes longer than what is remembered here.
    """

    def __init__(self, function: Callable[[int], int]) -> None:
        self._function = function

    def __missing__(self, argument: int) -> int:
        result = self._function(argument)
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        self[argument] = result
        return result


MOST_REMEMBERED = 4096


def _width(format: int) -> int:
    digits, last = text(format)[:-1], text(format)[-1:]
    if last != b"s" or not digits.isdigit() or not int(digits):
        raise KeyError(format)
    return int(digits)


# How many bytes a format of strings asks for (KeyError for one of others), and the
# format that asks for so many bytes.
WIDTHS = Remembered(_width)
STRINGS = Remembered(lambda width: word(f"{width}s"))
# The widths of strings for which there are Structs; longer ones are sliced.
SHORT = range(WORD, 1025, WORD)


class UnsupportedTypeError(KeyError, TypeError):
    """A value whose type cannot be stored; KeyError is what CPython raises."""

    def __str__(self) -> str:
        return str(self.args[0])


class Item(NamedTuple):
    """A value as bytes; strings have no *format* of their own (0), but their slot's."""

    format: int
    code: int
    content: bytes


def encode(value: object) -> Item:
    """Turn *value* into bytes, or refuse it.

    Raises UnsupportedTypeError for other types (subclasses too: they would not come
    back as what they were), struct.error for an int beyond 64 bits,
    UnicodeEncodeError for a str that is no text, ValueError for 10M bytes.
    """
    try:
        encoder = _ENCODERS[type(value)]
    except KeyError:
        raise unsupported(type(value)) from None
    return encoder(value)


def code_of(value: object) -> int | None:
    """Return the code of all items that can be equal to *value*; None if unknown."""
    return _CODES.get(type(value))


def unsupported(kind: type) -> UnsupportedTypeError:
    """Say that values of a type cannot be stored."""
    return UnsupportedTypeError(f"{kind.__name__} cannot be stored in a ShareableList")


def too_long(content: bytes) -> ValueError:
    """Say that a string is beyond what any item may be."""
    return ValueError(f"{TOO_LONG}: {len(content)} bytes, at most {LONGEST}")


def _scalar(format: str, code: int = NUMBER) -> Callable[[Any], Item]:
    pack, number = struct.Struct(format).pack, word(format)
    return lambda value: Item(number, code, pack(value))


def _string(content: bytes, code: int) -> Item:
    if len(content) > LONGEST:
        raise too_long(content)
    return Item(0, code, content)


_ENCODERS: dict[type, Callable[[Any], Item]] = {
    int: _scalar("q"),
    float: _scalar("d"),
    bool: _scalar("xxxxxxx?"),
    type(None): _scalar("xxxxxx?x", NONE),
    str: lambda value: _string(value.encode(), STR),
    bytes: lambda value: _string(value, BYTES),
}


_CODES = {
    int: NUMBER,
    float: NUMBER,
    bool: NUMBER,
    type(None): NONE,
    str: STR,
    bytes: BYTES,
}


def decode(memory: Any, at: int, format: int, code: int) -> object:
    """Return the value that lies *at* a place; ValueError if that cannot be one."""
    if code == NONE:
        return None
    if code == NUMBER:
        # Each has a Struct of its own, which PyPy compiles into one access.
        if format == INT:
            return _int_at(memory, at)[0]
        if format == FLOAT:
            return _float_at(memory, at)[0]
        if format == BOOL:
            return _bool_at(memory, at)[0]
    if code not in (STR, BYTES):
        raise _contradiction(format, code)
    try:
        content = _strings_at[format](memory, at)[0]
    except (KeyError, struct.error):
        # A long one, or one that a broken block makes wider than itself.
        try:
            width = WIDTHS[format]
        except KeyError:
            raise _contradiction(format, code) from None
        content = bytes(memory[at : at + width])
    content = content.rstrip(b"\0")
    return content.decode() if code == STR else content


def form(formats: bytes) -> struct.Struct:
    """Return what packs items one after the other; many lists are alike.

    Of long ones none is kept, as a Struct takes thirty times the room of its format.
    """
    return _kept(formats) if len(formats) <= _LONG else struct.Struct(b"=" + formats)


_LONG = 8192


@lru_cache(maxsize=16)
def _kept(formats: bytes) -> struct.Struct:
    return struct.Struct(b"=" + formats)


def _contradiction(format: int, code: int) -> ValueError:
    return ValueError(f"an item has code {code} and format {text(format)!r}")


_int_at = struct.Struct("q").unpack_from
_float_at = struct.Struct("d").unpack_from
_bool_at = struct.Struct("xxxxxxx?").unpack_from
_strings_at = {STRINGS[it]: struct.Struct(f"{it}s").unpack_from for it in SHORT}


def text(format: int) -> bytes:
    """Return a format as the bytes that stand in the block, without padding."""
    return format.to_bytes(WORD, sys.byteorder, signed=True).rstrip(b"\0")

"""How the items of a ShareableList lie in its block; CPython 3.9 and later.

With N items whose slots are K bytes long together, native byte order:

    at             length     content
    0              8          N
    8              8 * (N+1)  where each slot begins, relative to the first; then K
    8 * (N+2)      K          the slots, each a multiple of 8 long
    ... + K        8 * N      a struct format per item, text padded with NULs
    ... + 8 * N    N          a code per item: 0 number, 1 str, 2 bytes, 3 None

Other processes may give a slot another type at any time, so format and code
are read at every access; where the slots lie never changes.
Code 3 makes a reader see None whatever the slot holds. A change of type goes
through it, so that a writer killed half-way leaves the old value, None, or
the new one.
"""

from __future__ import annotations

import struct
from array import array
from typing import Any, Callable, NamedTuple, Sequence

# The format of a slot has eight characters, and its last is the "s".
LONGEST = 9_999_999

NUMBER, STR, BYTES, NONE = range(4)

_WORD = 8
_ATTEMPTS = 100
_TOO_LONG = "bytes/str item exceeds available storage"


class UnsupportedTypeError(KeyError, TypeError):
    """A value whose type cannot be stored; KeyError is what CPython raises."""

    def __str__(self) -> str:
        return str(self.args[0])


class Item(NamedTuple):
    """A value as bytes; strings have no *format* of their own, but their slot's."""

    format: str
    code: int
    content: bytes

    @property
    def slot(self) -> int:
        """How many bytes to allot."""
        return max(_WORD, -(-len(self.content) // _WORD) * _WORD)


def encode(value: object) -> Item:
    """Turn *value* into bytes, or refuse it.

    Raises UnsupportedTypeError for other types (subclasses too: they would not come
    back as what they were), struct.error for an int beyond 64 bits,
    UnicodeEncodeError for a str that is no text, ValueError for 10M bytes.
    """
    try:
        encoder = _ENCODERS[type(value)]
    except KeyError:
        message = f"{type(value).__name__} cannot be stored in a ShareableList"
        raise UnsupportedTypeError(message) from None
    return encoder(value)


def _scalar(format: str, code: int = NUMBER) -> Callable[[Any], Item]:
    pack = struct.Struct(format).pack
    return lambda value: Item(format, code, pack(value))


def _string(content: bytes, code: int) -> Item:
    if len(content) > LONGEST:
        raise ValueError(f"{_TOO_LONG}: {len(content)} bytes, at most {LONGEST}")
    return Item("", code, content)


_ENCODERS: dict[type, Callable[[Any], Item]] = {
    int: _scalar("q"),
    float: _scalar("d"),
    bool: _scalar("xxxxxxx?"),
    type(None): _scalar("xxxxxx?x", NONE),
    str: lambda value: _string(value.encode("utf-8"), STR),
    bytes: lambda value: _string(value, BYTES),
}


def _text(format: str) -> bytes:
    return format.encode().ljust(_WORD, b"\0")


_SCALARS = {_text(it): struct.Struct(it).unpack_from for it in ("q", "d", "xxxxxxx?")}


class Layout:
    """Where the items of one list lie; knows positions, keeps no values."""

    __slots__ = ("codes", "formats", "length", "offsets", "size", "slots")

    def __init__(self, offsets: Sequence[int]) -> None:
        self.offsets = offsets
        self.length = len(offsets) - 1
        self.slots = _WORD * (self.length + 2)
        self.formats = self.slots + offsets[-1]
        self.codes = self.formats + _WORD * self.length
        self.size = self.codes + self.length

    @classmethod
    def fit(cls, items: Sequence[Item]) -> Layout:
        """Return the layout with just enough room for *items*."""
        offsets = array("q", [0])
        for item in items:
            offsets.append(offsets[-1] + item.slot)
        return cls(offsets)

    @classmethod
    def find(cls, memory: memoryview) -> Layout:
        """Return the layout in *memory*; ValueError if it holds no list."""
        count = length(memory) if len(memory) >= 2 * _WORD else -1
        if 0 <= count <= (len(memory) - 2 * _WORD) // _WORD:
            offsets = array("q", bytes(memory[_WORD : _WORD * (count + 2)]))
            layout = cls(offsets)
            if _is_rising(offsets) and layout.size <= len(memory):
                return layout
        raise ValueError("the block holds no ShareableList in the layout of Python 3.9")

    def fill(self, memory: memoryview, items: Sequence[Item]) -> None:
        """Write a new list; *memory* is all zero, and of this layout's size."""
        header = array("q", [self.length])
        header.extend(self.offsets)
        memory[: self.slots] = header.tobytes()
        for start, item in zip(self.offsets, items):
            begin = self.slots + start
            memory[begin : begin + len(item.content)] = item.content
        formats = b"".join(_text(it.format or _string_format(it.slot)) for it in items)
        memory[self.formats : self.codes] = formats
        memory[self.codes : self.size] = bytes(it.code for it in items)

    def format(self, memory: memoryview, position: int) -> str:
        """Return the struct format of one item."""
        return self._format(memory, position).rstrip(b"\0").decode()

    def get(self, memory: memoryview, position: int) -> object:
        """Return one value, of one moment; ValueError if there is none to be had."""
        for _ in range(_ATTEMPTS):
            code = memory[self.codes + position]
            text = self._format(memory, position)
            try:
                value = self._decode(memory, position, text, code)
            except ValueError as broken:
                error = broken
            else:
                if memory[self.codes + position] == code:
                    return value
                error = ValueError(f"item {position} never keeps its type")
        raise error

    def set(self, memory: memoryview, position: int, item: Item) -> None:
        """Replace one value, or raise ValueError and change nothing."""
        format, content = self._place(position, item)
        code_at, format_at = self.codes + position, self.formats + _WORD * position
        start = self.slots + self.offsets[position]
        text = _text(format)
        is_retyped = memory[code_at] != item.code or (
            self._format(memory, position) != text
        )
        if is_retyped:
            memory[code_at] = NONE
        memory[start : start + len(content)] = content
        if is_retyped:
            memory[format_at : format_at + _WORD] = text
            memory[code_at] = item.code

    def _place(self, position: int, item: Item) -> tuple[str, bytes]:
        if item.format:
            return item.format, item.content
        room = min(self.offsets[position + 1] - self.offsets[position], LONGEST)
        if len(item.content) > room:
            raise ValueError(_TOO_LONG)
        return _string_format(room), item.content.ljust(room, b"\0")

    def _format(self, memory: memoryview, position: int) -> bytes:
        start = self.formats + _WORD * position
        return bytes(memory[start : start + _WORD])

    def _decode(
        self, memory: memoryview, position: int, text: bytes, code: int
    ) -> object:
        if code == NONE:
            return None
        start = self.slots + self.offsets[position]
        if code == NUMBER and text in _SCALARS:
            return _SCALARS[text](memory, start)[0]
        width = text.rstrip(b"\0")[:-1]
        if code not in (STR, BYTES) or not width.isdigit():
            raise ValueError(f"item {position} has code {code} and format {text!r}")
        content = bytes(memory[start : start + int(width)]).rstrip(b"\0")
        return content.decode("utf-8") if code == STR else content


def length(memory: memoryview) -> int:
    """Return the number of items that the block itself claims."""
    return int(struct.unpack_from("q", memory)[0])


def _string_format(slot: int) -> str:
    # The largest slot is longer than its format can say, and than any value.
    return f"{min(slot, LONGEST)}s"


def _is_rising(offsets: Sequence[int]) -> bool:
    steps = zip(offsets, offsets[1:])
    return offsets[0] == 0 and all(end - start >= _WORD for start, end in steps)

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
import time
from operator import sub
from typing import Sequence

from . import _values, _writing
from ._values import LONGEST, NONE, STRINGS, TOO_LONG, WORD, Item

_ATTEMPTS = 100
# Who is in the middle of a change may have lost its turn: after some attempts it is
# waited for, for some ten milliseconds in all.
_SOON = 10
_PAUSE = 0.0001

# The bytes of a list without items.
_EMPTY = 2 * WORD

# Of a long list that is attached, so many items are found in the block itself
# before it pays to learn where all of them are: a share of the whole.
_PATIENCE = 64

_words_at = struct.Struct("q").unpack_from
_bounds_at = struct.Struct("2q").unpack_from


class Layout:
    """Where the items of one list lie; knows positions, keeps no values.

    *starts* are the words of the block at which the slots begin, nothing if they
    are yet to be learned; *room* is the bytes of all slots.
    """

    __slots__ = ("codes", "formats", "length", "patience", "room", "size", "starts")

    def __init__(self, length: int, room: int, starts: Sequence[int] = ()) -> None:
        self.length = length
        self.room = room
        self.starts = starts
        self.patience = length // _PATIENCE
        self.formats = WORD * (length + 2) + room
        self.codes = self.formats + WORD * length
        self.size = self.codes + length

    @classmethod
    def find(cls, memory: memoryview) -> Layout:
        """Return the layout in *memory*; ValueError if it holds no list.

        Of a list, however long, this looks at both ends only.
        """
        count = length(memory) if len(memory) >= _EMPTY else -1
        if 0 <= count <= (len(memory) - _EMPTY) // WORD:
            (first,), (room,) = (_words_at(memory, WORD * it) for it in (1, count + 1))
            layout = cls(count, room)
            is_aligned = first == 0 and room >= WORD * count and room % WORD == 0
            if is_aligned and layout.size <= len(memory):
                return layout
        raise _no_list()

    def slot(self, memory: memoryview, position: int) -> tuple[int, int]:
        """Return where one slot begins and ends; ValueError if that cannot be."""
        start, end = _bounds_at(memory, WORD * (position + 1))
        if not 0 <= start <= end - WORD <= self.room - WORD or start % WORD:
            raise _no_list()
        first = WORD * (self.length + 2)
        self.patience -= 1
        if self.patience < 0:
            self.load(memory)
        return first + start, first + end

    def load(self, memory: memoryview) -> None:
        """Learn where each slot begins, once; ValueError if they overlap."""
        if self.starts or not self.length:
            return
        offsets = struct.unpack_from(f"{self.length + 1}q", memory, WORD)
        if offsets[-1] != self.room or min(map(sub, offsets[1:], offsets)) < WORD:
            raise _no_list()
        first = self.length + 2
        self.starts = [first + it // WORD for it in offsets[:-1]]

    def format(self, memory: memoryview, position: int) -> str:
        """Return the struct format of one item."""
        return _values.text(self._format(memory, position)).decode()

    def all_formats(self, memory: memoryview) -> str:
        """Return the struct formats of all items, joined."""
        formats = bytes(memory[self.formats : self.codes])
        return formats.translate(None, b"\0").decode()

    def get(self, memory: memoryview, position: int) -> object:
        """Return one value, of one moment; ValueError if there is none to be had."""
        starts = self.starts
        at = WORD * starts[position] if starts else self.slot(memory, position)[0]
        try:
            return self._get_once(memory, position, at)
        except ValueError:
            return self._get_again(memory, position, at)

    def _get_once(self, memory: memoryview, position: int, at: int) -> object:
        code = memory[self.codes + position]
        format = self._format(memory, position)
        value = _values.decode(memory, at, format, code)
        if memory[self.codes + position] != code or (
            self._format(memory, position) != format
        ):
            raise ValueError("it never keeps its type")
        return value

    def _get_again(self, memory: memoryview, position: int, at: int) -> object:
        for attempt in range(_ATTEMPTS):
            if attempt > _SOON:
                time.sleep(_PAUSE)
            try:
                return self._get_once(memory, position, at)
            except ValueError as broken:
                error = broken
        if isinstance(error, UnicodeDecodeError):
            # What the standard library raises where a text was cut.
            raise error
        raise ValueError(f"item {position} cannot be read: {error}") from error

    def set(self, memory: memoryview, position: int, item: Item) -> None:
        """Replace one value, or raise ValueError and change nothing."""
        start, end = self.slot(memory, position)
        format, content = _place(item, min(end - start, LONGEST))
        code_at = self.codes + position
        if memory[code_at] == item.code and self._format(memory, position) == format:
            _writing.write(memory, start, content)
        else:
            _writing.write(memory, code_at, bytes([NONE]))
            _writing.write(memory, start, content)
            format_at = self.formats + WORD * position
            _writing.write(memory, format_at, struct.pack("q", format))
            _writing.write(memory, code_at, bytes([item.code]))

    def _format(self, memory: memoryview, position: int) -> int:
        found: int = _words_at(memory, self.formats + WORD * position)[0]
        return found


def length(memory: memoryview) -> int:
    """Return the number of items that the block itself claims."""
    return int(_words_at(memory)[0])


def _no_list() -> ValueError:
    return ValueError("the block holds no ShareableList in the layout of Python 3.9")


def _place(item: Item, room: int) -> tuple[int, bytes]:
    if item.format:
        return item.format, item.content
    if len(item.content) > room:
        raise ValueError(TOO_LONG)
    return STRINGS[room], item.content.ljust(room, b"\0")

"""The items of a ShareableList, quickly: short values are read as words of the block.

For CPython, where a call costs more than what it does: what is usual is done
without one, through views that the handle of the block lends, and takes back when
it is closed. Whatever is unusual, a value in the middle of a change included, is
left to `_items`: there it is read with care, or becomes an error with a name.

Of an item the format is read first, then the value, then the code. Who changes the
type of an item makes the code None before all else and what it will be after all
else, so a value of a half-made change is not taken. Two things are not noticed, as
little as in the standard library: that after the format was read a number has wholly
become a number of another type, and that a type has changed and changed back.
"""

# The handle is used more closely than a program may: its views and its mapping.
# ruff: noqa: SLF001

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator, Sequence

from ._items import Items
from ._values import BOOL, BYTES, FLOAT, INT, NONE, NUMBER, STR, WIDTHS, WORD

if TYPE_CHECKING:
    from .shared_memory import SharedMemory

# A position out of range or of another type, a view that is not lent (any more), a
# format of no string, a value that is refused: `_items` knows which.
_UNUSUAL = LookupError, TypeError, ValueError, NotImplementedError


class QuickItems(Items):
    """What a list is to who has one, on CPython."""

    _mapping: Any
    _shm: Any
    _words: Any
    _floats: Any
    _formats: Any
    _codes: Any
    _starts: Sequence[int]

    @property
    def shm(self) -> SharedMemory:
        """The block in which the list lies."""
        shm: SharedMemory = self._shm
        return shm

    @shm.setter
    def shm(self, shm: SharedMemory) -> None:
        self._shm = shm
        self._words = self._floats = self._formats = self._codes = self._starts = ()

    def _learn(self, memory: memoryview) -> None:
        super()._learn(memory)
        # The quick ways are those of a list without items.
        self.shm = self._shm

    def _prepare(self) -> None:
        """Get what the quick ways need; of a long list that is hardly used, not all."""
        self._memory()
        layout = self._layout
        self._starts = layout.starts
        if not self._words and hasattr(self._shm, "_lend"):
            self._floats = self._shm._lend("d", 0, layout.formats)
            self._formats = self._shm._lend("q", layout.formats, layout.codes)
            self._codes = self._shm._lend("B", layout.codes, layout.size)
            self._words = self._shm._lend("q", 0, layout.formats)

    def __getitem__(self, position: int) -> Any:
        try:
            format = self._formats[position]
            if format == INT:
                value = self._words[self._starts[position]]
            elif format == FLOAT:
                value = self._floats[self._starts[position]]
            elif (code := self._codes[position]) == STR:
                at = WORD * self._starts[position]
                content = self._shm._mmap[at : at + WIDTHS[format]].rstrip(b"\0")
                value = content.decode()
                return value if self._codes[position] == STR else self._read(position)
            elif code == NONE and self._starts[position]:
                # None begins at 0; what is no position of a list is refused by `_starts`.
                return None
            else:
                return self._get_other(position, format, code)
            if self._codes[position] == NUMBER:
                return value
        except _UNUSUAL:
            self._prepare()
        return self._read(position)

    def _get_other(self, position: int, format: int, code: int) -> Any:
        """Return a bool or bytes, or whatever else it is."""
        at = WORD * self._starts[position]
        if code == BYTES:
            value = self._shm._mmap[at : at + WIDTHS[format]].rstrip(b"\0")
        elif code == NUMBER and format == BOOL:
            value = self._shm._mmap[at + 7] != 0
        else:
            return self._read(position)
        return value if self._codes[position] == code else self._read(position)

    def __setitem__(self, position: int, value: Any) -> None:
        kind = type(value)
        try:
            # Like is replaced by like, if that is what is asked.
            if kind is int and self._formats[position] == INT:
                if self._codes[position] == NUMBER:
                    self._words[self._starts[position]] = value
                    return
            elif kind is float and self._formats[position] == FLOAT:
                if self._codes[position] == NUMBER:
                    self._floats[self._starts[position]] = value
                    return
            elif self._put_string(position, kind, value):
                return
        except _UNUSUAL:
            self._prepare()
        self._write(position, value)

    def _put_string(self, position: int, kind: type, value: Any) -> bool:
        if kind is str:
            code, content = STR, value.encode()
        elif kind is bytes:
            code, content = BYTES, value
        else:
            return False
        if self._codes[position] != code:
            return False
        width = WIDTHS[self._formats[position]]
        starts, following = self._starts, position + 1
        # The last item, counted from either end, is followed by the formats.
        is_inner = following and following < len(starts)
        end = starts[following] if is_inner else len(self._words)
        if not len(content) <= width <= WORD * (end - starts[position]):
            return False
        at = WORD * starts[position]
        self._shm._mmap[at : at + width] = content.ljust(width, b"\0")
        return True

    def __iter__(self) -> Iterator[Any]:
        if type(self).__getitem__ is not QuickItems.__getitem__:
            return Items.__iter__(self)
        memory = self._memory()
        self._layout.load(memory)
        self._prepare()
        return self._iterate()

    def _iterate(self) -> Iterator[Any]:
        shm, words, floats, codes = self._shm, self._words, self._floats, self._codes
        position = 0
        try:
            for start, format, code in zip(self._starts, self._formats, codes):
                if code == NUMBER:
                    if format == INT:
                        value = words[start]
                    elif format == FLOAT:
                        value = floats[start]
                    else:
                        value = self._get_other(position, format, code)
                elif code < NONE:
                    at = WORD * start
                    value = shm._mmap[at : at + WIDTHS[format]].rstrip(b"\0")
                    if code == STR:
                        value = value.decode()
                else:
                    value = None if code == NONE else self._read(position)
                yield value if codes[position] == code else self._read(position)
                position += 1
        except _UNUSUAL:
            pass
        for place in range(position, self._layout.length):
            yield self._read(place)

    def _has_usual_ways(self) -> bool:
        kind, ours = type(self), QuickItems
        return kind.__getitem__ is ours.__getitem__ and kind.__iter__ is ours.__iter__

    def __len__(self) -> int:
        try:
            length: int = self._words[0]
        except _UNUSUAL:
            self._prepare()
            return super().__len__()
        return length

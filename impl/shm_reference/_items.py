"""The items of a ShareableList as a sequence, read and written by the layout alone.

Whatever is asked is asked of the block, as other processes may change an item at
any moment. Where code is not compiled, what asks for all items gets them by runs,
each of one moment. Where they lie is asked once, as that stays; of a list in the
making it is not known yet.
"""

from __future__ import annotations

import operator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Iterator

from . import _layout, _runs, _values
from ._writing import IS_COMPILED

if TYPE_CHECKING:
    from .shared_memory import SharedMemory


class Items:
    """What a list is to who has one; how it is made is another matter."""

    _shm: SharedMemory
    _layout: _layout.Layout

    @property
    def shm(self) -> SharedMemory:
        """The block in which the list lies."""
        return self._shm

    @shm.setter
    def shm(self, shm: SharedMemory) -> None:
        self._shm = shm

    def __getitem__(self, position: int) -> Any:
        return self._read(position)

    def _read(self, position: int) -> Any:
        memory = self._memory()
        index = self._index(position, "index out of range")
        return self._layout.get(memory, index)

    def __setitem__(self, position: int, value: object) -> None:
        self._write(position, value)

    def _write(self, position: int, value: object) -> None:
        memory = self._memory()
        index = self._index(position, "assignment index out of range")
        self._layout.set(memory, index, _values.encode(value))

    def __iter__(self) -> Iterator[Any]:
        self._memory()
        for position in range(self._layout.length):
            yield self[position]

    def __len__(self) -> int:
        # It never changes once it is there.
        length = self._layout.length
        if length and self._shm.buf is not None:
            return length
        return _layout.length(self._memory())

    @property
    def format(self) -> str:
        """The struct formats of all items, joined."""
        memory = self._memory()
        return self._layout.all_formats(memory)

    def count(self, value: object) -> int:
        """Return how many items are equal to *value*."""
        code = _values.code_of(value)
        if code is None or not self._has_runs():
            return sum(value == it for it in self)
        return sum(it.count(value) for it in self._runs(code))

    def index(self, value: object) -> int:
        """Return the position of the first item equal to *value*, or ValueError."""
        position = self._search(value)
        if position is None:
            raise ValueError(f"{value!r} not in this container")
        return position

    def _search(self, value: object) -> int | None:
        code = _values.code_of(value)
        if code is not None and self._has_runs():
            # One that cannot be read may come later than the one that is searched.
            with suppress(ValueError):
                return self._search_runs(value, code)
        return next((at for at, it in enumerate(self) if value == it), None)

    def _search_runs(self, value: object, code: int) -> int | None:
        before = 0
        for run in self._runs(code):
            if value in run:
                return before + run.index(value)
            before += len(run)
        return None

    def _values(self) -> list[Any]:
        if not self._has_runs():
            return list(self)
        return [it for run in self._runs() for it in run]

    def _runs(self, wanted: int | None = None) -> Iterator[list[Any]]:
        memory = self._memory()
        return _runs.read(self._layout, memory, wanted)

    def _has_runs(self) -> bool:
        """Tell whether it is quicker to read all items at once, and no other result."""
        return not IS_COMPILED and self._has_usual_ways()

    def _has_usual_ways(self) -> bool:
        """Tell whether no subclass has changed what it is to read an item."""
        kind = type(self)
        return kind.__getitem__ is Items.__getitem__ and kind.__iter__ is Items.__iter__

    @property
    def _list_len(self) -> int:
        return self._layout.length

    def _get_packing_format(self, position: int) -> str:
        memory = self._memory()
        index = self._index(position, "Requested position out of range.")
        return self._layout.format(memory, index)

    def _index(self, position: int, complaint: str) -> int:
        index, length = operator.index(position), self._layout.length
        if index < 0:
            index += length
        if not 0 <= index < length:
            raise IndexError(complaint)
        return index

    def _memory(self) -> memoryview:
        memory = self._view()
        if memory is None:
            message = f"operation on a closed block: {self._shm.name!r}"
            raise ValueError(message) from None
        if not self._layout.length and _layout.length(memory):
            self._learn(memory)
        return memory

    def _view(self) -> memoryview | None:
        return self._shm.buf

    def _learn(self, memory: memoryview) -> None:
        """Find the items of a list that had none yet when it was attached."""
        self._layout = _layout.Layout.find(memory)

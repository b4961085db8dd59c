"""The items of a ShareableList where threads run at once, and memoryviews do not expect it.

Without the GIL, CPython 3.13 loses count of who looks at the memory behind a
memoryview that several threads use (gh-127085): its release() then raises SystemError,
and the block could not be closed. So the threads of a process take turns at a list.
Other processes are no part of it, there as everywhere.
"""

from __future__ import annotations

import sys
import threading
from functools import wraps
from typing import TYPE_CHECKING, Any, Callable, Iterator

from ._items import Items

if TYPE_CHECKING:
    from .shared_memory import SharedMemory

_HAS_GIL = getattr(sys, "_is_gil_enabled", lambda: True)()
IS_NEEDED = not _HAS_GIL and sys.version_info < (3, 14)


def _in_turn(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def in_turn(self: LockedItems, *arguments: Any) -> Any:
        with self._lock:
            return method(self, *arguments)

    return in_turn


class LockedItems(Items):
    """What a list is to who has one, when one thread at a time is let in."""

    _lock: threading.RLock

    @property
    def shm(self) -> SharedMemory:
        """The block in which the list lies."""
        return self._shm

    @shm.setter
    def shm(self, shm: SharedMemory) -> None:
        self._shm = shm
        self._lock = threading.RLock()

    __getitem__ = _in_turn(Items.__getitem__)
    __setitem__ = _in_turn(Items.__setitem__)
    __len__ = _in_turn(Items.__len__)
    count = _in_turn(Items.count)
    index = _in_turn(Items.index)
    _values = _in_turn(Items._values)  # noqa: SLF001
    _get_packing_format = _in_turn(Items._get_packing_format)  # noqa: SLF001

    def __iter__(self) -> Iterator[Any]:
        with self._lock:
            self._memory()
        for position in range(self._layout.length):
            yield self[position]

    @property
    def format(self) -> str:
        """The struct formats of all items, joined."""
        with self._lock:
            return super().format

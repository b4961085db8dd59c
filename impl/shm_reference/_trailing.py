"""A list that reads back the NULs at the end of what was written.

Its block is that of any list, and larger: behind the list, where others do not
look, there is a mark and then an entry per item, which says how many NULs end it.
An entry counts only while it fits the item, as who does not know of entries leaves
them as they are:

    at             length     content
    end of list,   8          the mark
    rounded up     8 * N      checksum of the item without these NULs; their number
"""

from __future__ import annotations

import struct
import zlib
from typing import Any, Sequence

from ._layout import Layout
from ._values import WORD
from .shared_memory import ShareableList

_MARK = b"NULs kep"
_ENTRY = struct.Struct("II")


class NulKeepingList(ShareableList):
    """A ShareableList whose str and bytes keep the NULs at their end.

    So they do for everybody who uses this class; for others the list is a plain
    one, without these NULs. What others assign, and lists that others have
    created, are read as they read them.
    """

    def __getitem__(self, position: int) -> Any:
        return self._restored(position, super().__getitem__(position))

    def _restored(self, position: int, value: Any) -> Any:
        at = self._entry(position) if isinstance(value, (str, bytes)) else 0
        if not at:
            return value
        check, count = _ENTRY.unpack_from(self._memory(), at)
        content = value.encode() if isinstance(value, str) else value
        if not count or check != zlib.crc32(content):
            return value
        return value + ("\0" if isinstance(value, str) else b"\0") * count

    def __setitem__(self, position: int, value: object) -> None:
        super().__setitem__(position, value)
        at = self._entry(position)
        if at:
            _ENTRY.pack_into(self._memory(), at, *_entry_of(value))

    def _entry(self, position: int) -> int:
        """Return where the entry of an item is; 0 if the list has none."""
        mark, memory = _behind(self._layout), self._memory()
        entries = mark + len(_MARK)
        is_marked = memory[mark:entries] == _MARK
        if not is_marked or len(memory) < entries + _ENTRY.size * len(self):
            return 0
        return entries + _ENTRY.size * self._index(position, "index out of range")

    def _behind_list(self, values: Sequence[Any], layout: Layout) -> bytes:
        padding = bytes(_behind(layout) - layout.size)
        entries = b"".join(_ENTRY.pack(*_entry_of(it)) for it in values)
        return padding + _MARK + entries


def _behind(layout: Layout) -> int:
    return -(-layout.size // WORD) * WORD


def _entry_of(value: object) -> tuple[int, int]:
    if not isinstance(value, (str, bytes)):
        return 0, 0
    content = value.encode() if isinstance(value, str) else value
    kept = content.rstrip(b"\0")
    return zlib.crc32(kept), len(content) - len(kept)

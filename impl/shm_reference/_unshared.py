"""The items of a ShareableList where threads run at once, and memoryviews do not expect it.

Without the GIL, CPython 3.13 loses count of who looks at the memory behind a
memoryview that several threads use (gh-127085): its release() then raises SystemError,
and the block could not be closed. So each access has a view of its own, straight from
the mapping. The mapping's count may be wrong then, too; nobody asks for it, and the
memory goes when the last one who has it lets go.
"""

from __future__ import annotations

import sys

from ._items import Items

_HAS_GIL = getattr(sys, "_is_gil_enabled", lambda: True)()
IS_NEEDED = not _HAS_GIL and sys.version_info < (3, 14)


class UnsharedItems(Items):
    """What a list is to who has one, when no two threads share a view."""

    def _view(self) -> memoryview | None:
        mapping = self._shm._mmap  # noqa: SLF001
        return None if mapping is None else memoryview(mapping)

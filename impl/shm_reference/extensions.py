"""What the standard library does not offer: nobody gets it who does not ask for it.

Every block and list here is one for other processes as well, the standard
library's included; they see nothing unusual.
"""

from __future__ import annotations

import os
import time
from functools import partial
from typing import Any

from ._trailing import NulKeepingList
from .shared_memory import SharedMemory

__all__ = [
    "NulKeepingList",
    "ReadOnlySharedMemory",
    "ReservedSharedMemory",
    "create_or_attach",
]

# How long a creator may take from the name to the size, in seconds.
_PATIENCE = 1.0
_PAUSE = 0.001


def create_or_attach(
    name: str, size: int, *, track: bool = True
) -> tuple[SharedMemory, bool]:
    """Return a handle on the block of a *name*, and whether it is new.

    Of all who call this at once, one creates the block, of *size* bytes, and the
    others attach to it.

    Raises ValueError if there is a smaller block, FileNotFoundError if there is one
    that nobody has given a size for a second, and what `SharedMemory` raises.
    """
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return SharedMemory(name, create=True, size=size, track=track), True
        except FileExistsError:
            pass
        try:
            return _attach(name, size, track), False
        except FileNotFoundError:
            if time.monotonic() > end:
                raise
        time.sleep(_PAUSE)


def _attach(name: str, size: int, track: bool) -> SharedMemory:
    shm = SharedMemory(name, track=track)
    if shm.size < size:
        shm.close()
        message = f"block {name!r} has {shm.size} bytes, and {size} are wanted"
        raise ValueError(message)
    return shm


class ReadOnlySharedMemory(SharedMemory):
    """A handle on a block that exists, through which nobody can write.

    The permission to read is enough. Raises what `SharedMemory` raises.
    """

    _flags = os.O_RDONLY

    def __init__(self, name: str, *, track: bool = True) -> None:
        super().__init__(name, track=track)

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(self.__class__, track=self._track), (self.name,)


class ReservedSharedMemory(SharedMemory):
    """A handle on a new block whose memory is there from the beginning.

    Otherwise a page is found when it is first written to, and a process that
    writes to one where memory has run out is killed by SIGBUS. Unpickled, it is
    a plain `SharedMemory`.

    Raises OSError (ENOSPC) if there is not so much memory, and then there is no
    block; NotImplementedError if the system cannot reserve any.
    """

    _is_reserved = True

    def __init__(
        self, size: int, name: str | None = None, *, track: bool = True
    ) -> None:
        super().__init__(name, create=True, size=size, track=track)

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(SharedMemory, track=self._track), (self.name,)

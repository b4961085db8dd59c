"""`shm_open` and `shm_unlink` by ctypes, for interpreters without `_posixshmem`.

Imported by `_posix` only, and only where it has to be.
"""

from __future__ import annotations

import ctypes
import errno
import os
from contextlib import suppress
from typing import Any


def _find(symbol: str) -> Any:
    # Before glibc 2.34 they were in librt, which nothing else need have loaded.
    for library in (None, "librt.so.1"):
        with suppress(AttributeError, OSError):
            return getattr(ctypes.CDLL(library, use_errno=True), symbol)
    raise ImportError(f"this platform has no {symbol}(), so no POSIX shared memory")


_open = _find("shm_open")
_open.argtypes = (ctypes.c_char_p, ctypes.c_int, ctypes.c_uint)
_open.restype = ctypes.c_int
_unlink = _find("shm_unlink")
_unlink.argtypes = (ctypes.c_char_p,)
_unlink.restype = ctypes.c_int


def shm_open(name: str, flags: int, mode: int) -> int:
    return _checked(name, _open, flags | os.O_CLOEXEC, mode)


def shm_unlink(name: str) -> None:
    _checked(name, _unlink)


def _checked(name: str, function: Any, *arguments: int) -> int:
    while True:
        result = int(function(name.encode(), *arguments))
        if result != -1:
            return result
        number = ctypes.get_errno()
        if number != errno.EINTR:
            raise OSError(number, os.strerror(number), name)

"""The calls to Windows, and nothing else; the same functions as `_posix`.

A block is a named mapping of the page file, of whole pages. It cannot be
removed: it goes with its last handle, whoever holds that.
"""

from __future__ import annotations

import sys

# To a type checker on another system, the rest is not there.
assert sys.platform == "win32"

import _winapi
import errno
import mmap
import os
from typing import Any

SLASH = ""
PREFIX = "wnsm_"
OUTLIVES_HANDLES = False

# Typed as Any: not every version has all of it.
_native: Any = _winapi
if not hasattr(_native, "UnmapViewOfFile"):
    raise ImportError("this Python cannot unmap what it has mapped (gh-85059)")


def open_block(name: str, flags: int, mode: int, size: int) -> int:
    """Return a handle of the block with the *name*; a new one gets its *size* at once."""
    if not name:
        # To the system it would be a block without a name.
        raise ValueError("a block has no empty name")
    if flags & os.O_CREAT:
        return _create(name, size)
    return int(_native.OpenFileMapping(_native.FILE_MAP_READ, False, name))


def _create(name: str, size: int) -> int:
    handle = _native.CreateFileMapping(
        _native.INVALID_HANDLE_VALUE,
        _native.NULL,
        _native.PAGE_READWRITE,
        (size >> 32) & 0xFFFFFFFF,
        size & 0xFFFFFFFF,
        name,
    )
    # What exists is opened instead, and only this tells.
    if _native.GetLastError() == _native.ERROR_ALREADY_EXISTS:
        close(handle)
        text = os.strerror(errno.EEXIST)
        raise FileExistsError(errno.EEXIST, text, name, _native.ERROR_ALREADY_EXISTS)
    return int(handle)


def remove(name: str) -> None:
    """Do nothing: the documentation says so of Windows."""


def is_free(name: str) -> bool:
    """Tell whether no block has this *name*."""
    try:
        close(open_block(name, os.O_RDWR, 0, 0))
    except FileNotFoundError:
        return True
    return False


def resize(descriptor: int, size: int) -> None:
    """Do nothing: a block has had its size since it was opened."""


def reserve(descriptor: int, size: int) -> None:
    """Do nothing: the page file has had room for a block since it was created."""


def map_block(descriptor: int, name: str, size: int, is_writable: bool) -> mmap.mmap:
    """Map a block: *size* bytes of a new one, all pages of another (size 0)."""
    access = mmap.ACCESS_DEFAULT if is_writable else mmap.ACCESS_READ
    return mmap.mmap(-1, size or _size(descriptor), tagname=name, access=access)


def _size(descriptor: int) -> int:
    address = _native.MapViewOfFile(descriptor, _native.FILE_MAP_READ, 0, 0, 0)
    try:
        return int(_native.VirtualQuerySize(address))
    finally:
        _native.UnmapViewOfFile(address)


def close(descriptor: int) -> None:
    """Close a handle."""
    _native.CloseHandle(descriptor)

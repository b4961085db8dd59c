"""The calls to the system, and nothing else: no policy, no tracker, no names.

Other platforms get a file with the same functions.
"""

from __future__ import annotations

import errno
import mmap
import os
import sys
from typing import Any

_native: Any
try:
    import _posixshmem as _native  # type: ignore[import-not-found,no-redef]

    _native.shm_open  # noqa: B018
except (ImportError, AttributeError):
    from . import _libc as _native

# Each system's name begins with it.
SLASH = "/"
PREFIX = "/psm_"
# Whether a block stays when the last handle on it is closed.
OUTLIVES_HANDLES = True

# A mapping needs no descriptor of its own, and each block already has one.
_MAPPING_OPTIONS: dict[str, Any] = (
    {"trackfd": False} if sys.version_info >= (3, 13) else {}
)
_READING_OPTIONS = {**_MAPPING_OPTIONS, "access": mmap.ACCESS_READ}


def open_block(name: str, flags: int, mode: int, size: int) -> int:
    """Return a descriptor of the block with the system's *name*, without a size yet."""
    try:
        descriptor: int = _native.shm_open(_whole(name), flags, mode)
    except OSError as error:
        if error.filename is not None:
            raise
        raise _naming(error, name) from None
    return descriptor


def remove(name: str) -> None:
    """Free the *name*; FileNotFoundError if no block has it."""
    try:
        _native.shm_unlink(_whole(name))
    except OSError as error:
        if error.filename is not None:
            raise
        raise _naming(error, name) from None


def is_free(name: str) -> bool:
    """Tell whether no block has this *name*, as far as this process may know."""
    try:
        close(open_block(name, os.O_RDONLY, 0, 0))
    except FileNotFoundError:
        return True
    except PermissionError:
        return False
    return False


def resize(descriptor: int, size: int) -> None:
    """Give a block its *size* in bytes."""
    os.ftruncate(descriptor, size)


def reserve(descriptor: int, size: int) -> None:
    """Find the memory of a block now; OSError (ENOSPC) if there is not so much."""
    if not hasattr(os, "posix_fallocate"):
        raise NotImplementedError("this system cannot reserve memory")
    os.posix_fallocate(descriptor, 0, size)


class EmptyBlockError(FileNotFoundError, ValueError):
    """The block is not there yet: its creator has not sized it.

    A ValueError as well, as the standard library raises that.
    """


def map_block(descriptor: int, name: str, size: int, is_writable: bool) -> mmap.mmap:
    """Map a block whole; EmptyBlockError for one that nobody has sized yet."""
    options = _MAPPING_OPTIONS if is_writable else _READING_OPTIONS
    # Where a block counts as a file, mmap() finds its size.
    try:
        return mmap.mmap(descriptor, 0, **options)
    except (OSError, ValueError):
        size = os.fstat(descriptor).st_size
    if size == 0:
        raise EmptyBlockError(errno.ENOENT, "the block has no size yet; try again")
    # It has got its size just now, or does not count as a file, or cannot be mapped.
    return mmap.mmap(descriptor, size, **options)


def close(descriptor: int) -> None:
    """Close a descriptor; one that the program has closed already is no error."""
    try:  # noqa: SIM105 - each block closed comes here
        os.close(descriptor)
    except OSError:
        pass


def _whole(name: str) -> str:
    # CPython before 3.13 would act on the part before the NUL: another block.
    if "\0" in name:
        raise ValueError("embedded null character")
    return name


def _naming(error: OSError, name: str) -> OSError:
    # PyPy does not say which name it was.
    return OSError(error.errno, error.strerror, name)

"""What a block is called: by its user, and by the system.

Where the system's names begin with a slash (POSIX), the user's have none.
"""

from __future__ import annotations

import os
import string

from ._system import calls

PREFIX = calls.PREFIX

# Some BSDs once refused longer ones; the slash counts, where there is none as well.
_SAFE_LENGTH = 14
_RANDOM_CHARACTERS = _SAFE_LENGTH - len("/" + PREFIX.lstrip("/"))
# By byte: 64 characters, which 256 is a multiple of.
_CHARACTERS = 4 * (string.ascii_letters + string.digits + "-_").encode()


def generate() -> str:
    """Return a new system name: the prefix, and as many random characters as are safe.

    They are 54 bits on POSIX. Of the standard library's 32, chance makes two the same
    about once an hour where a thousand blocks are in use and a thousand are made each
    second; and taking back what was registered for the second would take it from the
    first.
    """
    return PREFIX + os.urandom(_RANDOM_CHARACTERS).translate(_CHARACTERS).decode()


def to_system(name: str) -> str:
    """Return the system's name for the user's *name*.

    The C library folds leading slashes, the resource tracker compares text:
    only with one spelling do both speak of the same block.
    """
    if not isinstance(name, str):
        raise TypeError(f"name must be a str or None, not {type(name).__name__}")
    return calls.SLASH + name.lstrip(calls.SLASH)

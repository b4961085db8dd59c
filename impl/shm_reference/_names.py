"""What a block is called: by its user, and by the system.

Where the system's names begin with a slash (POSIX), the user's have none.
"""

from __future__ import annotations

import os

from ._system import calls

PREFIX = calls.PREFIX

# Some BSDs once refused longer ones; the slash counts.
_SAFE_LENGTH = 14
# Each byte is two digits.
_RANDOM_BYTES = (_SAFE_LENGTH - len(PREFIX)) // 2


def generate() -> str:
    """Return a new system name: the prefix, and as many random bytes as are safe."""
    return PREFIX + os.urandom(_RANDOM_BYTES).hex()


def to_system(name: str) -> str:
    """Return the system's name for the user's *name*.

    The C library folds leading slashes, the resource tracker compares text:
    only with one spelling do both speak of the same block.
    """
    if not isinstance(name, str):
        raise TypeError(f"name must be a str or None, not {type(name).__name__}")
    return calls.SLASH + name.lstrip(calls.SLASH)

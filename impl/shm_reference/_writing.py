"""Writing into a block, in the way that is quick and safe with this interpreter.

CPython's `pack_into` fills a word with zeros before it writes it, which a reader may
see: there a slice is assigned. PyPy compiles `pack_into` into one store, and takes a
hundred nanoseconds to assign a slice.
"""

from __future__ import annotations

import struct

from ._values import SHORT, WORD
from ._views import IS_KNOWN

# Where references are not counted, code is compiled, and calls cost nothing.
IS_COMPILED = not IS_KNOWN

_word_of = struct.Struct("q").unpack
_word_into = struct.Struct("q").pack_into
_byte_into = struct.Struct("B").pack_into
_string_into = {it: struct.Struct(f"{it}s").pack_into for it in SHORT}


def assign(memory: memoryview, at: int, content: bytes) -> None:
    """Write *content*, as a slice."""
    memory[at : at + len(content)] = content


def store(memory: memoryview, at: int, content: bytes) -> None:
    """Write *content*, as one value if it is a word, a code or a short string."""
    width = len(content)
    if width == WORD:
        _word_into(memory, at, *_word_of(content))
    elif width == 1:
        _byte_into(memory, at, *content)
    elif width in _string_into:
        _string_into[width](memory, at, content)
    else:
        assign(memory, at, content)


write = store if IS_COMPILED else assign

"""A new list is packed as one run of bytes before it has a block to lie in."""

from __future__ import annotations

import struct
from itertools import accumulate
from typing import Any, NamedTuple, Sequence

from . import _values
from ._layout import Layout
from ._values import BYTES, LONGEST, NONE, NUMBER, STR, WORD


class _Form(NamedTuple):
    """What a new list says of an item: its format and code, and the room it gets."""

    text: bytes
    code: int
    slot: int


class Packed(NamedTuple):
    """A list that is not in a block yet."""

    layout: Layout
    content: bytes


# By type, for what fills one word.
_FIXED = {
    int: _Form(b"q".ljust(WORD, b"\0"), NUMBER, WORD),
    float: _Form(b"d".ljust(WORD, b"\0"), NUMBER, WORD),
    bool: _Form(b"xxxxxxx?", NUMBER, WORD),
    type(None): _Form(b"xxxxxx?x", NONE, WORD),
}


def _string(code: int, words: int) -> _Form:
    slot = WORD * max(1, words)
    return _Form(f"{min(slot, LONGEST)}s".encode().ljust(WORD, b"\0"), code, slot)


# By type and the words that the content fills, for what is not long.
_SHORT: dict[type, list[_Form]] = {
    kind: [_string(code, it) for it in range(33)]
    for kind, code in ((str, STR), (bytes, BYTES))
}


def pack(values: Sequence[Any]) -> Packed:
    """Make bytes of *values*, with just enough room for each.

    Raises what `_values.encode` raises.
    """
    contents = [it.encode() if type(it) is str else it for it in values]
    forms = _forms(values, contents)
    texts, codes, slots = zip(*forms) if forms else ((), (), ())
    formats = b"".join(texts)
    offsets = list(accumulate(slots, initial=0))
    header = struct.pack(f"{len(offsets) + 1}q", len(values), *offsets)
    content = b"".join((header, _pack(formats, contents), formats, bytes(codes)))
    return Packed(Layout(len(values), offsets[-1]), content)


def _forms(values: Sequence[Any], contents: Sequence[Any]) -> list[_Form]:
    try:
        return [
            _FIXED[kind] if kind in _FIXED else _SHORT[kind][(len(content) + 7) >> 3]
            for kind, content in zip(map(type, values), contents)
        ]
    except LookupError:
        # One that is long, or refused.
        pass
    return list(map(_form, map(type, values), contents))


def _form(kind: type, content: Any) -> _Form:
    if kind in _FIXED:
        return _FIXED[kind]
    if kind not in _SHORT:
        raise _values.unsupported(kind)
    if len(content) > LONGEST:
        raise _values.too_long(content)
    words, short = (len(content) + 7) >> 3, _SHORT[kind]
    return short[words] if words < len(short) else _string(short[0].code, words)


def _pack(formats: bytes, contents: list[Any]) -> bytes:
    # The longest slot is a byte longer than its format can say.
    format = formats.translate(None, b"\0").replace(b"9999999s", b"9999999sx")
    return _values.form(format).pack(*contents)


def fill(memory: memoryview, packed: Packed, more: bytes = b"") -> None:
    """Write a new list, and *more* behind it; *memory* is all zero: a list of nothing.

    The length comes last, so that who attaches too early finds no item half made.
    """
    end = packed.layout.size
    memory[end : end + len(more)] = more
    memory[WORD:end] = packed.content[WORD:]
    memory[:WORD] = packed.content[:WORD]

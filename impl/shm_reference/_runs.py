"""Runs of items at once, each run of one moment if it can be.

A run is copied out of the block, types before and after content: if they are the
same, nobody has changed the type of an item in between.
"""

from __future__ import annotations

import struct
from typing import Any, Iterator, Sequence

from . import _values
from ._layout import Layout
from ._values import BOOL, FLOAT, INT, NONE, NUMBER, STR, WIDTHS, WORD

_RUN = 256

# Stands for an item that is not wanted; no item is equal to it.
OTHER = ...


def read(
    layout: Layout, memory: memoryview, wanted: int | None = None
) -> Iterator[Any]:
    """Yield the values of all items, a list for each run.

    With a *wanted* code, OTHER stands for each item that has another one.
    """
    layout.load(memory)
    for first in range(0, layout.length, _RUN):
        last = min(first + _RUN, layout.length)
        types, content = _copy(layout, memory, first, last)
        if types == _types(layout, memory, first, last):
            yield _decode(*types, layout.starts[first:last], content, wanted)
        else:
            yield [layout.get(memory, it) for it in range(first, last)]


def _copy(
    layout: Layout, memory: memoryview, first: int, last: int
) -> tuple[tuple[bytes, bytes], bytes]:
    types = _types(layout, memory, first, last)
    end = layout.slot(memory, last - 1)[1]
    return types, bytes(memory[WORD * layout.starts[first] : end])


def _types(
    layout: Layout, memory: memoryview, first: int, last: int
) -> tuple[bytes, bytes]:
    formats = memory[layout.formats + WORD * first : layout.formats + WORD * last]
    return bytes(formats), bytes(memory[layout.codes + first : layout.codes + last])


def _decode(
    formats: bytes,
    codes: bytes,
    starts: Sequence[int],
    content: bytes,
    wanted: int | None,
) -> list[Any]:
    words, floats = (memoryview(content).cast(it) for it in ("q", "d"))
    first = starts[0]
    known = struct.unpack(f"{len(codes)}q", formats)
    return [
        OTHER
        if wanted is not None and code != wanted
        else words[at - first]
        if format == INT and not code
        else floats[at - first]
        if format == FLOAT and not code
        else None
        if code == NONE
        else content[WORD * (at - first) + 7] != 0
        if format == BOOL and not code
        else _string(content, WORD * (at - first), WIDTHS[format], code)
        if NUMBER < code < NONE and format in WIDTHS
        else _values.decode(content, WORD * (at - first), format, code)
        for format, code, at in zip(known, codes, starts)
    ]


def _string(content: bytes, at: int, width: int, code: int) -> str | bytes:
    text = content[at : at + width].rstrip(b"\0")
    return text.decode() if code == STR else text

"""Runs of items at once, each run of one moment if it can be.

A run is copied out of the block, types before and after content: if they differ,
somebody has changed the type of an item in between. (That it has changed and changed
back is not noticed.)
"""

from __future__ import annotations

import struct
from typing import Any, Iterator, Sequence

from . import _values
from ._layout import Layout
from ._values import (
    BOOL,
    BYTES,
    FLOAT,
    INT,
    NONE,
    NOTHING,
    NUMBER,
    STR,
    WIDTHS,
    WORD,
    Remembered,
)

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
        values = _of_one_moment(layout, memory, first, last, wanted)
        if values is None:
            values = [layout.get(memory, it) for it in range(first, last)]
        yield values


def _of_one_moment(
    layout: Layout, memory: memoryview, first: int, last: int, wanted: int | None
) -> list[Any] | None:
    types, content = _copy(layout, memory, first, last)
    if types != _types(layout, memory, first, last):
        return None
    run = (*types, layout.starts[first:last], content)
    try:
        return _decode(*run) if wanted is None else _pick(*run, wanted)
    except ValueError:
        # Somebody writes a string, or one is broken.
        return None


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
    formats: bytes, codes: bytes, starts: Sequence[int], content: bytes
) -> list[Any]:
    known = struct.unpack(f"{len(codes)}q", formats)
    values = _unpack(formats, content) if _are_usual(known, codes) else None
    if values is None:
        return [
            _values.decode(content, WORD * (at - starts[0]), format, code)
            for format, code, at in zip(known, codes, starts)
        ]
    return [
        it
        if code == NUMBER
        else None
        if code == NONE
        else it.rstrip(b"\0").decode()
        if code == STR
        else it.rstrip(b"\0")
        for it, code in zip(values, codes)
    ]


def _pick(
    formats: bytes, codes: bytes, starts: Sequence[int], content: bytes, wanted: int
) -> list[Any]:
    if wanted not in codes:
        return [OTHER] * len(codes)
    words, floats = (memoryview(content).cast(it) for it in ("q", "d"))
    known = struct.unpack(f"{len(codes)}q", formats)
    first = starts[0]
    return [
        OTHER
        if code != wanted
        else words[at - first]
        if format == INT and not code
        else floats[at - first]
        if format == FLOAT and not code
        else content[WORD * (at - first) + 7] != 0
        if format == BOOL and not code
        else _values.decode(content, WORD * (at - first), format, code)
        for format, code, at in zip(known, codes, starts)
    ]


def _are_usual(formats: Sequence[int], codes: bytes) -> bool:
    """Tell whether each format is a common one, and its code the one that goes with it."""
    try:
        usual = bytes(map(_CODE_OF.__getitem__, formats))
    except KeyError:
        return False
    return usual == codes.translate(_TEXT_IS_STR)


def _code(format: int) -> int:
    """Return the code that goes with a format, STR for any string; KeyError for others."""
    if format in (INT, FLOAT, BOOL):
        return NUMBER
    if format == NOTHING:
        return NONE
    WIDTHS[format]  # Raises KeyError for what is no string either.
    return STR


_CODE_OF = Remembered(_code)
_TEXT_IS_STR = bytes.maketrans(bytes([BYTES]), bytes([STR]))


def _unpack(formats: bytes, content: bytes) -> Sequence[Any] | None:
    """Take a run apart in one step; None where slots have more room than their formats.

    The sum tells: no writer makes a slot narrower than its format.
    """
    form = _values.form(formats.translate(None, b"\0"))
    return form.unpack(content) if form.size == len(content) else None

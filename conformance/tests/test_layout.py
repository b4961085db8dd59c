"""Our own reader and writer of lists agree, and tell the layouts apart."""

from __future__ import annotations

import struct
from itertools import pairwise

import pytest

from shm_conformance.layout import Value, decode, encode
from shm_conformance.suite.mixing import seen_layout

VALUES: list[Value] = [7, "text", b"bytes", 2.5, True, None]


def with_lengths(block: bytes, order: str) -> bytes:
    """The same list as CPython 3.8 lays it out: lengths in the place of offsets."""
    mark = "<" if order == "little" else ">"
    (count,) = struct.unpack_from(f"{mark}q", block)
    offsets = struct.unpack_from(f"{mark}{count + 1}q", block, 8)
    lengths = [end - start for start, end in pairwise(offsets)]
    header = struct.pack(f"{mark}{count + 1}q", count, *lengths)
    return header + block[8 * (count + 2) :]


@pytest.mark.parametrize("order", ["little", "big"])
def test_what_is_written_is_read(order: str) -> None:
    assert repr(decode(encode(VALUES, order), order)) == repr(VALUES)


@pytest.mark.parametrize("order", ["little", "big"])
def test_layouts_are_told_apart(order: str) -> None:
    """By what lies in the block alone, padded to a page or not."""
    block = encode(VALUES, order)

    assert seen_layout(block) == f"the layout of 3.9, {order}-endian"
    older = with_lengths(block, order).ljust(4096, b"\0")
    assert seen_layout(older) == f"the layout of 3.8, {order}-endian"


@pytest.mark.parametrize("block", [b"", b"\xff" * 200, b"plain text" * 20])
def test_what_is_no_list_has_no_layout(block: bytes) -> None:
    assert seen_layout(block) is None

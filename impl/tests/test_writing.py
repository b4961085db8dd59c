"""Every way of writing into a block leaves the same bytes."""

from __future__ import annotations

from typing import Any

import pytest

from shm_reference import _writing


@pytest.mark.parametrize("write", [_writing.assign, _writing.store])
@pytest.mark.parametrize("length", [1, 8, 16, 1024, 1032])
def test_just_the_content_is_written(write: Any, length: int) -> None:
    """Its neighbours on both sides stay as they are."""
    block = bytearray(b"." * (length + 16))
    content = bytes(range(255, 255 - length, -1)) if length < 255 else b"\xff" * length

    write(memoryview(block), 8, content)

    assert block == b"." * 8 + content + b"." * 8

from __future__ import annotations

import re

import pytest

from shm_reference import _names


def test_generated_names_fit_everywhere() -> None:
    """A generated name has the standard library's prefix, and 14 characters, all plain."""
    for _ in range(100):
        assert re.fullmatch(r"/psm_[-_0-9A-Za-z]{9}", _names.generate())


def test_generated_names_are_novel() -> None:
    """No two of a thousand generated names are the same."""
    assert len({_names.generate() for _ in range(1000)}) == 1000


@pytest.mark.parametrize("name", ["x", "/x", "///x"])
def test_leading_slashes_are_one(name: str) -> None:
    """However many slashes a user writes, the system sees one."""
    assert _names.to_system(name) == "/x"


@pytest.mark.parametrize("name", [b"x", 5, 1.5])
def test_only_text_is_a_name(name: object) -> None:
    """Anything but a str is a TypeError."""
    with pytest.raises(TypeError, match="name must be a str"):
        _names.to_system(name)  # type: ignore[arg-type]

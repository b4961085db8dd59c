# ruff: noqa: SLF001
from __future__ import annotations

import importlib
import mmap
import os
from pathlib import Path
from typing import Any

import pytest

from shm_reference import _libc, _posix

CREATE = os.O_CREAT | os.O_EXCL | os.O_RDWR


def test_nul_in_a_name_is_refused_by_all_calls() -> None:
    """A NUL must not cut a name short in any version of Python."""
    with pytest.raises(ValueError, match="null"):
        _posix.open_block("/x\0y", os.O_RDWR, 0, 0)
    with pytest.raises(ValueError, match="null"):
        _posix.remove("/x\0y")


def test_errors_carry_the_name(name: str) -> None:
    """An OSError says which block was meant, on every interpreter."""
    with pytest.raises(FileNotFoundError) as error:
        _posix.remove("/" + name)

    assert error.value.filename == "/" + name


def test_errors_without_a_name_get_one(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interpreter that forgets the name in its OSError is helped out."""

    def fail(*_: object) -> None:
        raise OSError(2, "gone")

    monkeypatch.setattr(_posix._native, "shm_unlink", fail)
    with pytest.raises(FileNotFoundError) as error:
        _posix.remove("/" + name)

    assert error.value.filename == "/" + name


def test_is_free_is_about_the_name_only(name: str) -> None:
    """Looking at a name neither creates a block nor keeps a descriptor."""
    before = sorted(Path("/proc/self/fd").iterdir())

    assert _posix.is_free("/" + name)
    os.close(_posix.open_block("/" + name, CREATE, 0o600, 0))
    assert not _posix.is_free("/" + name)
    assert sorted(Path("/proc/self/fd").iterdir()) == before


def test_forbidden_names_are_not_free(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A block that we may not open is there all the same."""

    def forbid(*_: object) -> None:
        raise PermissionError(13, "no", "x")

    monkeypatch.setattr(_posix._native, "shm_open", forbid)

    assert not _posix.is_free("/" + name)


def test_empty_blocks_cannot_be_mapped(name: str) -> None:
    """One that was created but not sized yet is not there yet, or is no block."""
    descriptor = _posix.open_block("/" + name, CREATE, 0o600, 0)

    for kind in (FileNotFoundError, ValueError):
        with pytest.raises(kind, match="no size yet"):
            _posix.map_block(descriptor, "", 0, True)
    os.close(descriptor)


def test_a_block_that_gets_its_size_just_now_is_mapped(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was empty for mmap(), and has its size when it is asked for."""
    descriptor = _posix.open_block("/" + name, CREATE, 0o600, 0)
    right = mmap.mmap

    def map_and_size(fileno: int, length: int, **options: Any) -> mmap.mmap:
        try:
            return right(fileno, length, **options)
        finally:
            os.ftruncate(fileno, 5)

    monkeypatch.setattr(mmap, "mmap", map_and_size)
    with _posix.map_block(descriptor, "", 0, True) as mapping:
        assert len(mapping) == 5
    os.close(descriptor)


def test_ctypes_opens_the_same_blocks(name: str) -> None:
    """The ctypes calls mean the same blocks, modes and errors."""
    descriptor = _libc.shm_open("/" + name, CREATE, 0o600)
    try:
        assert os.fstat(descriptor).st_mode & 0o777 == 0o600
        assert not os.get_inheritable(descriptor)
        assert not _posix.is_free("/" + name)
        with pytest.raises(FileExistsError):
            _libc.shm_open("/" + name, CREATE, 0o600)
    finally:
        os.close(descriptor)
    _libc.shm_unlink("/" + name)
    with pytest.raises(FileNotFoundError) as error:
        _libc.shm_unlink("/" + name)

    assert error.value.filename == "/" + name


def test_ctypes_step_in_for_a_missing_module(name: str) -> None:
    """Where `_posixshmem` is missing, creating and unlinking still work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(importlib.import_module("sys").modules, "_posixshmem", None)
        try:
            importlib.reload(_posix)
            assert Path(str(_posix._native.__file__)).name == "_libc.py"
            os.close(_posix.open_block("/" + name, CREATE, 0o600, 0))
            _posix.remove("/" + name)
        finally:
            patch.undo()
            importlib.reload(_posix)

    assert _posix._native is not _libc

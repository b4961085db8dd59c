# ruff: noqa: SLF001
from __future__ import annotations

import mmap
import os
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any, List, NoReturn, Tuple

import pytest

from shm_reference import SharedMemory, _block, _posix, _tracker

Said = List[Tuple[str, str, bool]]
CREATE = os.O_CREAT | os.O_EXCL | os.O_RDWR


def request_for(name: str, flags: int, is_tracked: bool = True) -> _block.Request:
    return _block.Request("/" + name, flags, 0o600, 10, is_tracked, False, False)


def exists(name: str) -> bool:
    return not _posix.is_free("/" + name)


def descriptors() -> list[str]:
    return sorted(it.name for it in Path("/proc/self/fd").iterdir())


def fail(*_: object, **__: object) -> NoReturn:
    raise OSError(12, "injected")


@pytest.fixture
def said(name: str, monkeypatch: pytest.MonkeyPatch) -> Said:
    """What the tracker was told, and whether the block was there."""
    said: Said = []

    def deliver(verb: str, spelling: str) -> None:
        assert spelling.lstrip("/") == name
        said.append((verb, spelling, Path("/dev/shm", name).exists()))

    monkeypatch.setattr(_tracker, "_deliver", deliver)
    return said


@pytest.mark.parametrize(
    ("owner", "call"),
    [(os, "ftruncate"), (mmap, "mmap"), (_posix._native, "shm_open")],
)
@pytest.mark.parametrize("is_novel", [True, False])
def test_failed_creates_leave_nothing(
    name: str,
    is_novel: bool,
    said: Said,
    monkeypatch: pytest.MonkeyPatch,
    owner: Any,
    call: str,
) -> None:
    """Whichever call fails, no block, descriptor or tracker entry is left."""
    before = descriptors()
    request = request_for(name, CREATE)._replace(is_novel=is_novel)
    with monkeypatch.context() as patch:
        patch.setattr(owner, call, fail)
        with pytest.raises(OSError, match="injected"):
            _block.create(request)

    assert not exists(name)
    assert descriptors() == before
    assert [it[0] for it in said] in ([], ["register", "unregister"])
    assert len({it[1] for it in said}) <= 1


def test_an_attach_that_cannot_be_tracked_is_undone(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mapping and the descriptor go, and the error is the tracker's."""
    state = resource_tracker._resource_tracker
    monkeypatch.setattr(state, "_use_simple_format", True, raising=False)
    SharedMemory(name + "\xe9", create=True, size=3, track=False).close()
    before = descriptors()
    try:
        # The error, which is kept, keeps what it was about.
        with pytest.raises(ValueError, match="cannot track") as error:
            SharedMemory(name + "\xe9")
        maps = Path("/proc/self/maps").read_text("utf-8")
    finally:
        _posix.remove(f"/{name}\xe9")

    assert error.traceback
    assert descriptors() == before
    assert name not in maps


@pytest.mark.parametrize(
    ("owner", "call"),
    [(mmap, "mmap"), (_posix._native, "shm_open")],
)
def test_failed_attaches_destroy_nothing(
    name: str,
    messages: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    owner: Any,
    call: str,
) -> None:
    """A block that could not be attached is still there, and was never tracked."""
    SharedMemory(name, create=True, size=3, track=False).close()
    before = descriptors()
    with monkeypatch.context() as patch:
        patch.setattr(owner, call, fail)
        with pytest.raises(OSError, match="injected"):
            _block.attach("/" + name, os.O_RDWR, 0o600, is_tracked=True)

    assert exists(name)
    assert descriptors() == before
    assert messages == []


def test_taken_names_are_not_announced(
    name: str, messages: list[tuple[str, str]]
) -> None:
    """Creating what exists says nothing to the tracker and changes nothing."""
    owner = SharedMemory(name, create=True, size=3, track=False)
    with pytest.raises(FileExistsError) as error:
        _block.create(request_for(name, CREATE))

    assert error.value.filename == "/" + name
    assert messages == []
    assert exists(name)
    owner.close()


def test_new_blocks_are_announced_first(name: str, said: Said) -> None:
    """The tracker knows a name before there is a block to lose."""
    descriptor, _ = _block.create(request_for(name, CREATE))
    os.close(descriptor)

    spelling = said[0][1]
    assert spelling.endswith("//" + name)
    assert said == [
        ("register", spelling, False),
        ("register", "/" + name, True),
        ("unregister", spelling, True),
    ]


def test_lost_races_leave_the_winner_tracked(
    name: str, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A block that appears after we looked stays, and so does its registration."""
    monkeypatch.setattr(_posix, "is_free", lambda _: True)
    owner = SharedMemory(name, create=True, size=3, track=False)
    with pytest.raises(FileExistsError):
        _block.create(request_for(name, CREATE))

    assert [it[0] for it in said] == ["register", "unregister"]
    assert "/" + name not in [it[1] for it in said]
    assert Path("/dev/shm", name).exists()
    owner.close()


def test_replaced_trackers_hear_no_announcements(
    name: str, messages: list[tuple[str, str]]
) -> None:
    """Where a program has its own `register`, one message is all there is."""
    descriptor, _ = _block.create(request_for(name, CREATE))
    os.close(descriptor)

    assert messages == [("register", "/" + name)]


def test_untrackable_names_are_refused_first(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that the tracker cannot take raises before there is a block."""
    # That of 3.15 takes any; one that is told in text does not.
    monkeypatch.setattr(_tracker, "_speaks_json", lambda: False)
    monkeypatch.setattr(
        resource_tracker._resource_tracker, "_use_simple_format", None, raising=False
    )
    with pytest.raises(ValueError, match="cannot track"):
        SharedMemory(name + "\xe9", create=True, size=1)

    assert not exists(name + "\xe9")


@pytest.mark.parametrize("is_new", [True, False])
def test_create_or_attach(name: str, is_new: bool) -> None:
    """O_CREAT without O_EXCL attaches to what exists and creates what does not."""
    if not is_new:
        SharedMemory(name, create=True, size=3, track=False).close()
    request = request_for(name, os.O_CREAT | os.O_RDWR, is_tracked=False)
    descriptor, mapping = _block.create(request)
    os.close(descriptor)

    assert len(mapping) == (10 if is_new else 3)


def test_failed_create_or_attach_removes_only_its_own(name: str) -> None:
    """Without a size the new block cannot be used, and goes again."""
    request = request_for(name, os.O_CREAT | os.O_RDWR)._replace(size=0)
    with pytest.raises(ValueError, match="no size yet"):
        _block.create(request)

    assert not exists(name)


def test_an_empty_block_is_no_reason_to_try_for_ever(name: str) -> None:
    """It is neither attached to nor created, and stays with who is making it."""
    descriptor = _posix.open_block("/" + name, os.O_CREAT | os.O_RDWR, 0o600, 0)
    os.close(descriptor)
    request = request_for(name, os.O_CREAT | os.O_RDWR, is_tracked=False)

    with pytest.raises(FileNotFoundError, match="no size yet"):
        _block.create(request)

    assert exists(name)


@pytest.mark.parametrize("size", [2**70, 2**62])
def test_impossible_sizes_leave_nothing(name: str, size: int) -> None:
    """A size beyond the system's raises and leaves no block."""
    with pytest.raises((OSError, OverflowError, ValueError)):
        SharedMemory(name, create=True, size=size)

    assert not exists(name)

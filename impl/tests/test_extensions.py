"""What nobody gets who does not ask for it, and what others see of it: nothing."""

# ruff: noqa: SLF001
from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from multiprocessing import shared_memory
from pathlib import Path
from typing import Any, Callable

import pytest

from shm_reference import ShareableList, SharedMemory, _posix, extensions
from shm_reference.extensions import (
    NulKeepingList,
    ReadOnlySharedMemory,
    ReservedSharedMemory,
    create_or_attach,
)

Run = Callable[..., "subprocess.CompletedProcess[str]"]

CREATE = os.O_CREAT | os.O_EXCL | os.O_RDWR
VALUES = [
    "a\0\0",
    b"\0b\0",
    "\0",
    b"\0\0\0\0\0\0\0\0\0",
    "é\0",
    "",
    b"c",
    7,
    None,
    True,
]
STRIPPED = ["a", b"\0b", "", b"", "é", "", b"c", 7, None, True]


def existing(name: str) -> str:
    """Create a block that nobody tracks."""
    SharedMemory(name, create=True, size=1, track=False).close()
    return name


def test_the_first_creates_and_the_second_attaches(name: str) -> None:
    """Both have the same block, and know who has made it."""
    first, is_new = create_or_attach(name, 100)
    second, is_new_again = create_or_attach(name, 50)

    assert (is_new, is_new_again) == (True, False)
    assert first.buf is not None
    first.buf[:2] = b"hi"
    assert _content(second)[:2] == b"hi"
    assert second.size == 100


@pytest.mark.parametrize(
    ("make", "is_tracked"),
    [
        (lambda name: create_or_attach(name, 1)[0], True),
        (lambda name: create_or_attach(name, 1, track=False)[0], False),
        (lambda name: ReservedSharedMemory(1, name), True),
        (lambda name: ReadOnlySharedMemory(existing(name)), True),
        (lambda name: ReadOnlySharedMemory(existing(name), track=False), False),
        (lambda name: ReservedSharedMemory(1, name, track=False), False),
    ],
)
def test_blocks_are_tracked_unless_that_is_not_wanted(
    name: str,
    messages: list[tuple[str, str]],
    make: Callable[[str], SharedMemory],
    is_tracked: bool,
) -> None:
    """As those of the standard library are."""
    shm = make(name)

    assert [it for it, _ in messages] == ["register"] * is_tracked
    assert shm._track is is_tracked


def test_a_smaller_block_is_refused_and_stays(name: str) -> None:
    """A program that asked for more would write past the end."""
    block = SharedMemory(name, create=True, size=10)

    with pytest.raises(ValueError, match="has 10 bytes, and 11 are wanted"):
        create_or_attach(name, 11)
    assert SharedMemory(name).size == block.size


def test_it_waits_for_who_is_about_to_give_a_size(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A creator needs a moment from the name to the size."""
    descriptor = _posix.open_block("/" + name, CREATE, 0o600, 0)
    # Each pause of ours is the creator's turn.
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            os.ftruncate(descriptor, 20)

    monkeypatch.setattr(time, "sleep", pause)

    shm, is_new = create_or_attach(name, 20)

    assert (shm.size, is_new, len(pauses)) == (20, False, 3)
    os.close(descriptor)


def test_it_does_not_wait_for_ever(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A creator that died in that moment gives no size any more."""
    os.close(_posix.open_block("/" + name, CREATE, 0o600, 0))
    clock = iter(range(10))
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))

    with pytest.raises(FileNotFoundError, match="no size yet"):
        create_or_attach(name, 20)


def test_what_is_removed_meanwhile_is_created(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking and attaching, the block may have gone."""
    old = SharedMemory(name, create=True, size=10)
    attach = extensions._attach

    def overtaken(*arguments: Any) -> SharedMemory:
        monkeypatch.setattr(extensions, "_attach", attach)
        old.unlink()
        return attach(*arguments)

    monkeypatch.setattr(extensions, "_attach", overtaken)

    assert create_or_attach(name, 20)[1]


@pytest.mark.parametrize("track", [True, False])
def test_who_only_reads_cannot_write(name: str, track: bool) -> None:
    """The memory is others' to change, and seen when they do; so it is once pickled."""
    block: Any = SharedMemory(name, create=True, size=10)

    for reader in _and_pickled(ReadOnlySharedMemory(name, track=track)):
        block.buf[0] += 1
        assert reader.buf[0] == block.buf[0]
        assert reader.buf.readonly
        with pytest.raises(TypeError):
            reader.buf[0] = 9
        assert (type(reader), reader._track) == (ReadOnlySharedMemory, track)
        reader.close()


def test_permission_to_read_is_enough(name: str, run: Run) -> None:
    """Somebody else's block can be looked at, if they let us."""
    SharedMemory(name, create=True, size=10)
    Path("/dev/shm", name).chmod(0o444)

    done = run(
        "import os, sys; from shm_reference import SharedMemory, extensions\n"
        "os.setuid(65534) if os.getuid() == 0 else None\n"
        "print(extensions.ReadOnlySharedMemory(sys.argv[1], track=False).size)\n"
        "try: SharedMemory(sys.argv[1], track=False)\n"
        "except PermissionError: print('refused')",
        name,
    )

    assert done.stdout.split() == ["10", "refused"], done.stderr


def _pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


def _and_pickled(value: Any) -> list[Any]:
    return [value, _pickled(value)]


def _content(block: SharedMemory) -> bytes:
    assert block.buf is not None
    return bytes(block.buf)


@pytest.mark.skipif(sys.platform != "linux", reason="it asks the file system of Linux")
def test_reserved_memory_is_there(name: str) -> None:
    """Each page of the block, before anybody has written."""
    size = 1 << 20
    plain = SharedMemory(create=True, size=size)
    block = ReservedSharedMemory(size, name)

    blocks = [Path("/dev/shm", str(it.name)).stat().st_blocks for it in (block, plain)]
    plain.unlink()

    assert blocks == [size // 512, 0]
    assert type(_pickled(block)) is SharedMemory


def test_what_cannot_be_reserved_is_not_created(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ENOSPC here, in the place of SIGBUS later; and nothing is left."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(OSError, match="No space left"):
        ReservedSharedMemory(100, name)

    monkeypatch.delattr(os, "posix_fallocate")
    with pytest.raises(NotImplementedError, match="cannot reserve"):
        ReservedSharedMemory(100, name)

    assert _posix.is_free("/" + name)


def test_nuls_at_the_end_are_kept(name: str) -> None:
    """By whatever way one reads, on every handle of this class."""
    made = NulKeepingList(VALUES, name=name)

    for items in (made, NulKeepingList(name=name), _pickled(made)):
        assert list(items) == VALUES
        assert [items[at] for at in range(-len(VALUES), 0)] == VALUES
        assert [items.index(it) for it in VALUES] == list(range(len(VALUES)))
        assert items.count("a\0\0") == 1
        assert items.count("a") == 0
        assert repr(VALUES) in repr(items)


@pytest.mark.parametrize("kind", [ShareableList, shared_memory.ShareableList])
def test_others_see_a_plain_list(name: str, kind: Callable[..., Any]) -> None:
    """Its layout and its values are those of any list; what they assign is read."""
    plain = ShareableList(VALUES)
    items = NulKeepingList(VALUES, name=name)
    other = kind(name=name)
    content, expected = (_content(it.shm)[: plain.shm.size] for it in (items, plain))
    plain.shm.unlink()

    assert content == expected
    assert list(other) == STRIPPED
    other[0] = "b"
    assert items[0] == "b"
    items[0] = "b\0"
    assert (items[0], other[0]) == ("b\0", "b")
    other[7] = 8
    assert items[7] == 8


def test_what_is_assigned_keeps_its_nuls_until_it_is_replaced(name: str) -> None:
    """Also through other types, and back."""
    items = NulKeepingList(["        "], name=name)

    for value in ("a\0", "a", b"a\0\0", None, "a", "\0", 5, ""):
        items[-1] = value
        assert items[0] == value
        assert type(items[0]) is type(value)


def test_no_nul_is_kept_of_what_is_no_string(name: str) -> None:
    """The checksum of nothing is 0: who knows of no entries may assign that."""
    items = NulKeepingList([7], name=name)
    ShareableList(name=name)[0] = ""

    assert items[0] == ""
    items[0] = None
    ShareableList(name=name)[0] = ""
    assert items[0] == ""


def test_a_refused_value_changes_nothing(name: str) -> None:
    """Neither the item nor how many NULs end it."""
    items = NulKeepingList(["a\0"], name=name)
    before = _content(items.shm)

    with pytest.raises(ValueError, match="exceeds available storage"):
        items[0] = "too long\0"
    with pytest.raises(IndexError):
        items[1] = ""

    assert _content(items.shm) == before


def test_plain_lists_are_read_as_others_read_them(name: str) -> None:
    """There is no place to keep anything, and nothing behind the list is touched."""
    ShareableList(["a\0", 1], name=name)
    items = NulKeepingList(name=name)
    before = _content(items.shm)

    items[0] = "b\0"

    assert list(items) == ["b", 1]
    assert len(before) == items.shm.size


@pytest.mark.parametrize("more", [0, 5])
def test_entries_begin_where_the_list_ends(name: str, more: int) -> None:
    """Rounded up to whole words: a mark, and an entry for each item."""
    plain = ShareableList(["a", "b", 1, *range(more)])
    end = -(-plain.shm.size // 8) * 8
    plain.shm.unlink()
    items = NulKeepingList(["a\0", "b", 1, *range(more)], name=name)

    assert _content(items.shm)[end:].startswith(b"NULs kep")
    assert items.shm.size == end + 8 + 8 * len(items)


def test_a_mark_with_too_few_entries_is_none(name: str) -> None:
    """A block that ends in the middle of them has none."""
    plain = ShareableList(["a", "b"])
    size = -(-plain.shm.size // 8) * 8
    block: Any = SharedMemory(name, create=True, size=size + 16)
    block.buf[: plain.shm.size] = _content(plain.shm)
    block.buf[size : size + 8] = b"NULs kep"
    plain.shm.unlink()

    items = NulKeepingList(name=name)
    items[0] = "c\0"

    assert list(items) == ["c", "b"]


def test_a_mark_without_entries_is_none(name: str) -> None:
    """What stands behind a list may be anything."""
    plain = ShareableList(["a", "b"])
    size = -(-plain.shm.size // 8) * 8
    block: Any = SharedMemory(name, create=True, size=size + 8)
    block.buf[: plain.shm.size] = _content(plain.shm)
    block.buf[size:] = b"NULs kep"
    plain.shm.unlink()

    items = NulKeepingList(name=name)
    items[1] = "c\0"

    assert list(items) == ["a", "c"]

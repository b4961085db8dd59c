"""The observer on Linux, by real segments and real processes."""

from __future__ import annotations

import os
import secrets
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shm_conformance.actors import Actors
from shm_conformance.judging import Bench
from shm_conformance.platforms import Segment, current

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
HOLD = """
import mmap, os, sys
number = os.open(sys.argv[1], os.O_RDWR)
maps = [mmap.mmap(number, 0) for _ in range(2)]
os.close(number) if sys.argv[2] == "mapped" else [m.close() for m in maps]
print("held", flush=True)
input()
"""


@pytest.fixture
def path() -> Iterator[Path]:
    path = Path("/dev/shm") / f"shmc_test_{secrets.token_hex(6)}"
    yield path
    path.unlink(missing_ok=True)


def seen(path: Path) -> Segment:
    found = current().segment(path.name, None)
    assert found is not None
    return found


def test_a_segment_is_seen_as_it_is(path: Path) -> None:
    began = time.time()
    path.write_bytes(b"x" * 5000)
    path.chmod(0o640)

    segment = seen(path)

    assert (segment.name, segment.size, segment.mode) == (path.name, 5000, 0o640)
    assert (segment.uid, segment.inode) == (os.getuid(), path.stat().st_ino)
    assert segment.changed >= began - 0.1
    assert segment in current().segments(None)


@pytest.mark.parametrize(
    "name", ["", "/", ".", "..", "a/b", "a\0b", "/../etc", "x" * 300]
)
def test_what_is_no_name_has_no_segment(name: str) -> None:
    assert current().segment(name, None) is None


def test_a_link_is_not_followed(path: Path) -> None:
    """A name that leads somewhere else is not that other thing."""
    path.symlink_to("/etc/passwd")

    assert seen(path).inode == path.lstat().st_ino
    assert stat.S_ISLNK(path.lstat().st_mode)


def test_leading_slashes_fold(path: Path) -> None:
    path.touch()

    assert current().segment("//" + path.name, None) == seen(path)


def test_a_segment_is_read_by_what_it_is(path: Path) -> None:
    """Not what was put in its place, and not what a link leads to."""
    path.write_bytes(b"old ones")
    old = seen(path)

    assert current().content(old, 3, None) == b"old"
    kept = path.rename(path.with_name(path.name + "_kept"))
    path.write_bytes(b"new ones")
    assert current().content(old, 3, None) == b""
    path.unlink()
    path.symlink_to(kept)
    assert current().content(seen(path), 3, None) == b""
    kept.unlink()


def test_a_segment_is_removed_by_what_it_is(path: Path) -> None:
    """Not by its name: what was put in its place stays."""
    path.touch()
    old = seen(path)
    kept = path.rename(path.with_name(path.name + "_kept"))
    path.write_bytes(b"new")

    assert not current().remove(old, None)
    assert path.read_bytes() == b"new"
    assert current().remove(seen(path), None)
    assert not current().remove(seen(kept), None) or not kept.exists()
    assert not path.exists()


@pytest.mark.parametrize(
    ("how", "descriptors", "mappings"), [("mapped", 2, 2), ("open", 1, 0)]
)
def test_what_a_process_holds_is_counted(
    path: Path, how: str, descriptors: int, mappings: int
) -> None:
    """A mapping of Python's keeps a descriptor of its own."""
    path.write_bytes(b"x" * 100)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, path, how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        segment, look = seen(path), current()

        counts = (
            look.descriptors(process.pid, segment),
            look.mappings(process.pid, segment),
        )
        held = look.held(process.pid)
        path.unlink()
        held_without_name = look.held(process.pid)
        process.communicate(b"\n")

    assert counts == (descriptors, mappings)
    assert (held, held_without_name) == ([segment], [])


def test_a_process_that_has_gone_holds_nothing(path: Path) -> None:
    path.touch()
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()

    look = current()
    assert look.descriptors(done.pid, seen(path)) == 0
    assert look.mappings(done.pid, seen(path)) == 0
    assert look.held(done.pid) == []
    with pytest.raises(ProcessLookupError):
        look.exit_watch(done.pid)


def test_a_signal_to_one_who_has_gone_is_nothing() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    watch = current().exit_watch(process.pid)

    current().send_signal(watch, signal.SIGTERM)
    process.communicate()
    current().send_signal(watch, signal.SIGTERM)
    os.close(watch)

    assert process.returncode == -signal.SIGTERM


def test_a_child_ends_with_its_parent() -> None:
    """Even where the parent had gone before the child asked."""
    code = (
        "from shm_conformance.platforms import current\n"
        "current().die_with_parent(1)\n"
        "print('alive')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False
    )

    assert (done.returncode, done.stdout) == (-signal.SIGKILL, b"")


def test_the_observer_sees_what_actors_make(bench: Bench) -> None:
    """From outside of their private view as well, and only what is there."""
    actors = Actors(bench.stage("reference"))
    actor = actors.start()
    block = actor.shared_memory(actors.name(), create=True, size=5000)

    segment = actors.look(block.name)
    assert segment is not None
    before = actors.descriptors(actor, segment), actors.mappings(actor, segment)
    block.close()
    after = actors.descriptors(actor, segment), actors.mappings(actor, segment)
    block.unlink()
    gone = actors.look(block.name)
    actors.end()

    assert segment.size >= 5000
    assert before[1] == 1
    assert (after, gone) == ((0, 0), None)

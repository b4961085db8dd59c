"""Threads of one process at one list and at many blocks, with and without the GIL."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from obtain.cache import Cache, default_root

LIMIT = 300
IMPL = Path(__file__).resolve().parents[1]
FREE_THREADED = Cache(default_root()).command("cpython-3.13t")
# What others do to a list while it is closed ends in one of these, or not at all.
PROGRAM = """
import os
import threading
from shm_reference.extensions import NulKeepingList
from shm_reference.shared_memory import ShareableList, SharedMemory

DUE = BufferError, TypeError, ValueError
wrong = []

def at_once(works, rounds, meanwhile=lambda: None):
    go = threading.Barrier(len(works) + 1)
    def do(work):
        go.wait()
        for _ in range(rounds):
            try:
                work()
            except DUE:
                pass
            except BaseException as error:
                wrong.append(repr(error))
    threads = [threading.Thread(target=do, args=(it,)) for it in works]
    for it in threads:
        it.start()
    go.wait()
    meanwhile()
    for it in threads:
        it.join()

def close_soon(block):
    while True:
        try:
            return block.close()
        except BufferError:
            pass

def assign(values):
    values[0] = 7
    values[0] = "seven"
    values[2] = 3.5

def use_a_block():
    block = SharedMemory(create=True, size=64)
    other = SharedMemory(block.name)
    other.buf[0] = 1
    other.close()
    block.close()
    block.unlink()

use_a_block()
before = len(os.listdir("/proc/self/fd"))
for turn in range(10):
    values = ShareableList(["a text", "text", 2.5, None, b"bytes", True] * 10)
    works = [
        lambda: assign(values), lambda: assign(values), lambda: values[0],
        lambda: list(values), lambda: values.count(7), lambda: repr(values),
        lambda: len(values), lambda: values.format,
    ]
    if turn % 2:
        at_once(works, 100, lambda: close_soon(values.shm))
    else:
        at_once(works, 100)
        values.shm.close()
    values.shm.unlink()

def read(values):
    values[0], values[1], values[2]

for _ in range(4):
    values = NulKeepingList(["a\\0", b"b\\0\\0", "c"])
    at_once([lambda: read(values)] * 4, 2000)
    values.shm.close()
    values.shm.unlink()
at_once([use_a_block] * 4, 30)
assert not wrong, wrong[:3]
assert len(os.listdir("/proc/self/fd")) == before
"""


@pytest.mark.parametrize(
    "command",
    [
        pytest.param([sys.executable], id="running"),
        pytest.param(
            FREE_THREADED,
            id="free-threaded",
            marks=pytest.mark.skipif(
                FREE_THREADED is None,
                reason="no free-threaded Python; `ci/interpreters cpython-3.13t` gets it",
            ),
        ),
    ],
)
def test_threads_may_share_a_list(command: list[str]) -> None:
    """No crash, no error but those of a closed block, no descriptor lost, no complaint."""
    done = subprocess.run(
        [*command, "-c", PROGRAM],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
        cwd=IMPL,
        stdin=subprocess.DEVNULL,
    )

    assert (done.returncode, done.stderr) == (0, "")

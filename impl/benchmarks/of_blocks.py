"""What is measured of blocks and managers, run by `compare.py` in each interpreter.

python impl/benchmarks/of_blocks.py ROUNDS

Beside both implementations stand the bare system calls, with the two messages to
the tracker: what no implementation in Python can be quicker than.
"""

from __future__ import annotations

import _posixshmem  # type: ignore[import-not-found]
import mmap
import os
import sys
from functools import partial
from multiprocessing import managers as standard_managers
from multiprocessing import resource_tracker
from multiprocessing import shared_memory as standard
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.turns import Work, take, tell
from shm_reference import managers as reference_managers
from shm_reference import shared_memory as reference

SIZE = 1 << 16
NAME = f"/of_blocks_{os.getpid()}"


def create(kind: Any) -> None:
    block = kind(create=True, size=SIZE)
    block.close()
    block.unlink()


def attach(kind: Any, name: str) -> None:
    kind(name).close()


def create_barely() -> None:
    descriptor = _posixshmem.shm_open(NAME, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    os.ftruncate(descriptor, SIZE)
    _map(descriptor)
    resource_tracker.register(NAME, "shared_memory")
    _posixshmem.shm_unlink(NAME)
    resource_tracker.unregister(NAME, "shared_memory")


def attach_barely(name: str) -> None:
    _map(_posixshmem.shm_open(name, os.O_RDWR, 0o600))
    resource_tracker.register(name, "shared_memory")


def _map(descriptor: int) -> None:
    mapping = mmap.mmap(descriptor, 0)
    memoryview(mapping).release()
    mapping.close()
    os.close(descriptor)


def measure_blocks(rounds: int) -> None:
    kinds = {"stdlib": standard.SharedMemory, "reference": reference.SharedMemory}
    creating: dict[str, Work] = {it: partial(create, kinds[it]) for it in kinds}
    creating["bare"] = create_barely
    tell("create, close, unlink", take(creating, rounds))

    block = standard.SharedMemory(create=True, size=SIZE)
    attaching: dict[str, Work] = {
        it: partial(attach, kinds[it], block.name) for it in kinds
    }
    attaching["bare"] = partial(attach_barely, "/" + block.name)
    tell("attach, close", take(attaching, rounds))
    block.close()
    block.unlink()


def measure_managers(rounds: int) -> None:
    standard_one = standard_managers.SharedMemoryManager()
    reference_one = reference_managers.SharedMemoryManager()
    with standard_one, reference_one:
        ways: dict[str, Work] = {
            "stdlib": partial(create_managed, standard_one),
            "reference": partial(create_managed, reference_one),
        }
        tell("manager's block", take(ways, rounds, warm_up=3))


def create_managed(manager: Any) -> None:
    manager.SharedMemory(size=SIZE).close()


def main(rounds: int) -> None:
    measure_blocks(rounds)
    measure_managers(min(rounds, MANAGED_ROUNDS))


# Blocks of a manager stay until it is shut down, so there must not be too many.
MANAGED_ROUNDS = 20

if __name__ == "__main__":
    main(int(sys.argv[1]))

"""Names, scripts and records for the tests of the reference implementation."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from multiprocessing import resource_tracker
from typing import Callable, Iterator, List, Tuple

import pytest

from shm_reference import _posix

Run = Callable[..., "subprocess.CompletedProcess[str]"]
Messages = List[Tuple[str, str]]


@pytest.fixture
def name() -> Iterator[str]:
    """A name that nobody uses; its block is removed after the test."""
    name = f"shmref_{os.getpid()}_{os.urandom(4).hex()}"
    yield name
    with suppress(FileNotFoundError):
        _posix.remove("/" + name)


@pytest.fixture
def run() -> Run:
    """Run a script in a fresh interpreter; stderr includes its tracker's."""

    def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", script, *arguments],
            capture_output=True,
            check=False,
            text=True,
            timeout=60,
        )

    return run


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> Messages:
    """What the tracker would have been told, instead of telling it."""
    said: Messages = []
    for verb in ("register", "unregister"):

        def say(name: str, kind: str, verb: str = verb) -> None:
            assert kind == "shared_memory"
            said.append((verb, name))

        monkeypatch.setattr(resource_tracker, verb, say)
    return said

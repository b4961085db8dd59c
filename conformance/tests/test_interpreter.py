"""Interpreters that start, and yet cannot be judged."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shm_conformance.errors import TargetNotStarted
from shm_conformance.interpreter import probe
from shm_conformance.processes import run_to_its_end

# It takes `-c CODE` like an interpreter, and says of itself what Windows' does.
ELSEWHERE = """\
import ctypes, os, sys
os.name = "nt"
sys.getwindowsversion = lambda: (10, 0, 19045)
class Library:
    LINE
ctypes.WinDLL = lambda name: Library
code = sys.argv[2]
sys.argv[:3] = ["-c"]
exec(code)
"""


def elsewhere(folder: Path, line: str) -> tuple[str, ...]:
    """The command of such an interpreter; *line* is what its ntdll has."""
    program = folder / "elsewhere.py"
    program.write_text(ELSEWHERE.replace("LINE", line))
    return sys.executable, str(program)


def test_an_interpreter_of_an_unseen_system_is_refused(tmp_path: Path) -> None:
    """The observer would miss every segment there, so that no verdict were true."""
    with pytest.raises(TargetNotStarted, match="runs on Windows, whose segments"):
        probe(elsewhere(tmp_path, "pass"))


def test_wine_is_seen_from_here(tmp_path: Path) -> None:
    """It says which system it shows, and that it is Wine which does."""
    place = probe(elsewhere(tmp_path, "wine_get_version = 1")).facts["platform"]

    assert (place["system"], place["emulator"]) == ("Windows", "wine")
    assert place["release"] == "10.0.19045"


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A file whose reader waits until the test has opened it."""
    path = tmp_path / "endless"
    os.mkfifo(path)
    return path


def test_a_program_is_over_when_it_has_ended(endless: Path) -> None:
    """Even if what it has started still holds its output, as Wine's services do."""
    words = ["sh", "-c", 'cat "$0" & cat; exit 3', str(endless)]

    done = run_to_its_end(words, 60, b"said")

    assert (done.returncode, done.stdout, done.stderr) == (3, b"said", b"")
    endless.write_bytes(b"")  # which ends the one that is left


def test_a_program_that_does_not_end_is_killed(endless: Path) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        run_to_its_end(["cat", str(endless)], 0.1)

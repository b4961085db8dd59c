"""Interpreters that start, and yet cannot be judged."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from shm_conformance.errors import TargetNotStarted
from shm_conformance.interpreter import probe

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

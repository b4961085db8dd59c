"""Interpreters that start, and yet cannot be judged."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from shm_conformance.errors import TargetNotStarted
from shm_conformance.interpreter import probe

# It takes `-c CODE` like an interpreter, and has no uname(), as under Wine.
ELSEWHERE = """\
import os, sys
del os.uname
code = sys.argv[2]
sys.argv[:3] = ["-c"]
exec(code)
"""


def test_an_interpreter_of_an_unseen_system_is_refused(tmp_path: Path) -> None:
    """The observer would miss every segment there, so that no verdict were true."""
    program = tmp_path / "elsewhere.py"
    program.write_text(ELSEWHERE)

    with pytest.raises(TargetNotStarted, match="runs on Windows, whose segments"):
        probe((sys.executable, str(program)))

"""mypy strict and ruff clean are part of the tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WINDOWS = "impl/shm_reference/_windows.py"
TOOLS = {
    "types": ["mypy"],
    "types of Windows": ["mypy", "--platform=win32", WINDOWS],
    "lint": ["ruff", "check"],
    "format": ["ruff", "format", "--check"],
}


@pytest.mark.parametrize("tool", TOOLS)
def test_the_whole_project_is_clean(tool: str) -> None:
    """No tool has anything to say."""
    command = [sys.executable, "-m", *TOOLS[tool]]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr

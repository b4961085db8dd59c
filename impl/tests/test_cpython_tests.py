from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "cpython_tests.py"

pytestmark = pytest.mark.skipif(
    find_spec("test._test_multiprocessing") is None, reason="no `test` package"
)


def start(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        capture_output=True,
        check=False,
        text=True,
        timeout=250,
    )


def test_a_test_of_theirs_passes() -> None:
    """One test, under each start method."""
    result = start("*shared_memory_across_processes*")

    assert result.stdout.count("1 run, 0 failed, 0 skipped") == 3, result.stderr
    assert result.returncode == 0


def test_no_tests_are_a_failure() -> None:
    """A pattern that matches nothing must not look green."""
    result = start("*no such test*")

    assert result.stdout.count("0 run") == 3
    assert result.returncode == 1

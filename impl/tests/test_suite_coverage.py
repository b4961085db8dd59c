"""What the suite reaches is seen in processes that are killed, too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from suite_coverage import (
    PACKAGE,
    WHOLE,
    arcs_in,
    functions,
    read_reasons,
    traced_python,
)

KILLED = """
import os, signal
from shm_reference import _names
_names.to_system("name")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_steps_of_a_killed_process_are_kept(tmp_path: Path) -> None:
    """Each is written when it is first made."""
    steps = tmp_path / "steps"
    traced = traced_python(sys.executable, tmp_path / "environment", steps)

    done = subprocess.run(
        [traced, "-c", KILLED], check=False, env={"PYTHONPATH": str(PACKAGE.parent)}
    )

    assert done.returncode == -9
    lines = ["", *(PACKAGE / "_names.py").read_text("utf-8").splitlines()]
    arcs = arcs_in(steps)[str(PACKAGE / "_names.py")]
    reached = {lines[end].strip() for _, end in arcs if end > 0}
    assert "def to_system(name: str) -> str:" in reached
    assert "return calls.SLASH + name.lstrip(calls.SLASH)" in reached


def test_a_step_that_was_cut_off_is_none(tmp_path: Path) -> None:
    """Whatever of it was written, and whatever comes after."""
    steps = tmp_path / "steps"
    steps.write_text("\na.py\t1\t2\t\na.py\t2\t\na.py\t2\t3\nb.py\t-1\t2\t", "utf-8")

    assert arcs_in(steps) == {
        str(PACKAGE / "a.py"): {(1, 2)},
        str(PACKAGE / "b.py"): {(-1, 2)},
    }


def test_the_reasons_are_about_lines_that_are_there() -> None:
    """One that was changed since may need another reason, or none."""
    for place in read_reasons():
        source = (PACKAGE / place.module).read_text("utf-8")
        within, lines = functions(source), source.splitlines()
        found = {(within.get(at, ""), line.strip()) for at, line in enumerate(lines, 1)}
        assert place.line == WHOLE or (place.within, place.line) in found, place
        assert place.to in {"", "end", *(line for _, line in found)}, place

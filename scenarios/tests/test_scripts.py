"""Each scenario's script stands alone, and sees what the harness sees."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from obtain.cache import Cache, default_root
from shm_conformance.errors import UsageError
from shm_scenarios import catalogue
from shm_scenarios.playing import Wish, play_all
from shm_scenarios.scenario import Scenario
from shm_scenarios.scripts import can_be_written, render

LIMIT = 300
CODES = {0: "absent", 1: "reproduced", 2: "broken"}
WRITTEN = [scenario for scenario in catalogue().values() if can_be_written(scenario)]
WINE = Cache(default_root()).command("cpython-3.13-wine")


@pytest.mark.parametrize("scenario", WRITTEN, ids=lambda it: it.id)
def test_a_script_sees_what_the_harness_sees(
    scenario: Scenario, tmp_path: Path
) -> None:
    """Run by a bare interpreter, without this package, on its standard library."""
    script = tmp_path / "bug.py"
    script.write_text(render(scenario), "utf-8")

    done = subprocess.run(
        [sys.executable, "-S", "-E", script.name],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
    )

    [played] = play_all([scenario], ["stdlib"], Wish())
    assert CODES[done.returncode] == played.verdict, done.stdout + done.stderr


@pytest.mark.skipif(
    WINE is None, reason="Wine is not here; `ci/interpreters cpython-3.13-wine` gets it"
)
@pytest.mark.parametrize(
    "scenario",
    [scenario for scenario in WRITTEN if scenario.platforms == "all"],
    ids=lambda it: it.id,
)
def test_a_script_runs_on_windows(scenario: Scenario, tmp_path: Path) -> None:
    """What is about Windows, too, is seen there as well without this package."""
    assert WINE is not None
    [played] = play_all([scenario], [f"stdlib@{shlex.join(WINE)}"], Wish())
    script = tmp_path / "bug.py"
    script.write_text(render(scenario), "utf-8")

    # Python under Wine does not start without pipes at its standard streams.
    done = subprocess.run(
        [*WINE, script.name],
        input=b"",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=LIMIT,
        check=False,
        cwd=tmp_path,
    )

    assert CODES[done.returncode] == played.verdict, done.stdout


def test_a_script_says_what_it_cannot_tell(tmp_path: Path) -> None:
    """Without the module there is nothing to see: exit code 2, in a line."""
    script = tmp_path / "bug.py"
    text = render(catalogue()["attacher-ends-first"])
    script.write_text(text.replace('"multiprocessing.shared_memory"', '"absent"'))

    done = subprocess.run(
        [sys.executable, script],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )

    assert done.returncode == 2
    assert done.stdout.splitlines()[-1].startswith("cannot tell: ")


def test_what_has_no_script_says_so() -> None:
    """Rather than one that shows something else."""
    missing = [it for it in catalogue().values() if it not in WRITTEN]

    assert len(missing) < len(WRITTEN) / 4
    with pytest.raises(UsageError, match="has no script"):
        render(missing[0])

"""The same seed gives the same verdicts and traces, wherever the tests run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from shm_conformance import results

from .conftest import called

# Whether they deviate or not, and are made smaller or not.
GENERATED = "shm.any or list.any-values or list.any-nulls or life.strangers"
NAME = re.compile(r"(shmc|psm)_[0-9a-f]+(_[0-9]+)?")
PID = re.compile(r"-> \d+$")


def judged(file: Path, *words: str) -> dict[str, Any]:
    """The verdict and what was done, by requirement; without names and pids."""
    words = ("check", "stdlib", "-k", GENERATED, "--seed", "3", *words)
    done = called(*words, "--json", file)
    assert done.returncode == 0, done.stdout + done.stderr
    [target] = results.read(file)["targets"]
    return {
        result["requirement"]: [result["verdict"], *done_in(result["trace"])]
        for result in target["results"]
    }


def done_in(trace: list[dict[str, str]]) -> list[tuple[str, str]]:
    # What is printed comes when it comes, and in pieces.
    return [plain(step) for step in trace if step["kind"] != "stderr"]


def plain(step: dict[str, str]) -> tuple[str, str]:
    return step["actor"], PID.sub("-> PID", NAME.sub("NAME", step["text"]))


def test_a_seed_gives_the_same_traces(tmp_path: Path) -> None:
    """In one process or in two; with the constants of other modules about, or not."""
    alone = judged(tmp_path / "one.json", "-n", "0")
    shared = judged(tmp_path / "two.json", "-n", "2")

    assert len(alone) > 10
    assert alone == shared

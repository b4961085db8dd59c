"""Each scenario's script stands alone, and sees what the harness sees."""

from __future__ import annotations

import gc
import pickle
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from obtain.cache import Cache, default_root
from shm_scenarios import catalogue
from shm_scenarios.playing import Wish, play_all
from shm_scenarios.scenario import Scenario
from shm_scenarios.scripts import render

LIMIT = 300
CODES = {0: "absent", 1: "reproduced", 2: "broken"}
FORCED = [scenario for scenario in catalogue().values() if not scenario.is_chance]
CHANCE = [scenario for scenario in catalogue().values() if scenario.is_chance]
WINE = Cache(default_root()).command("cpython-3.13-wine")


def run_alone(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a script by a bare interpreter, without this package."""
    script = folder / "bug.py"
    script.write_text(text, "utf-8")
    return subprocess.run(
        [sys.executable, "-S", "-E", script.name],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
        cwd=folder,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("scenario", FORCED, ids=lambda it: it.id)
def test_a_script_sees_what_the_harness_sees(
    scenario: Scenario, tmp_path: Path
) -> None:
    """On the standard library of the interpreter that runs it."""
    done = run_alone(render(scenario), tmp_path)

    [played] = play_all([scenario], ["stdlib"], Wish())
    assert CODES[done.returncode] == played.verdict, done.stdout + done.stderr


@pytest.mark.parametrize("scenario", CHANCE, ids=lambda it: it.id)
def test_a_script_of_what_is_left_to_chance_ends(
    scenario: Scenario, tmp_path: Path
) -> None:
    """Whether it was a hit this time, nobody can promise; that it can be told, we can."""
    done = run_alone(render(scenario), tmp_path)

    assert CODES[done.returncode] in ("reproduced", "absent"), done.stdout


@pytest.mark.skipif(
    WINE is None, reason="Wine is not here; `ci/interpreters cpython-3.13-wine` gets it"
)
@pytest.mark.parametrize(
    "scenario",
    [scenario for scenario in FORCED if scenario.platforms == "all"],
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


def test_a_script_does_not_wait_for_who_cannot_start(tmp_path: Path) -> None:
    """Where `unshare` is refused, that is said, and nothing is waited for."""
    text = render(catalogue()["trackers-become-zombies"])
    done = run_alone(text.replace('("unshare", ', '("false", '), tmp_path)

    assert done.returncode == 2
    assert "first did not start" in done.stdout.splitlines()[-1]


def test_a_script_says_what_it_cannot_tell(tmp_path: Path) -> None:
    """Without the module there is nothing to see: exit code 2, in a line."""
    text = render(catalogue()["attacher-ends-first"])
    done = run_alone(
        text.replace('"multiprocessing.shared_memory"', '"absent"'), tmp_path
    )

    assert done.returncode == 2
    assert done.stdout.splitlines()[-1].startswith("cannot tell: ")


HELD = """
def refuse():
    block = memory.Block()
    raise ValueError("refused")
refuse()
"""


class Memory:
    """What a script takes for the module under test; it counts its blocks."""

    blocks = 0

    def __init__(self) -> None:
        memory = self

        class Block:
            def __init__(self) -> None:
                memory.blocks += 1

            def __del__(self) -> None:
                memory.blocks -= 1

        self.Block = Block


class Line:
    """A connection that asks for what is refused, and for the end."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.answers: list[tuple[object, int]] = []
        self.asked = iter([("run", (HELD,)), ("end", ("", 0))])

    def recv(self) -> object:
        return next(self.asked)

    def send_bytes(self, answer: bytes) -> None:
        gc.collect()
        self.answers.append((pickle.loads(answer), self.memory.blocks))

    def send(self, answer: object) -> None:
        """Take the answer to the end."""


def test_an_error_is_let_go_of_before_it_is_told(tmp_path: Path) -> None:
    """Where the last handle frees a block, who looks after the answer must not see it."""
    script = tmp_path / "bug.py"
    script.write_text(render(catalogue()["attacher-ends-first"]), "utf-8")
    worker = object.__new__(runpy.run_path(str(script))["Worker"])
    worker.work, memory = [], Memory()
    worker.names, worker.line = {"memory": memory}, Line(memory)

    worker.serve()

    [(answer, blocks)] = worker.line.answers
    assert "ValueError" in answer[0]
    assert blocks == 0

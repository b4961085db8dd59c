"""After a run nothing of it remains, whoever was killed, and nothing else is touched."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from shm_conformance import guardian, ledger, processes, run
from shm_conformance.actors import Actor, Actors
from shm_conformance.judging import Bench, Settings
from shm_conformance.platforms import Segment, current

from .conftest import HERE, assert_nothing_left

# Much longer than it takes, as a failing test may say so late.
LIMIT = 60
SHM = Path("/dev/shm")


@dataclass
class Harness:
    """A harness process of its own, and what it said of itself."""

    process: subprocess.Popen[bytes]
    facts: dict[str, Any]

    @property
    def token(self) -> str:
        return str(self.facts["token"])

    @property
    def folder(self) -> Path:
        return Path(self.facts["folder"])

    def kill(self, *others: psutil.Process) -> None:
        for other in others:
            other.kill()
        self.process.kill()
        self.process.wait(LIMIT)
        psutil.wait_procs(others, LIMIT)

    def left(self) -> set[str]:
        """The segments of its list that exist."""
        return {name for name in self.facts["names"] if (SHM / name).exists()}


@pytest.fixture
def harness(isolation: str) -> Iterator[Harness]:
    """A harness whose actors hold blocks of every kind."""
    command = [sys.executable, str(HERE / "holding_run.py"), isolation]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        facts = json.loads(process.stdout.readline())
        found = Harness(process, facts)
        yield found
        process.kill()
    guardian.clean_up(found.folder, found.token)


@pytest.fixture
def foreign() -> Iterator[Path]:
    """A segment of somebody else's."""
    path = SHM / f"foreign_{secrets.token_hex(6)}"
    path.write_bytes(b"precious")
    yield path
    path.unlink(missing_ok=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a run."""
    path = tmp_path / "run"
    path.mkdir()
    return path


def segment_of(path: Path) -> Segment:
    found = current().segment(path.name, None)
    assert found is not None
    return found


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_harness_leaves_nothing(
    harness: Harness, foreign: Path, number: int
) -> None:
    """The guardian ends processes, hanging ones as well, and removes the segments."""
    watch = psutil.Process(harness.facts["guardian"])

    harness.process.send_signal(number)
    harness.process.wait(LIMIT)
    watch.wait(LIMIT)

    assert_nothing_left(harness.token)
    assert harness.left() == set()
    assert foreign.read_bytes() == b"precious"


def test_what_was_killed_with_its_guardian_can_be_cleaned_up(
    harness: Harness, foreign: Path
) -> None:
    """The ledger on disk is enough."""
    harness.kill(psutil.Process(harness.facts["guardian"]))
    assert harness.folder.exists()

    is_clean = guardian.clean_up(harness.folder, harness.token)

    assert is_clean
    assert guardian.clean_up(harness.folder, harness.token), "a second time"
    assert_nothing_left(harness.token)
    assert harness.left() == set()
    assert foreign.read_bytes() == b"precious"


def test_a_name_that_is_somebody_elses_by_now_survives(
    folder: Path, foreign: Path
) -> None:
    """What was seen under a name is an object; another one is not ours."""
    book = ledger.Ledger(folder / "ledger.jsonl")
    book.announce(foreign.name)
    book.saw(segment_of(foreign), foreign.name)
    book.close()
    kept = foreign.with_name(foreign.name + "_kept")
    foreign.rename(kept)
    foreign.write_bytes(b"precious")

    guardian.clean_up(folder, secrets.token_hex(6))

    assert foreign.read_bytes() == b"precious"
    kept.unlink()


def test_a_name_that_was_seen_is_removed(folder: Path, foreign: Path) -> None:
    """Device and inode prove that it is the one."""
    book = ledger.Ledger(folder / "ledger.jsonl")
    book.saw(segment_of(foreign), foreign.name)
    book.close()

    guardian.clean_up(folder, secrets.token_hex(6))

    assert not foreign.exists()
    assert not folder.exists()


@pytest.mark.parametrize(
    ("has_token", "is_younger", "is_removed"),
    [(True, True, True), (False, True, False), (True, False, False)],
)
def test_a_name_that_was_never_seen_needs_token_and_youth(
    folder: Path, foreign: Path, has_token: bool, is_younger: bool, is_removed: bool
) -> None:
    """Between announcement and observation, only these two can tell."""
    announced = segment_of(foreign).changed + (-1 if is_younger else 1)
    line = {"name": foreign.name, "time": announced}
    (folder / "ledger.jsonl").write_text(json.dumps(line) + "\n")

    guardian.clean_up(folder, foreign.name[-12:] if has_token else "another")

    assert foreign.exists() is not is_removed


@pytest.mark.parametrize(
    ("has_token", "is_younger", "is_removed"),
    [(True, True, True), (False, True, False), (True, False, False)],
)
def test_a_block_under_another_name_needs_token_and_youth(
    folder: Path, foreign: Path, has_token: bool, is_younger: bool, is_removed: bool
) -> None:
    """A target that was killed may just have renamed a block of ours."""
    began = segment_of(foreign).changed + (-1 if is_younger else 1)
    line = {"harness": {"pid": 1, "started": 0, "time": began}}
    (folder / "ledger.jsonl").write_text(json.dumps(line) + "\n")

    guardian.clean_up(folder, foreign.name[-12:] if has_token else "another")

    assert foreign.exists() is not is_removed


def test_a_torn_ledger_is_read_as_far_as_it_goes(folder: Path, foreign: Path) -> None:
    """A run may be killed in the middle of a line."""
    path = folder / "ledger.jsonl"
    book = ledger.Ledger(path)
    book.saw(segment_of(foreign), foreign.name)
    book.close()
    with path.open("ab") as file:
        file.write(b'17\n{"name": "half\xff')

    harness, entries = ledger.read(path)

    assert harness == {}
    assert list(entries) == [foreign.name]


def test_only_marked_processes_are_ended() -> None:
    """The mark in the environment tells ours from all others."""
    token = secrets.token_hex(6)
    command = [sys.executable, "-c", "input()"]
    with (
        subprocess.Popen(
            command, stdin=subprocess.PIPE, env={**os.environ, processes.MARK: token}
        ) as ours,
        subprocess.Popen(command, stdin=subprocess.PIPE) as other,
    ):
        assert [it.pid for it in processes.marked(token)] == [ours.pid]

        assert processes.end_marked(token) == []

        assert other.poll() is None
        assert not processes.is_marked(other.pid, token)
        other.kill()


def test_a_run_that_was_killed_at_its_birth_can_be_cleaned_up() -> None:
    """A folder without a ledger is believed to be starting, and later removed."""
    folder = current().state_directory() / f"{os.getpid():012d}"
    folder.mkdir()
    assert run.is_running(folder)
    os.utime(folder, (0, 0))
    assert not run.is_running(folder)

    assert guardian.clean_up(folder, folder.name)

    assert not folder.exists()


def test_ended_processes_do_not_pile_up() -> None:
    """What actors leave to us is collected during the run, not only at its end."""
    tests = 12
    bench = Bench(Settings())
    try:
        for _ in range(tests):
            actors = Actors(bench.stage("reference"))
            owner = actors.start("owner")
            owner.shared_memory(actors.name(), create=True, size=16)
            owner.start_child("spawn", "child")
            actors.wait_gone(*_ended(actors))
            actors.end()
        assert bench.run is not None
        ours = [
            it
            for it in psutil.Process().children()
            if os.getsid(it.pid) in bench.run.sessions
        ]
        dead = [it for it in ours if it.status() == psutil.STATUS_ZOMBIE]
    finally:
        bench.close()

    # A tracker and a child each; those of the last test may still be on their way.
    assert len(dead) < tests


def _ended(actors: Actors) -> list[Actor]:
    for actor in actors.cast:
        actor.kill(signal.SIGKILL)
    return actors.cast

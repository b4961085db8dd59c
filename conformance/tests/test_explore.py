"""`explore` as its users call it, and what it says where it cannot look."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from shm_conformance import results
from shm_conformance.requirements import catalogue

from .conftest import assert_said, called

ATTACH = "race.list.attach-sees-all-or-nothing"
needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None, reason="this machine lacks strace"
)
CLOSE = ("explore", "reference", "-n", "0", "--life", "close")


@needs_strace
def test_every_call_of_a_life_is_a_point(tmp_path: Path) -> None:
    """The strip is on the screen, and in the result, point by point."""
    done = called(*CLOSE, "--kill", "--strict-protocol", "--json", tmp_path / "r")

    assert done.returncode == 0, done.stdout + done.stderr
    [target] = results.read(tmp_path / "r")["targets"]
    [result] = target["results"]
    names = [point["point"].split()[0] for point in result["points"]]
    assert "munmap" in names or "close" in names
    assert [point["findings"] for point in result["points"]] == [[]] * len(names)
    assert f"crash close  {'.' * len(names)}\n" in done.stdout


@needs_strace
def test_a_deviation_tells_the_call() -> None:
    """Where it was disturbed, what was left, and how to see just this once more."""
    done = called(
        "explore",
        "stdlib",
        "-n",
        "0",
        "--life",
        "attach",
        "--fail",
        "--no-baseline",
        "-k",
        "spares-the-owner",
    )

    assert done.returncode == 1, done.stdout + done.stderr
    assert "fault attach  " in done.stdout
    assert "mmap 1 ENOMEM" in done.stdout
    assert "inject=" in done.stdout
    repeat = "shm-conformance explore stdlib -k fault.attach.spares-the-owner"
    assert repeat in done.stdout


@needs_strace
def test_a_schedule_is_replayed(tmp_path: Path) -> None:
    """Who attaches between two calls of a creation, seen by that schedule alone."""
    done = called(
        "explore",
        "stdlib",
        "-n",
        "0",
        "--schedule=openat:1,fcntl:1",
        "-k",
        "race.create.attach",
        "--no-baseline",
        "--json",
        tmp_path / "r",
    )

    assert done.returncode == 1, done.stdout + done.stderr
    [target] = results.read(tmp_path / "r")["targets"]
    [[cell]] = [it["points"] for it in target["results"]]
    assert (cell["point"], cell["call"], cell["cell"]) == (
        "openat:1,fcntl:1",
        "fcntl",
        "C",
    )
    assert "--schedule=openat:1,fcntl:1" in done.stdout


def test_a_list_is_raced_by_lines(tmp_path: Path) -> None:
    """Who attaches before a line of the constructor sees a list without items."""
    words = ("explore", "stdlib", "-n", "0", "-k", ATTACH, "--no-baseline")

    done = called(*words, "--strict-protocol", "--json", tmp_path / "r")

    assert done.returncode == 1, done.stdout + done.stderr
    [target] = results.read(tmp_path / "r")["targets"]
    [points] = [it["points"] for it in target["results"]]
    first = next(it for it in points if it["cell"] == "C")
    number = points.index(first) + 1
    assert (first["call"], first["point"][:17]) == ("line", "shared_memory.py:")
    again = called(*words, f"--schedule=line#{number}")
    assert_said(again, 1, f"by 1 of 1 schedules (line#{number})")


def test_lines_are_points_where_calls_cannot_be_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without strace a process is killed at each line of the target's modules."""
    tools = [
        Path(found)
        for it in ("unshare", "nsenter", "sh", "mount")
        if (found := shutil.which(it))
    ]
    for tool in tools:
        (tmp_path / tool.name).symlink_to(tool)
    monkeypatch.setenv("PATH", str(tmp_path))

    done = called(*CLOSE, "--by=lines", "--strict-protocol", "--json", tmp_path / "r")

    assert done.returncode == 0, done.stdout + done.stderr
    [target] = results.read(tmp_path / "r")["targets"]
    [result] = target["results"]
    calls = [point["call"] for point in result["points"]]
    assert set(calls) == {"line"}
    assert result["points"][0]["point"].startswith("shared_memory.py:")


def test_the_lives_are_listed() -> None:
    """Each with its story, its steps and what can be done to it; races, too."""
    done = called("explore", "--list")

    assert_said(done, 0, "close  [kill]  A child closes its parent's block.")
    assert "! p1 close h1" in done.stdout
    assert "create  [race]  Of two that create" in done.stdout


def test_an_unknown_life_is_a_message() -> None:
    assert_said(called("explore", "--life", "clsoe"), 2, "no life 'clsoe'")


def test_what_is_no_schedule_is_a_message() -> None:
    assert_said(called("explore", "--schedule", "openat"), 2, "no schedule: 'openat'")


def test_without_strace_nothing_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Incomplete, with the reason: never green."""
    monkeypatch.setenv("PATH", str(tmp_path))

    assert_said(called(*CLOSE), 3, "strace is not installed")


def test_what_is_explored_is_no_part_of_a_plain_check() -> None:
    """It takes minutes; `--profile thorough` has it."""
    explored = [it.id for it in catalogue().values() if it.is_explored]

    done = called("check", "reference", "-n", "0", "-k", "crash.close", "--level=must")

    assert len(explored) > 20
    assert_said(done, 2, "matches no requirement")

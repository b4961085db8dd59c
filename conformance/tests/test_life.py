"""The model of lives, and the script that a life becomes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from shm_conformance.life import EVERY_ACTION, Due, Step, World
from shm_conformance.scripts import Moment, Story, render

LIMIT = 60
# A stdlib whose unlink does nothing.
LAZY = """
from multiprocessing.shared_memory import ShareableList, SharedMemory as Real

class SharedMemory(Real):
    def unlink(self):
        if self.name.startswith("psm_"):
            super().unlink()
"""


def lived(strangers: int, *steps: Step) -> World:
    """A world after some steps."""
    world = World(strangers)
    for step in steps:
        world.take(step)
    return world


def exists(world: World, name: str) -> bool:
    return world.names[name] is not None


CREATED = Step("create", "p0", "a")


def test_a_name_is_taken_once() -> None:
    world = lived(2, CREATED)

    assert world.take(Step("create", "p1", "a")) == Due("FileExistsError")
    assert world.take(Step("attach", "p1", "b")) == Due("FileNotFoundError")


def test_handles_share_a_block_and_names_are_reused() -> None:
    world = lived(1, CREATED, Step("attach", "p0", "a"), Step("write", "p0", "h0", "7"))
    assert world.take(Step("read", "p0", "h1")) == Due(byte=7)

    world.take(Step("unlink", "p0", "h1"))
    world.take(CREATED)

    assert world.take(Step("read", "p0", "h2")) == Due(byte=0)
    assert world.take(Step("read", "p0", "h0")) == Due(byte=7)


def test_the_last_of_a_family_takes_what_it_tracks() -> None:
    start = Step("start", "p0", "p1", "spawn")
    world = lived(1, CREATED, start, Step("end", "p0", detail="SIGKILL"))
    assert exists(world, "a")

    world.take(Step("end", "p1", detail="return"))

    assert not exists(world, "a")
    assert world.families["p0"].may_speak


def test_a_stranger_takes_what_it_attached_to() -> None:
    world = lived(2, CREATED, Step("attach", "p1", "a"))

    world.take(Step("end", "p1", detail="return"))

    assert not exists(world, "a")


def test_who_was_forked_with_a_fork_server_starts_nothing_by_it() -> None:
    """Multiprocessing waits for it in vain there; who was spawned knows of none."""
    world = lived(
        1,
        Step("start", "p0", "p1", "forkserver"),
        Step("start", "p0", "p2", "fork"),
        Step("start", "p2", "p3", "fork"),
        Step("start", "p2", "p4", "spawn"),
    )
    ways = {it.actor for it in world.possible("start") if it.detail == "forkserver"}

    assert ways == {"p0", "p1", "p4"}


def test_another_block_by_a_tracked_name_may_go_or_stay() -> None:
    steps = (Step("attach", "p1", "a"), Step("unlink", "p0", "h0"), CREATED)
    world = lived(2, CREATED, *steps, Step("end", "p1", detail="return"))

    assert world.open == {"a"}
    world.adopt("a", exists=True)
    assert exists(world, "a")


def test_after_its_tracker_was_killed_nothing_is_promised() -> None:
    world = lived(1, CREATED, Step("kill-tracker", "p0"))

    assert world.take(Step("attach", "p0", "a")).is_open
    world.take(Step("end", "p0", detail="return"))
    assert world.open == {"a"}


def test_a_manager_takes_its_blocks() -> None:
    world = lived(1, Step("start-manager", "p0", "m0"), Step("manage", "p0", "m0", "x"))
    assert exists(world, "x")

    world.take(Step("stop-manager", "p0", "m0"))

    assert not exists(world, "x")


def others(action: str) -> tuple[str, ...]:
    """What an action needs to become possible, and to go on being so."""
    managers = ("start-manager", "manage") if "manage" in action else ()
    return ("create", *managers, "start")


@pytest.mark.parametrize("action", EVERY_ACTION)
def test_what_is_possible_can_be_taken(action: str) -> None:
    """Each action is possible somewhere in a long life, and has an outcome."""
    world, taken = World(2), 0
    for number in range(200):
        step = world.choose((action, *others(action)), number, number // 3)
        if step is None:
            break
        taken += step.action == action
        assert isinstance(world.take(step), Due)
        for name in tuple(world.open):
            world.adopt(name, exists=False)

    assert taken


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A script of a life that ends with an unlink."""
    steps = [(CREATED, "h0", True), (Step("attach", "p1", "a"), "h1", True)]
    steps.append((Step("unlink", "p1", "h1"), "h2", False))
    moments = [Moment(it, Due(), to, {"a": there}) for it, to, there in steps]
    story = Story("A life.", "lazy", {"p0": "lazy", "p1": "lazy"}, ["p1"], moments)
    (tmp_path / "life.py").write_text(render(story))
    return tmp_path / "life.py"


@pytest.mark.parametrize(
    ("module", "code", "last"),
    [
        (LAZY, 1, "DEVIATES: block 'a' exists"),
        (LAZY.replace("psm_", ""), 0, "all is as it must be"),
        ("raise ImportError('no such thing')", 2, "cannot tell: "),
    ],
    ids=["deviates", "conforms", "unknown"],
)
def test_a_script_stands_alone(script: Path, module: str, code: int, last: str) -> None:
    """Run by a bare interpreter, it tells by its exit code what it has seen."""
    (script.parent / "lazy.py").write_text(module)

    done = subprocess.run(
        [sys.executable, "-S", str(script)],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
        cwd=script.parent,
    )

    assert done.returncode == code, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith(last)

"""Lives as data: their casts, their steps, the step under fire; and schedules."""

from __future__ import annotations

import pytest

from shm_conformance import schedules
from shm_conformance.errors import UsageError
from shm_conformance.life import Step
from shm_conformance.outcomes import FAILED, KILLED
from shm_conformance.schedules import BLOCK, Schedule
from shm_conformance.short_lives import LIVES, ShortLife, by_name
from shm_conformance.short_world import ShortWorld
from shm_conformance.syscalls import Call

OPEN, MAP = Call("openat", 1, "", BLOCK), Call("mmap", 1, "", BLOCK)
WRITE = Call("write", 3, "")


def test_a_life_is_cut_at_the_step_under_fire() -> None:
    life = ShortLife(
        "x", "an x", "", ("p0 create a", "! p0 unlink h0", "p0 end return")
    )

    assert life.before == (Step("create", "p0", "a"),)
    assert life.act == Step("unlink", "p0", "h0")
    assert life.after == (Step("end", "p0", detail="return"),)
    assert life.cast == ("p0",)


def test_who_is_started_by_others_is_no_stranger() -> None:
    manager = LIVES["manager"]

    assert (manager.cast, manager.started) == (("p0", "m0"), ("m0",))
    assert LIVES["untracked"].started == ()


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
def test_a_life_can_be_lived(life: ShortLife) -> None:
    """No step of it is due to fail, and what is judged of it is known."""
    strangers = [it for it in life.cast if it not in life.started]
    world = ShortWorld(len(strangers))

    dues = [world.take(it) for it in (*life.before, life.act, *life.after)]

    assert [due.error for due in dues] == [""] * len(dues)
    assert set(life.kill) <= set(KILLED)
    assert set(life.fail) <= set(FAILED)
    assert not life.hit or life.hit in life.cast


def test_two_lives_of_one_name_are_refused() -> None:
    life = LIVES["create"]

    with pytest.raises(ValueError, match="create stands twice"):
        by_name((life, life))


@pytest.mark.parametrize("text", ["openat:1", "openat:1,mmap:1", "write#3"])
def test_a_schedule_is_read_as_it_is_written(text: str) -> None:
    assert str(schedules.parse(text)) == text


@pytest.mark.parametrize("text", ["", "openat", "openat:0", "a:1,b:1,c:1", "a:1,,"])
def test_what_is_no_schedule_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        schedules.parse(text)


def test_pairs_are_of_calls_on_the_block_up_to_a_bound() -> None:
    every = schedules.pairs([OPEN, WRITE, MAP], [OPEN, MAP], 10)

    assert every == [Schedule(a, b) for a in (OPEN, MAP) for b in (OPEN, MAP)]
    assert schedules.pairs([OPEN, MAP], [OPEN, MAP], 2) == [every[0], every[2]]
    assert schedules.pairs([WRITE], [OPEN], 2) == []

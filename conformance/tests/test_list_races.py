"""What counts when both who is held and who looks meanwhile go wrong."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from shm_conformance import processes
from shm_conformance.errors import Crashed, HarnessError, Violation
from shm_conformance.suite import lines, list_races
from shm_conformance.syscalls import Call


@pytest.fixture
def actor(monkeypatch: pytest.MonkeyPatch) -> Any:
    """An actor that is stopped at once; no process is behind it."""
    monkeypatch.setattr(processes, "await_stop", lambda *_: True)
    monkeypatch.setattr(os, "kill", lambda *_: None)
    monkeypatch.setattr(lines, "watched", lambda _: [])
    process = SimpleNamespace(pid=os.getpid(), has_answered=False)
    return SimpleNamespace(process=process, do=lambda *_, **__: None)


def fail() -> NoReturn:
    raise Crashed("it has ended")


def test_what_was_wrong_meanwhile_is_told(actor: Any) -> None:
    """It is the deviation; that the held one fails, too, must not hide it."""
    line = Call("line", 1, "x = 1")
    with pytest.raises(Violation, match="half-made"):  # noqa: SIM117
        with list_races._held(actor, line, lambda: fail):  # noqa: SLF001
            raise Violation("half-made", "whole")


def test_a_failure_of_who_was_held_is_told(actor: Any) -> None:
    """Where nothing else was wrong."""
    line = Call("line", 1, "x = 1")
    with pytest.raises(Crashed), list_races._held(actor, line, lambda: fail):  # noqa: SLF001
        pass


@pytest.mark.parametrize(
    ("finish", "error"), [(fail, Crashed), (lambda: None, HarnessError)]
)
def test_who_ends_before_the_line_says_why(
    actor: Any, monkeypatch: pytest.MonkeyPatch, finish: Any, error: type[Exception]
) -> None:
    """Only where nothing went wrong is it our fault that the line did not come."""
    monkeypatch.setattr(processes, "await_stop", lambda *_: False)
    line = Call("line", 1, "x = 1")
    with pytest.raises(error), list_races._held(actor, line, lambda: finish):  # noqa: SLF001
        pytest.fail("it is not held")

# ruff: noqa: SLF001
from __future__ import annotations

import json
import os
import signal
import sys
import threading
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

import pytest

from shm_reference import SharedMemory, _tracker

TRACKED = """if True:
    import sys
    from shm_reference.shared_memory import SharedMemory
"""


def test_it_is_reached_through_its_module(messages: list[tuple[str, str]]) -> None:
    """Programs that replace the tracker's functions are obeyed."""
    _tracker.register("/x")
    _tracker.unregister("/x")

    assert messages == [("register", "/x"), ("unregister", "/x")]


def test_replaced_functions_are_told_while_it_runs(
    request: pytest.FixtureRequest,
) -> None:
    """Nothing is written to a tracker past the function that a program has put there."""
    resource_tracker.ensure_running()
    messages: list[tuple[str, str]] = request.getfixturevalue("messages")
    _tracker.register("/x")
    _tracker.unregister("/x")

    assert messages == [("register", "/x"), ("unregister", "/x")]


def test_functions_that_were_replaced_before_are_told(run: Any) -> None:
    """A program may do so before it imports this module."""
    script = """if True:
    from multiprocessing import resource_tracker
    resource_tracker.ensure_running()
    resource_tracker.register = lambda name, kind: print("register", kind)
    resource_tracker.unregister = lambda name, kind: print("unregister", kind)
    from shm_reference import SharedMemory
    shm = SharedMemory(create=True, size=1)
    shm.close(); shm.unlink()
    """
    done = run(script)

    assert (done.stderr, done.stdout.split()) == (
        "",
        ["register", "shared_memory", "unregister", "shared_memory"],
    )


def test_a_generated_name_is_told_once(messages: list[tuple[str, str]]) -> None:
    """Before there is a block, and not again when it is there."""
    shm = SharedMemory(create=True, size=1)
    shm.close()
    assert messages == [("register", str(shm._name))]
    shm.unlink()

    assert messages[1:] == [("unregister", str(shm._name))]


@pytest.mark.parametrize(
    ("protocol", "name", "is_expressible"),
    [
        (None, "/plain", True),
        (None, "/a:b", False),
        (None, "/a\nb", False),
        (None, "/\xe9", False),
        (None, "/" + "x" * 600, False),
        (True, "/a:b", True),
        (True, "/a\nb", True),
        (True, "/\xe9", False),
        (True, "/a\n" + "b" * 300, False),
        (False, "/\xe9:\n", True),
        (False, "/" + "x" * 254, True),
        (False, "/" + "x" * 255, False),
        (None, "/" + "x" * 479, True),
        (None, "/" + "x" * 480, False),
    ],
)
def test_names_beyond_the_protocol_are_refused(
    messages: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    protocol: bool | None,
    name: str,
    is_expressible: bool,
) -> None:
    """A name is sent as it is or refused: text, text with JSON, JSON only."""
    state = resource_tracker._resource_tracker
    if protocol is None:
        monkeypatch.delattr(state, "_use_simple_format", raising=False)
        monkeypatch.delattr(resource_tracker, "json", raising=False)
    else:
        monkeypatch.setattr(state, "_use_simple_format", protocol, raising=False)

    if is_expressible:
        _tracker.register(name)
        assert messages == [("register", name)]
    else:
        with pytest.raises(ValueError, match="cannot track"):
            _tracker.register(name)
        assert messages == []


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="slashes are folded on Linux"
)
@pytest.mark.parametrize("thread", [1, 200, 4_000_000])
@pytest.mark.parametrize("length", [2, 240, 253, 254])
def test_another_spelling_has_room(
    monkeypatch: pytest.MonkeyPatch, thread: int, length: int
) -> None:
    """Whatever the thread's number, the message with it is one that can be sent."""
    monkeypatch.setattr(threading, "get_native_id", lambda: thread)
    state = resource_tracker._resource_tracker
    monkeypatch.setattr(state, "_use_simple_format", False, raising=False)
    name = "/" + "x" * (length - 1)
    spelling = _tracker._other_spelling(name)

    assert spelling is not None
    assert name != spelling == "/" * (len(spelling) - length) + name
    assert _tracker._refuse_inexpressible(spelling) >= 0


def test_what_speaks_json_and_says_no_more_speaks_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """3.13.10 and 3.14.1 take any name that is not too long."""
    state = resource_tracker._resource_tracker
    monkeypatch.delattr(state, "_use_simple_format", raising=False)
    monkeypatch.setattr(resource_tracker, "json", json, raising=False)

    assert _tracker._refuse_inexpressible("/\N{SNOWMAN}:\n") == 255 - 6
    with pytest.raises(ValueError, match="too long"):
        _tracker._refuse_inexpressible("/" + "x" * 255)


def test_a_name_that_fills_its_message_has_no_other_spelling(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One slash more, and the tracker would not be told."""
    state = resource_tracker._resource_tracker
    monkeypatch.setattr(state, "_use_simple_format", False, raising=False)

    assert _tracker._other_spelling("/" + "x" * 254) is None


READERS: dict[str, Any] = {
    "lines": lambda line: ("REGISTER", "shared_memory", "/a:b"),
    "lines, split at each colon": lambda line: ("REGISTER", "b", "/a"),
    "JSON": lambda line: json.loads(line),
    "something else": lambda line, kind: None,
    "nothing": lambda line: None,
}


@pytest.mark.parametrize("reader", READERS)
def test_lines_are_for_those_who_read_them(
    reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tracker that is told in JSON is asked by its reader, if it has one we know."""
    monkeypatch.setattr(resource_tracker, "json", json, raising=False)
    monkeypatch.setattr(
        resource_tracker, "_decode_message", READERS[reader], raising=False
    )

    assert bool(_tracker._plain()) == (reader == "lines")


def test_without_a_reader_it_is_told_in_its_own_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In JSON by 3.13.10 and 3.14.1, which have no reader to ask, in lines before."""
    monkeypatch.delattr(resource_tracker, "_decode_message", raising=False)
    monkeypatch.setattr(resource_tracker, "json", json, raising=False)
    assert not _tracker._plain()

    monkeypatch.delattr(resource_tracker, "json")
    assert _tracker._plain()


@pytest.mark.parametrize("name", ["/\N{SNOWMAN}", "/two\nlines"])
def test_what_is_no_line_is_not_written(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is left to the tracker's own functions, which may have another way."""
    written: list[object] = []
    resource_tracker.ensure_running()
    monkeypatch.setattr(os, "write", lambda *args: written.append(args))

    assert not _tracker._is_written("register", name)
    assert not written


def test_a_tracker_that_has_died_is_started_anew(run: Any, name: str) -> None:
    """A message that nobody reads any more goes to a new tracker, with a warning."""
    done = run(
        f"""if True:
        import os, signal
        from multiprocessing.resource_tracker import _resource_tracker as tracker
        from shm_reference.shared_memory import SharedMemory
        SharedMemory({name!r}, create=True, size=1).close()
        os.kill(tracker._pid, signal.SIGKILL)
        os.waitid(os.P_PID, tracker._pid, os.WEXITED | os.WNOWAIT)
        blocked = {{signal.SIGINT, signal.SIGTERM}}
        signal.pthread_sigmask(signal.SIG_BLOCK, blocked)
        SharedMemory({name!r}).unlink()
        print(signal.pthread_sigmask(signal.SIG_BLOCK, ()) == blocked)
        """
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout == "True\n"
    assert "died unexpectedly" in done.stderr
    assert not Path("/dev/shm", name).exists()


def test_reentrant_messages_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a finaliser says while the tracker is busy is said afterwards."""
    log: list[str] = []

    def register(name: str, kind: str) -> None:
        log.append("begin " + name)
        if name == "/outer":
            _tracker.register("/inner")
        log.append("end " + name)

    monkeypatch.setattr(resource_tracker, "register", register)
    _tracker.register("/outer")

    assert log == ["begin /outer", "end /outer", "begin /inner", "end /inner"]


def test_what_an_interruption_left_is_sent_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A message that waited for one that failed goes out before the next."""
    resource_tracker.ensure_running()
    said: list[tuple[str, str]] = []

    def fail(name: str, kind: str) -> None:
        _tracker.unregister("/x")
        raise OSError("injected")

    with monkeypatch.context() as patch:
        patch.setattr(resource_tracker, "register", fail)
        with pytest.raises(OSError, match="injected"):
            _tracker.register("/y")
    monkeypatch.setattr(
        resource_tracker, "unregister", lambda name, kind: said.append(("un", name))
    )
    monkeypatch.setattr(
        resource_tracker, "register", lambda name, kind: said.append(("re", name))
    )
    _tracker.register("/z")

    assert said == [("un", "/x"), ("re", "/z")]


def test_a_failing_tracker_does_not_stay_busy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After an error the next message is sent at once."""

    def fail(*_: object) -> None:
        raise OSError("no process")

    with monkeypatch.context() as patch:
        patch.setattr(resource_tracker, "register", fail)
        with pytest.raises(OSError, match="no process"):
            _tracker.register("/x")
    log: list[Any] = []
    monkeypatch.setattr(resource_tracker, "register", lambda *it: log.append(it))
    _tracker.register("/y")

    assert log == [("/y", "shared_memory")]


def test_without_a_tracker_nothing_is_tracked(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interpreter without a tracker can use blocks all the same."""
    monkeypatch.setattr(_tracker, "tracker", None)
    _tracker.ensure_running()

    shm = SharedMemory(name, create=True, size=1)
    shm.close()
    shm.unlink()


def test_killed_creators_leave_nothing_at_any_call(run: Any, name: str) -> None:
    """However far a create has come when it is killed, the tracker cleans up."""
    script = (
        TRACKED
        + """
    import os, signal
    steps = iter(range(int(sys.argv[2])))
    def step(frame, event, argument):
        if "shm_reference" in frame.f_code.co_filename and next(steps, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return step
    from multiprocessing import resource_tracker
    resource_tracker.ensure_running()
    sys.settrace(step)
    shm = SharedMemory(sys.argv[1], create=True, size=1)
    sys.settrace(None)
    print("created")
    shm.close()
    shm.unlink()
    """
    )
    for steps in range(0, 400, 7):
        result = run(script, name, str(steps))
        assert not Path("/dev/shm", name).exists()
        if result.stdout:
            break
    else:
        pytest.fail("never created")


def test_its_start_keeps_blocked_signals(run: Any) -> None:
    """A caller's signal mask is the same after the first tracked block."""
    script = (
        TRACKED
        + """
    import signal
    blocked = {signal.SIGINT, signal.SIGTERM, signal.SIGUSR1}
    signal.pthread_sigmask(signal.SIG_BLOCK, blocked)
    shm = SharedMemory(create=True, size=1)
    shm.close(); shm.unlink()
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == blocked
    """
    )

    assert run(script).stderr == ""
    assert signal.SIGUSR1 not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_forked_siblings_share_one(run: Any) -> None:
    """Children forked before any use share a tracker: none ends the others' blocks."""
    script = (
        TRACKED
        + """
    import multiprocessing, os

    def create(sender):
        shm = SharedMemory(create=True, size=4)
        sender.send(shm.name)
        shm.close()

    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe()
    child = context.Process(target=create, args=(sender,))
    child.start()
    name = receiver.recv()
    child.join()
    shm = SharedMemory(name)
    shm.close()
    shm.unlink()
    print("handed over")
    """
    )
    result = run(script)

    assert (result.stdout, result.stderr) == ("handed over\n", "")


def test_plain_forks_start_none(run: Any) -> None:
    """Importing the module and forking by hand starts no process."""
    script = """if True:
    import os, shm_reference
    from multiprocessing import resource_tracker
    pid = os.fork()
    if not pid:
        os._exit(0)
    os.waitpid(pid, 0)
    assert resource_tracker._resource_tracker._fd is None
    """

    assert run(script).stderr == ""


@pytest.mark.parametrize("start", ["signal.SIGKILL", "signal.SIGTERM"])
def test_killed_creators_leave_nothing(run: Any, name: str, start: str) -> None:
    """The tracker removes a killed process's block, with a warning."""
    script = (
        TRACKED
        + f"""
    import os, signal
    shm = SharedMemory(sys.argv[1], create=True, size=1)
    os.kill(os.getpid(), {start})
    """
    )
    result = run(script, name)

    assert "1 leaked shared_memory" in result.stderr
    with pytest.raises(FileNotFoundError):
        SharedMemory(name)


def test_finalisers_may_unlink(run: Any) -> None:
    """An object that lives to the very end can still remove its block."""
    script = (
        TRACKED
        + """
    class Owner:
        def __init__(self):
            self.shm = SharedMemory(create=True, size=1)
            self.itself = self  # so that only the last collection finds it
        def __del__(self):
            self.shm.close()
            self.shm.unlink()
    owner = Owner()
    """
    )

    assert run(script).stderr == ""

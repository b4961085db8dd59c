# ruff: noqa: SLF001
from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import Pipe, ProcessError, get_context
from multiprocessing import managers as standard
from pathlib import Path
from typing import Any, Iterator
from unittest import mock

import pytest

from shm_reference import SharedMemory, _views, managers, shared_memory
from shm_reference._connection import KeptConnection
from shm_reference.managers import SharedMemoryManager

SERVER = """
import sys
from shm_reference.managers import SharedMemoryManager

if __name__ == "__main__":
    manager = SharedMemoryManager()
    manager.start()
    names = [manager.SharedMemory(5).name, manager.ShareableList([1]).shm.name]
    print(*names, manager._process.pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def manager() -> Iterator[SharedMemoryManager]:
    """A started manager."""
    with SharedMemoryManager() as manager:
        yield manager


def is_there(name: str | None) -> bool:
    assert name is not None
    return Path("/dev/shm", name).exists()


def test_it_is_a_drop_in() -> None:
    """The module offers what the standard one does."""
    assert issubclass(SharedMemoryManager, standard.BaseManager)
    assert set(managers.__all__) == set(standard.__all__)


def test_blocks_end_with_the_manager() -> None:
    """All blocks and lists are there until shutdown, and not after."""
    manager = SharedMemoryManager()
    manager.start()
    shm = manager.SharedMemory(size=5)
    items = manager.ShareableList(it for it in "howdy")
    names = [shm.name, items.shm.name]

    assert shm.size == 5
    assert list(items) == list("howdy")
    assert all(map(is_there, names))
    shm.close()
    items.shm.close()
    manager.shutdown()
    assert not any(map(is_there, names))


def test_it_ends_in_order() -> None:
    """Its process is not killed for want of an end of its own."""
    manager: Any = SharedMemoryManager()
    manager.start()
    process = manager._process
    manager.shutdown()

    assert process.exitcode == 0


def test_blocks_cost_their_manager_no_descriptor() -> None:
    """On POSIX a block needs no handle to stay."""
    server: Any = SharedMemoryManager().get_server()
    names = [
        str(server.create_segment(None, 5)),
        SharedMemory(create=True, size=5).name,
    ]
    server.track_segment(None, str(names[1]))

    assert server._handles == {}
    assert server.list_segments(None) == names
    for name in names:
        server.release_segment(None, str(name))
    server.listener.close()


def test_not_started() -> None:
    """A manager that was not started has no blocks to give."""
    with pytest.raises(ValueError, match="address type"):
        SharedMemoryManager().SharedMemory(5)


@pytest.mark.parametrize("size", [0, -1])
def test_errors_arrive_as_they_are(manager: SharedMemoryManager, size: int) -> None:
    """What the server cannot create raises in the client as if created there."""
    with pytest.raises(ValueError, match="'size' must be"):
        manager.SharedMemory(size)
    with pytest.raises(KeyError):
        manager.ShareableList([object()])

    assert manager._ask("list_segments") == []


def test_a_block_that_cannot_be_attached_is_not_kept(
    manager: SharedMemoryManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody would have a handle on it until the manager ends."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(24, "injected")

    monkeypatch.setattr(shared_memory, "SharedMemory", refuse)

    with pytest.raises(OSError, match="injected"):
        manager.SharedMemory(5)
    assert manager._ask("list_segments") == []


def test_nothing_is_created_once_all_is_removed() -> None:
    """What a client asks for in that moment would stay behind."""
    server = SharedMemoryManager().get_server()
    server.listener.close()  # type: ignore[attr-defined]
    name = server.create_segment(None, 5)
    server._release_all()

    with pytest.raises(ConnectionRefusedError):
        server.create_segment(None, 5)
    assert not is_there(name)


def test_who_asks_after_the_end_is_told() -> None:
    """A client whose connection is accepted at that moment gets no other answer."""
    server, connection = SharedMemoryManager().get_server(), mock.Mock()
    server.listener.close()  # type: ignore[attr-defined]
    server.stop_event = mock.Mock()  # type: ignore[attr-defined]

    server.keep_connection(connection)

    accepted, refused = [it.args[0] for it in connection.send.call_args_list]
    assert accepted == ("#RETURN", True)
    assert isinstance(refused[1], ConnectionRefusedError)
    connection.close.assert_called_once_with()


def test_a_child_of_the_server_does_not_keep_its_clients() -> None:
    """Else they would wait for an answer that nobody gives."""
    server = SharedMemoryManager().get_server()
    server.listener.close()  # type: ignore[attr-defined]
    ours, theirs = Pipe()
    server._kept.add(ours)

    child = os.fork()
    if not child:
        os._exit(len(server._kept) + 2 * (not ours.closed))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    assert status == 0
    assert not ours.closed
    theirs.close()


@pytest.mark.parametrize(("limit", "known"), [(40, 40), (-1, 1024), (None, 1024)])
def test_descriptors_are_counted_where_they_are(
    monkeypatch: pytest.MonkeyPatch, limit: int | None, known: int
) -> None:
    """Not on Windows, nor where there is no limit."""
    if limit is None:
        monkeypatch.delattr(os, "sysconf")
    else:
        monkeypatch.setattr(os, "sysconf", {"SC_OPEN_MAX": limit}.__getitem__)

    assert managers._descriptors() == known


@pytest.mark.parametrize(("before", "is_kept"), [(1, True), (2, False)])
def test_a_fourth_of_the_descriptors_is_for_clients(
    monkeypatch: pytest.MonkeyPatch, before: int, is_kept: bool
) -> None:
    """More would leave none for the others."""
    monkeypatch.setattr(managers, "_descriptors", lambda: 8)
    server, connection = SharedMemoryManager().get_server(), mock.Mock()
    server.listener.close()  # type: ignore[attr-defined]
    server.stop_event = mock.Mock()  # type: ignore[attr-defined]
    others: set[Any] = {mock.Mock() for _ in range(before)}
    server._kept = set(others)

    server.keep_connection(connection)

    assert connection.send.call_args_list[0].args == (("#RETURN", is_kept),)
    assert server._kept == others


def test_of_many_clients_some_are_served_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """They are told, and answered all the same; who is gone makes room."""
    monkeypatch.setattr(managers, "_MOST_KEPT", 2)
    address, key = str(tmp_path / "socket"), b"key"
    # Forked, the server has what was patched.
    with SharedMemoryManager(address, authkey=key, ctx=get_context("fork")):
        clients = [SharedMemoryManager(address, authkey=key) for _ in range(4)]
        sizes = [[it.SharedMemory(5).size for it in clients] for _ in range(3)]
        kept = [len(it._connection._idle) for it in clients]
        clients[0]._connection.forget()
        clients[3].SharedMemory(6)
        deadline = time.monotonic() + 60
        while not clients[3]._connection._idle:
            # The server hears of the end of a client at some time.
            clients[3].SharedMemory(6)
            assert time.monotonic() < deadline

    assert sizes == [[5] * 4] * 3
    assert kept == [1, 1, 0, 0]


def test_what_went_wrong_with_a_block_is_what_is_told(
    manager: SharedMemoryManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not that the manager has removed it in the meantime."""
    block = manager.SharedMemory(5)
    manager._ask("release_segment", block.name)
    monkeypatch.setattr(manager, "_ask", mock.Mock(side_effect=[block.name, KeyError]))

    with pytest.raises(FileNotFoundError):
        manager.SharedMemory(5)


def test_after_its_end_it_is_not_reached(manager: SharedMemoryManager) -> None:
    """By the connection that was kept, either."""
    manager.SharedMemory(5)
    manager.shutdown()

    with pytest.raises((FileNotFoundError, ConnectionRefusedError)):
        manager.SharedMemory(5)


def test_a_connection_is_kept(manager: SharedMemoryManager) -> None:
    """Of all that were used at once, at least one; errors are answers as well."""
    with ThreadPoolExecutor(4) as pool:
        blocks = list(pool.map(manager.SharedMemory, range(1, 41)))
    with pytest.raises(ValueError, match="'size' must be"):
        manager.SharedMemory(0)
    kept = set(manager._connection._idle)
    manager.SharedMemory(5)

    assert [it.size for it in blocks] == list(range(1, 41))
    assert kept
    assert set(manager._connection._idle) <= kept


def test_a_forked_child_asks_by_another_connection(
    manager: SharedMemoryManager,
) -> None:
    """Both ask at once, and each gets its own answers; the child has none to close."""
    manager.SharedMemory(5)
    child = os.fork()
    if not child:
        if manager._connection._idle:
            os._exit(2)
        sizes = {manager.SharedMemory(6).size for _ in range(20)}
        os._exit(sizes.pop() if len(sizes) == 1 else 1)
    others = [manager.SharedMemory(7).size for _ in range(20)]

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 6
    assert others == [7] * 20


@pytest.mark.parametrize("error", [KeyboardInterrupt, TimeoutError, EOFError])
def test_an_answer_that_was_not_awaited_is_nobody_elses(
    manager: SharedMemoryManager,
    monkeypatch: pytest.MonkeyPatch,
    error: type[BaseException],
) -> None:
    """After an interruption, which is told, the next question gets its own answer."""
    manager.SharedMemory(5)
    (used,) = manager._connection._idle
    monkeypatch.setattr(used, "recv", mock.Mock(side_effect=error))
    with pytest.raises(error):
        manager.SharedMemory(6)

    assert used.closed
    assert manager.SharedMemory(7).size == 7


def test_a_child_that_is_forked_in_the_middle_of_a_request_has_no_connection(
    manager: SharedMemoryManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would hear what its parent has asked for."""
    manager.SharedMemory(5)
    (used,) = manager._connection._idle
    answer, statuses = used.recv, []

    def forking() -> object:
        child = os.fork()
        if not child:
            os._exit(2 * (not used.closed) + (manager.SharedMemory(6).size != 6))
        statuses.append(os.waitpid(child, 0)[1])
        return answer()

    monkeypatch.setattr(used, "recv", forking)

    assert manager.SharedMemory(7).size == 7
    assert statuses == [0]


def test_a_descriptor_that_the_program_has_closed_is_no_connection(
    manager: SharedMemoryManager,
) -> None:
    """As a daemon does that has been made without a fork."""
    manager.SharedMemory(5)
    (kept,) = manager._connection._idle
    os.close(kept.fileno())

    assert manager.SharedMemory(6).size == 6


def test_who_asks_in_the_middle_of_a_request_has_another_connection(
    manager: SharedMemoryManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a signal handler does, between a question and its answer."""
    manager.SharedMemory(5)
    (used,) = manager._connection._idle
    answer, within = used.recv, []

    def interrupted() -> object:
        monkeypatch.undo()
        within.append(manager.SharedMemory(6).size)
        return answer()

    monkeypatch.setattr(used, "recv", interrupted)

    assert manager.SharedMemory(7).size == 7
    assert within == [6]


def test_a_connection_is_not_pickled(manager: SharedMemoryManager) -> None:
    """As when a manager that is connected is handed to a spawned process."""
    manager.SharedMemory(5)

    copy = pickle.loads(pickle.dumps(manager._connection))

    assert not copy._idle


@pytest.mark.skipif(not _views.IS_KNOWN, reason="no reference counts")
def test_an_error_that_was_told_does_not_keep_the_manager() -> None:
    """Without a collection of garbage its process ends with the last reference."""
    manager = SharedMemoryManager()
    manager.start()
    process = manager._process  # type: ignore[attr-defined]
    gc.disable()
    try:
        with suppress(ValueError):
            manager.SharedMemory(0)
        del manager
        assert not process.is_alive()
    finally:
        gc.enable()


def test_a_server_that_does_not_serve_is_not_kept() -> None:
    """A connection on which it refuses is closed."""
    connection = mock.Mock()
    connection.recv.return_value = "#ERROR", PermissionError()

    with pytest.raises(PermissionError):
        KeptConnection().ask(lambda: connection, "question")
    connection.close.assert_called_once_with()


@pytest.mark.parametrize(
    "end", [{"return_value": True}, {"side_effect": BrokenPipeError}]
)
def test_a_server_that_has_ended_is_looked_for_again(end: Any) -> None:
    """By a new connection; on Windows its end is an error."""
    first, second = mock.Mock(), mock.Mock()
    first.recv.return_value = second.recv.return_value = "#RETURN", True
    connections = iter([first, second])
    kept = KeptConnection()
    kept.ask(lambda: next(connections), "question")
    first.poll.configure_mock(**end)

    kept.ask(lambda: next(connections), "another")

    first.close.assert_called_once_with()
    second.send.assert_called_with("another")


def test_blocks_may_be_unlinked_early(manager: SharedMemoryManager) -> None:
    """A block that its user unlinks does not disturb the end of the others."""
    first, second = manager.SharedMemory(1), manager.SharedMemory(1)
    first.unlink()
    manager.shutdown()

    assert not is_there(second.name)


def test_handles_are_untracked(manager: SharedMemoryManager) -> None:
    """Only the manager removes its blocks, so its handles pickle untracked."""
    shm = manager.SharedMemory(1)
    items = manager.ShareableList([1])
    copies = pickle.loads(pickle.dumps((shm, items)))

    assert not copies[0]._track
    assert not copies[1].shm._track


def test_get_server_is_ours_and_once(manager: SharedMemoryManager) -> None:
    """`get_server` gives a server of blocks, but not of a started manager."""
    with pytest.raises((ProcessError, AssertionError)):
        manager.get_server()
    server = SharedMemoryManager().get_server()
    try:
        name = server.create_segment(None, 5)
        assert server.list_segments(None) == [name]
        server.release_segment(None, name)
        assert not is_there(name)
    finally:
        server.listener.close()  # type: ignore[attr-defined]


def test_standard_clients_are_served(run: Any, tmp_path: Path) -> None:
    """The standard library's client may use the manager; its blocks end with it."""
    address = str(tmp_path / "socket")
    script = """if True:
    import sys
    from multiprocessing.managers import SharedMemoryManager
    manager = SharedMemoryManager(sys.argv[1], authkey=b"key")
    manager.connect()
    shm = manager.SharedMemory(5)
    print(shm.name, flush=True)
    shm.close()
    sys.stdin.read()
    """
    with SharedMemoryManager(address, authkey=b"key") as manager, subprocess.Popen(
        [sys.executable, "-c", script, address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as client:
        assert client.stdout is not None
        name = client.stdout.readline().strip()
        assert manager._ask("list_segments") == [name]
        manager.shutdown()
        assert not is_there(name)
        client.communicate("")


def test_strangers_may_connect(run: Any, tmp_path: Path) -> None:
    """An unrelated process uses the manager, and its end removes nothing."""
    address = str(tmp_path / "socket")
    script = """if True:
    import sys
    from shm_reference.managers import SharedMemoryManager
    manager = SharedMemoryManager(sys.argv[1], authkey=b"key")
    manager.connect()
    items = manager.ShareableList([1, 2])
    print(items.shm.name)
    """
    with SharedMemoryManager(address, authkey=b"key"):
        result = run(script, address)
        name = result.stdout.strip()

        assert is_there(name)
        assert result.stderr == ""
    assert not is_there(name)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_it_does_not_outlive_its_owner(tmp_path: Path, number: signal.Signals) -> None:
    """When the process that started it is killed, manager and blocks go."""
    script = tmp_path / "owner.py"
    script.write_text(SERVER)
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as owner:
        assert owner.stdout is not None
        *names, _pid = owner.stdout.readline().split()
        assert all(map(is_there, names))
        os.kill(owner.pid, number)
        # Its end: the manager and the tracker hold the pipe as long as they live.
        _, errors = owner.communicate(timeout=60)

    assert not any(map(is_there, names))
    assert errors == ""

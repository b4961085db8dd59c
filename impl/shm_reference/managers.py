"""A process that owns blocks of shared memory: a drop-in for the standard manager's.

The server itself creates the blocks, and its tracker knows them; clients hold
untracked handles. So a client may come from anywhere and end at any time, and
the blocks live as long as the manager, and never without somebody who will
remove them.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from functools import partial
from multiprocessing import process
from multiprocessing.connection import wait
from multiprocessing.managers import (  # type: ignore[attr-defined]
    BaseManager,
    BaseProxy,
    Server,
    State,
    SyncManager,
    Token,
)
from typing import Any, Iterable

from . import _names, _tracker, shared_memory
from ._connection import KeptConnection, close, forgotten_by_children
from ._system import calls

__all__ = ["BaseManager", "BaseProxy", "SharedMemoryManager", "SyncManager", "Token"]


# The server's name for itself, where clients name the objects that they ask for.
_OURSELVES = "blocks"
_METHODS = ("create_segment", "release_segment", "list_segments")
# Of so many clients at most the connections are kept, or of fewer where a process may
# have few descriptors: each takes one here, and a thread, used or not.
_MOST_KEPT = 64
_DESCRIPTORS_EACH = 4


class SharedMemoryServer(Server):
    """The owner of the blocks, in the manager's process."""

    # `keep_connection` is for our clients, what follows it for the standard library's.
    public = [  # noqa: RUF012
        *Server.public,
        "keep_connection",
        "track_segment",
        "release_segment",
        "list_segments",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._segments: list[str] = []
        self._kept: set[Any] = set()
        # A child that had them, too, would keep clients waiting after our end.
        forgotten_by_children(self)
        # What is created while all is removed would stay.
        self._lock = threading.Lock()
        self._is_ending = False
        # By name; where a block goes with its last handle, these are ours.
        self._handles: dict[str, shared_memory.SharedMemory] = {}
        objects: Any = self.id_to_obj
        objects[_OURSELVES] = self, _METHODS, {}

    def accepter(self) -> None:
        """Serve until stopped, or until the process that started us is gone."""
        if process.parent_process() is not None:
            threading.Thread(target=self._outlive_nobody, daemon=True).start()
        super().accepter()

    def keep_connection(self, c: Any) -> None:
        """Serve a client until it leaves, or once if there are many; it is told which."""
        is_kept = len(self._kept) < min(_MOST_KEPT, _descriptors() // _DESCRIPTORS_EACH)
        if is_kept:
            self._kept.add(c)
        served: Any = c if is_kept else _Once(c)
        try:
            c.send(("#RETURN", is_kept))
            self.serve_client(served)
            # We have ended. Who asks now would take the result of this call for an answer.
            c.send(("#ERROR", _ended()))
        finally:
            self._kept.discard(c)
            c.close()

    def forget(self) -> None:
        """Close the clients' connections, in a child that has inherited them."""
        while self._kept:
            close(self._kept.pop())

    def create_segment(self, c: object, size: int) -> str:
        """Create a block and return its name; ConnectionRefusedError at our end."""
        with self._lock:
            if self._is_ending:
                raise _ended()
            shm = shared_memory.SharedMemory(create=True, size=size)
            name = str(shm.name)
            self._segments.append(name)
            if calls.OUTLIVES_HANDLES:
                shm.close()
            else:
                self._handles[name] = shm
        return name

    def track_segment(self, c: object, segment_name: str) -> None:
        """Become the owner of a block that a client has created."""
        _tracker.register(_names.to_system(segment_name))
        self._segments.append(segment_name)
        if not calls.OUTLIVES_HANDLES:
            self._handles[segment_name] = shared_memory.SharedMemory(segment_name)

    def release_segment(self, c: object, segment_name: str) -> None:
        """Remove one block; ValueError if it is not ours."""
        self._segments.remove(segment_name)
        self._handles.pop(segment_name, None)
        name = _names.to_system(segment_name)
        # A client may have unlinked it; only we may tell the tracker.
        with suppress(FileNotFoundError):
            calls.remove(name)
        _tracker.unregister(name)

    def list_segments(self, c: object) -> list[str]:
        """Return the names of the blocks that we own."""
        return list(self._segments)

    def shutdown(self, c: Any) -> None:
        """Remove every block, then end the server."""
        self._release_all()
        super().shutdown(c)

    def _release_all(self) -> None:
        with self._lock:
            self._is_ending = True
        for name in self.list_segments(None):
            with suppress(OSError, ValueError):
                self.release_segment(None, name)

    def _outlive_nobody(self) -> None:
        parent = process.parent_process()
        if parent is not None:
            wait([parent.sentinel])
            self._release_all()
            self.stop_event.set()  # type: ignore[attr-defined]


class _Once:
    """A connection that is at its end after one request."""

    def __init__(self, connection: Any) -> None:
        self.send, self.close = connection.send, connection.close
        self._left = [connection.recv]

    def recv(self) -> Any:
        if not self._left:
            raise EOFError
        return self._left.pop()()


def _descriptors() -> int:
    limit = os.sysconf("SC_OPEN_MAX") if hasattr(os, "sysconf") else 0
    return limit if limit > 0 else 1024


def _ended() -> Exception:
    return ConnectionRefusedError("the manager has been shut down")


class SharedMemoryManager(BaseManager):
    """Starts, or connects to, a process that owns blocks of shared memory.

    Its blocks are removed at `shutdown`, at the end of a `with` statement, and
    when the process that called `start` dies.
    """

    _Server = SharedMemoryServer

    # What BaseManager keeps.
    _Client: Any
    _address: Any
    _authkey: Any
    _registry: Any
    _serializer: Any
    _state: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Before the server starts, so that both share one (bpo-36867).
        _tracker.ensure_running()
        super().__init__(*args, **kwargs)
        self._connection = KeptConnection()

    def get_server(self) -> SharedMemoryServer:
        """Return a server to run in this process; ProcessError once started."""
        if self._state.value != State.INITIAL:
            super().get_server()
        return self._Server(
            self._registry, self._address, self._authkey, self._serializer
        )

    def SharedMemory(self, size: int) -> shared_memory.SharedMemory:  # noqa: N802
        """Return a new block of *size* bytes, which the manager will remove."""
        name = self._ask("create_segment", size)
        try:
            return shared_memory.SharedMemory(name, track=False)
        except BaseException:
            # At its end the manager has removed it already, or is not there any more.
            with suppress(Exception):
                self._ask("release_segment", name)
            raise

    def ShareableList(  # noqa: N802
        self, sequence: Iterable[Any]
    ) -> shared_memory.ShareableList:
        """Return a new list of the values, which the manager will remove."""
        new_list = shared_memory.ShareableList._in_block  # noqa: SLF001
        return new_list(sequence, self.SharedMemory)

    def _ask(self, method: str, *arguments: object) -> Any:
        connect = partial(self._Client, self._address, authkey=self._authkey)
        request: object = _OURSELVES, method, (None, *arguments), {}
        return self._connection.ask(connect, request)

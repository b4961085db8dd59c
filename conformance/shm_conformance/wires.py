"""Every descriptor that actors talk through, waited for together.

One thread, one selector: while we wait for one actor's answer, what the others
print is still read, so that nobody ever blocks on a full pipe.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import selectors
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

BLOCK = 1 << 20
HELLO_LIMIT = 4096
# A target may knock as often as it likes; we have other uses for descriptors.
NEWCOMERS_LIMIT = 64


class Wires:
    """The selector, and the socket at which started children present themselves."""

    def __init__(self, address: Path) -> None:
        self.address = str(address)
        self._selector = selectors.DefaultSelector()
        self._newcomers: dict[tuple[str, str], int] = {}
        self._greeting: set[int] = set()
        self._listeners: list[socket.socket] = []
        self._listen(socket.AF_UNIX, self.address)

    def _listen(self, family: socket.AddressFamily, address: Any) -> socket.socket:
        listener = socket.socket(family)
        listener.bind(address)
        listener.listen(NEWCOMERS_LIMIT)
        listener.setblocking(False)
        self.watch(listener.fileno(), lambda: self._welcome(listener))
        self._listeners.append(listener)
        return listener

    def internet_address(self) -> list[str | int]:
        """Where children present themselves whose system has no socket files."""
        if len(self._listeners) == 1:
            self._listen(socket.AF_INET, ("127.0.0.1", 0))
        return list(self._listeners[1].getsockname())

    def watch(self, descriptor: int, act: Callable[[], None]) -> None:
        """Call *act* whenever a descriptor has something for us."""
        self._selector.register(descriptor, selectors.EVENT_READ, act)

    def forget(self, descriptor: int) -> None:
        """Stop watching a descriptor, and close it."""
        self._selector.unregister(descriptor)
        os.close(descriptor)

    def pump(self, seconds: float) -> None:
        """Let everything be read that is there, waiting for the first at most so long."""
        ready = self._selector.select(max(0.0, seconds))
        if len(ready) == 1:
            ready[0][0].data()
            return
        for key, _ in ready:
            # An earlier call may have closed what a later one was about.
            if self._selector.get_map().get(key.fd) is key:
                key.data()

    def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Read until a condition holds; False if it does not in time."""
        deadline = time.monotonic() + seconds
        while not condition():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self.pump(left)
        return True

    def write(self, descriptor: int, data: bytes, seconds: float) -> bool:
        """Write all, reading meanwhile; False if the other side does not take it."""
        rest = memoryview(data)
        deadline = time.monotonic() + seconds
        while True:
            try:
                rest = rest[os.write(descriptor, rest) :]
            except BlockingIOError:
                self.pump(0)
                _wait_writable(descriptor)
            except OSError:
                return False
            if not rest:
                return True
            if time.monotonic() > deadline:
                return False

    def newcomer(self, token: str, purpose: str) -> int | None:
        """Take the descriptor by which a child has connected, if it has."""
        return self._newcomers.pop((token, purpose), None)

    def _welcome(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            connection, _ = listener.accept()
            if len(self._greeting) + len(self._newcomers) >= NEWCOMERS_LIMIT:
                connection.close()
                return
            connection.setblocking(False)
            descriptor = connection.detach()
            self._greeting.add(descriptor)
            self.watch(descriptor, lambda: self._greet(descriptor))

    def _greet(self, descriptor: int) -> None:
        line = _first_line(descriptor)
        if line is None:
            return
        self._greeting.discard(descriptor)
        self._selector.unregister(descriptor)
        try:
            hello: dict[str, Any] = json.loads(line)
            key = (str(hello["token"]), str(hello["purpose"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            os.close(descriptor)
            return
        if key in self._newcomers:
            os.close(self._newcomers[key])
        self._newcomers[key] = descriptor

    def close(self) -> None:
        """Close everything that is still open."""
        ours = {listener.fileno() for listener in self._listeners}
        for key in list(self._selector.get_map().values()):
            if key.fd not in ours:
                self.forget(key.fd)
        for descriptor in self._newcomers.values():
            os.close(descriptor)
        self._selector.close()
        for listener in self._listeners:
            listener.close()


def _first_line(descriptor: int) -> bytes | None:
    """Take the first line off a socket, and nothing of what follows it.

    Empty if there will be none, None as long as it has not come whole.
    """
    with socket.socket(fileno=os.dup(descriptor)) as connection:
        try:
            seen = connection.recv(HELLO_LIMIT, socket.MSG_PEEK)
            end = seen.find(b"\n") + 1
            if end:
                return connection.recv(end)
        except BlockingIOError:
            return None
        except OSError:
            return b""
    return None if 0 < len(seen) < HELLO_LIMIT else b""


def _wait_writable(descriptor: int) -> None:
    # The other side may be waiting for us to read, so this is never for long.
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT)
    poll.poll(20)


def read_available(descriptor: int) -> bytes | None:
    """Read what is there: empty at the end of the stream, None where nothing is."""
    try:
        return os.read(descriptor, BLOCK)
    except BlockingIOError:
        return None
    except OSError:
        return b""

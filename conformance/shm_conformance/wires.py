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
# Unix socket paths are limited to 107 bytes.
HELLO_LIMIT = 64 * 1024


class Wires:
    """The selector, and the socket at which started children present themselves."""

    def __init__(self, address: Path) -> None:
        self.address = str(address)
        self._selector = selectors.DefaultSelector()
        self._newcomers: dict[tuple[str, str], int] = {}
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.address)
        self._listener.listen(64)
        self.watch(self._listener.fileno(), self._welcome)

    def watch(self, descriptor: int, act: Callable[[], None]) -> None:
        """Call *act* whenever a descriptor has something for us."""
        self._selector.register(descriptor, selectors.EVENT_READ, act)

    def forget(self, descriptor: int) -> None:
        """Stop watching a descriptor, and close it."""
        self._selector.unregister(descriptor)
        os.close(descriptor)

    def pump(self, seconds: float) -> None:
        """Let everything be read that is there, waiting for the first at most so long."""
        for key, _ in self._selector.select(max(0.0, seconds)):
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
        while rest:
            try:
                rest = rest[os.write(descriptor, rest) :]
            except BlockingIOError:
                self.pump(0)
                select.select([], [descriptor], [], 0.05)
            except BrokenPipeError:
                return False
            if time.monotonic() > deadline:
                return False
        return True

    def newcomer(self, token: str, purpose: str) -> int | None:
        """Take the descriptor by which a child has connected, if it has."""
        return self._newcomers.pop((token, purpose), None)

    def _welcome(self) -> None:
        connection, _ = self._listener.accept()
        descriptor = connection.detach()
        heard = b""

        def listen() -> None:
            nonlocal heard
            # Byte by byte, as what follows the first line is for somebody else.
            byte = _read(descriptor, 1)
            heard += byte
            if not byte or len(heard) > HELLO_LIMIT:
                self.forget(descriptor)
            elif byte == b"\n":
                self._selector.unregister(descriptor)
                self._present(heard, descriptor)

        self.watch(descriptor, listen)

    def _present(self, line: bytes, descriptor: int) -> None:
        try:
            hello: dict[str, Any] = json.loads(line)
            key = (str(hello["token"]), str(hello["purpose"]))
        except (ValueError, KeyError, TypeError):
            os.close(descriptor)
            return
        os.set_blocking(descriptor, False)
        self._newcomers[key] = descriptor

    def close(self) -> None:
        """Close everything that is still open."""
        for descriptor in list(self._selector.get_map()):
            if descriptor != self._listener.fileno():
                self.forget(int(descriptor))
        for descriptor in self._newcomers.values():
            os.close(descriptor)
        self._selector.close()
        self._listener.close()


def _read(descriptor: int, size: int) -> bytes:
    with contextlib.suppress(OSError):
        return os.read(descriptor, size)
    return b""


def read_available(descriptor: int) -> bytes | None:
    """Read what is there: empty at the end of the stream, None where nothing is."""
    try:
        return os.read(descriptor, BLOCK)
    except BlockingIOError:
        return None
    except OSError:
        return b""

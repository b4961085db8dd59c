"""A manager's connection to its server, kept for the next request.

It is taken out while it is in use, so that whoever asks meanwhile, another thread
or a signal handler, makes one of its own; of those that come back one is kept. One
that was left in the middle of an exchange never comes back: what it brings next
would be the answer to somebody else's question.
"""

from __future__ import annotations

import os
from contextlib import suppress
from multiprocessing.managers import (  # type: ignore[attr-defined]
    convert_to_error,
    dispatch,
)
from typing import Any, Callable
from weakref import WeakSet

Connect = Callable[[], Any]


class KeptConnection:
    """Asks a server, by the connection that was used last if it is of use.

    Not for other processes: forked or pickled, it is without one.
    """

    def __init__(self) -> None:
        self._idle: list[Any] = []
        self._in_use: set[Any] = set()
        forgotten_by_children(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return KeptConnection, ()

    def ask(self, connect: Connect, request: object) -> Any:
        """Return the answer to a *request*, or raise what the server has raised.

        Where no connection is at hand, *connect* makes one. Raises what that raises,
        and EOFError or OSError if the server ends before it has answered.
        """
        kind, answer = self._exchange(connect, request)
        if kind == "#RETURN":
            return answer
        try:
            raise convert_to_error(kind, answer)
        finally:
            # The error has a traceback, and that would have the error and the manager.
            del answer

    def _exchange(self, connect: Connect, request: object) -> Any:
        connection, is_kept = self._taken_out(), True
        if connection is None:
            connection, is_kept = _made(connect)
        self._in_use.add(connection)
        try:
            connection.send(request)
            answer = connection.recv()
        except BaseException:
            is_kept = False
            raise
        finally:
            self._in_use.discard(connection)
            # Two threads at the same moment may keep one each; the next to ask ends that.
            if is_kept and not self._idle:
                self._idle.append(connection)
            else:
                close(connection)
        return answer

    def _taken_out(self) -> Any:
        try:
            connection = self._idle.pop()
        except IndexError:
            return None
        if not _has_ended(connection):
            return connection
        close(connection)
        return None

    def forget(self) -> None:
        """Close what is kept, and what somebody waits at."""
        for connections in (self._idle, self._in_use):
            while connections:
                close(connections.pop())


def close(connection: Any) -> None:
    """Close a connection; one whose descriptor is gone already is no error."""
    with suppress(OSError):
        connection.close()


def _made(connect: Connect) -> tuple[Any, bool]:
    """Return a new connection, and whether the server serves it more than once."""
    connection = connect()
    try:
        return connection, dispatch(connection, None, "keep_connection")
    except BaseException:
        close(connection)
        raise


def _has_ended(connection: Any) -> bool:
    # Nobody has asked: all that there can be to read is the end.
    try:
        return bool(connection.poll())
    except TimeoutError:
        # A signal handler's.
        raise
    except OSError:
        # How Windows tells, and a program that has closed the descriptor.
        return True


_everyone: WeakSet[Any] = WeakSet()


def forgotten_by_children(owner: Any) -> None:
    """Have `owner.forget()` called in each forked child, to close what is inherited.

    At once, as a child may close descriptors by their numbers, and use these again.
    """
    _everyone.add(owner)


def _forget_all() -> None:
    for it in list(_everyone):
        it.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)

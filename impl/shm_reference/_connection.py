"""A manager's connection to its server, kept for the next request.

It is taken out while it is in use, so that whoever asks meanwhile, another thread
or a signal handler, makes one of its own; of those that come back one is kept. One
that was left in the middle of an exchange never comes back: what it brings next
would be the answer to somebody else's question.
"""

from __future__ import annotations

import os
from collections import deque
from multiprocessing.managers import (  # type: ignore[attr-defined]
    convert_to_error,
    dispatch,
)
from typing import Any, Callable

Connect = Callable[[], Any]


class KeptConnection:
    """Asks a server, by the connection that was used last if it is of use.

    Not for other processes: forked or pickled, it is without one.
    """

    def __init__(self) -> None:
        self._idle: deque[tuple[int, Any]] = deque(maxlen=1)

    def __reduce__(self) -> tuple[Any, ...]:
        return KeptConnection, ()

    def ask(self, connect: Connect, request: object) -> Any:
        """Return the answer to a *request*, or raise what the server has raised.

        Where no connection is at hand, *connect* makes one. Raises what that raises,
        and EOFError or another OSError if the server ends before it has answered.
        """
        connection = self._taken_out() or _made(connect)
        try:
            connection.send(request)
            kind, answer = connection.recv()
        except BaseException:
            connection.close()
            raise
        self._idle.append((os.getpid(), connection))
        if kind != "#RETURN":
            raise convert_to_error(kind, answer)
        return answer

    def _taken_out(self) -> Any:
        try:
            owner, connection = self._idle.pop()
        except IndexError:
            return None
        if owner == os.getpid() and not _has_ended(connection):
            return connection
        connection.close()
        return None


def _made(connect: Connect) -> Any:
    connection = connect()
    try:
        dispatch(connection, None, "accept_connection", ("a client of blocks",))
    except BaseException:
        connection.close()
        raise
    return connection


def _has_ended(connection: Any) -> bool:
    # Nobody has asked: all that there can be to read is the end.
    try:
        return bool(connection.poll())
    except BrokenPipeError:
        # How Windows tells.
        return True

"""Wrong ways of SharedMemoryManager with those who ask at the same time."""

from __future__ import annotations

import os
import threading
from typing import Any

from . import fails
from .manager import wrap


@fails("manager.threads.ask-at-once")
def only_the_first_thread_is_answered(copy: Any) -> None:
    def make(self: Any, right: Any, size: int) -> Any:
        is_first = threading.current_thread() is threading.main_thread()
        return right() if is_first else right(1)

    wrap(copy, "SharedMemory", make)


@fails("manager.request.within-a-request")
def each_thread_keeps_a_connection(copy: Any) -> None:
    kept: Any = {}

    def exchange(self: Any, connect: Any, request: Any) -> Any:
        owner = self, os.getpid(), threading.get_ident()
        if owner not in kept:
            kept[owner] = copy._connection._made(connect)[0]
        try:
            kept[owner].send(request)
            return kept[owner].recv()
        except BaseException:
            kept.pop(owner, None)
            raise

    copy.managers.KeptConnection._exchange = exchange


def _keeping(copy: Any, wrong: Any) -> None:
    """Have an exchange by *wrong(self, connection, request)*, and ends not noticed."""

    def exchange(self: Any, connect: Any, request: Any) -> Any:
        connection = self._taken_out() or copy._connection._made(connect)[0]
        return wrong(self, connection, request)

    copy.managers.KeptConnection._exchange = exchange
    copy._connection._has_ended = lambda connection: False


@fails("manager.request.after-an-interruption")
def an_interrupted_connection_is_kept(copy: Any) -> None:
    def exchange(self: Any, connection: Any, request: Any) -> Any:
        connection.send(request)
        try:
            return connection.recv()
        finally:
            self._idle.append(connection)

    _keeping(copy, exchange)


@fails("manager.request.after-an-interruption")
def a_connection_is_kept_before_it_is_accepted(copy: Any) -> None:
    """Whoever comes next takes the acceptance for an answer."""

    def exchange(self: Any, connect: Any, request: Any) -> Any:
        if not self._idle:
            self._idle.append(connect())
            copy._connection.dispatch(self._idle[0], None, "keep_connection")
        self._idle[0].send(request)
        connection = self._idle.pop()
        answer = connection.recv()
        self._idle.append(connection)
        return answer

    copy.managers.KeptConnection._exchange = exchange


@fails("manager.forked-child.asks-as-well")
def a_connection_is_inherited(copy: Any) -> None:
    def exchange(self: Any, connection: Any, request: Any) -> Any:
        connection.send(request)
        answer = connection.recv()
        self._idle.append(connection)
        return answer

    _keeping(copy, exchange)
    copy.managers.KeptConnection.forget = lambda self: None

"""Wrong ways of SharedMemoryManager with those who ask at the same time."""

from __future__ import annotations

import os
import threading
from typing import Any

from . import fails
from .manager import wrap


def _connecting(copy: Any, owner: Any) -> Any:
    """Have a connection kept for each *owner()*, in use or not; returns the map of them."""
    kept: Any = {}
    kind = copy.managers.KeptConnection
    made = copy._connection._made

    def taken_out(self: Any) -> Any:
        return kept.get(owner())

    def make(connect: Any) -> Any:
        kept[owner()] = made(connect)
        return kept[owner()]

    kind._taken_out = taken_out
    copy._connection._made = make
    return kept


@fails("manager.threads.ask-at-once")
def only_the_first_thread_is_answered(copy: Any) -> None:
    def make(self: Any, right: Any, size: int) -> Any:
        is_first = threading.current_thread() is threading.main_thread()
        return right() if is_first else right(1)

    wrap(copy, "SharedMemory", make)


@fails("manager.request.within-a-request")
def each_thread_keeps_a_connection(copy: Any) -> None:
    kept = _connecting(copy, lambda: (os.getpid(), threading.get_ident()))
    right = copy.managers.KeptConnection.ask

    def ask(self: Any, connect: Any, request: Any) -> Any:
        try:
            return right(self, connect, request)
        except BaseException:
            kept.clear()
            raise

    copy.managers.KeptConnection.ask = ask


@fails("manager.request.after-an-interruption")
def an_interrupted_connection_is_kept(copy: Any) -> None:
    def ask(self: Any, connect: Any, request: Any) -> Any:
        connection = self._taken_out() or copy._connection._made(connect)
        connection.send(request)
        try:
            _kind, answer = connection.recv()
        finally:
            self._idle.append((os.getpid(), connection))
        return answer

    copy.managers.KeptConnection.ask = ask
    copy._connection._has_ended = lambda connection: False


@fails("manager.forked-child.asks-as-well")
def a_connection_is_inherited(copy: Any) -> None:
    right = copy.managers.KeptConnection.ask

    def ask(self: Any, connect: Any, request: Any) -> Any:
        inherited = [(os.getpid(), connection) for _, connection in self._idle]
        self._idle.extend(inherited)
        return right(self, connect, request)

    copy.managers.KeptConnection.ask = ask
    # What the child was answered would tell the parent to make another one.
    copy._connection._has_ended = lambda connection: False

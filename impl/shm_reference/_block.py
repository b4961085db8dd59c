"""A block is opened whole or not at all.

Whatever fails, what has been done by then is undone in reverse, and nothing
else: a block that was there before stays, and so does its name in the tracker.

A creator announces a tracked name before it creates the block, so that no
moment of its death leaves a block which nobody will remove. A name in use is
not announced: if we died then, its block would be removed.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, nullcontext, suppress
from typing import TYPE_CHECKING, ContextManager, NamedTuple

from . import _tracker
from ._system import calls

if TYPE_CHECKING:
    import mmap


class Block(NamedTuple):
    descriptor: int
    mapping: mmap.mmap


class Request(NamedTuple):
    """What is wanted: *name* is the system's, *size* is for a new block."""

    name: str
    flags: int
    mode: int
    size: int
    is_tracked: bool


def acquire(request: Request) -> Block:
    """Attach or create, as the flags say: shm_open's O_CREAT and O_EXCL."""
    if not request.flags & os.O_CREAT:
        return _attach(request)
    if request.flags & os.O_EXCL:
        return _create(request)
    return _attach_or_create(request)


def _attach(request: Request) -> Block:
    with ExitStack() as undo:
        block = _open(request, undo)
        if request.is_tracked:
            _tracker.register(request.name)
        undo.pop_all()
        return block


def _create(request: Request) -> Block:
    with _announced(request), ExitStack() as undo:
        block = _open(request, undo, is_new=True)
        if request.is_tracked:
            _tracker.register(request.name)
        undo.pop_all()
        return block


def _announced(request: Request) -> ContextManager[None]:
    if request.is_tracked and calls.is_free(request.name):
        return _tracker.announced(request.name)
    return nullcontext()


def _attach_or_create(request: Request) -> Block:
    # shm_open alone would not tell whether there is a new block to undo.
    while True:
        try:
            return _attach(request._replace(flags=request.flags & ~os.O_CREAT))
        except FileNotFoundError as error:
            # Without a size it is there: to create would fail, and to try again
            # might never end.
            if isinstance(error, ValueError):
                raise
        with suppress(FileExistsError):
            return _create(request._replace(flags=request.flags | os.O_EXCL))


def _open(request: Request, undo: ExitStack, is_new: bool = False) -> Block:
    size = request.size if is_new else 0
    descriptor = calls.open_block(request.name, request.flags, request.mode, size)
    if is_new:
        undo.callback(_remove, request.name)
    undo.callback(calls.close, descriptor)
    if is_new:
        calls.resize(descriptor, size)
    mapping = calls.map_block(descriptor, request.name, size)
    undo.callback(mapping.close)
    return Block(descriptor, mapping)


def _remove(name: str) -> None:
    with suppress(FileNotFoundError):
        calls.remove(name)

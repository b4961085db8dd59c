"""A block is opened whole or not at all.

Whatever fails, what has been done by then is undone in reverse, and nothing
else: a block that was there before stays, and so does its name in the tracker.

A creator tells the tracker of a name before it creates the block, so that no
moment of its death leaves a block which nobody will remove. A novel name is
registered. A given one is only announced, and not at all if it is in use: if we
died then, the block of somebody else would be removed.
"""

from __future__ import annotations

import os
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, ContextManager, NamedTuple

from . import _tracker
from ._system import calls

if TYPE_CHECKING:
    import mmap


class Block(NamedTuple):
    descriptor: int
    mapping: mmap.mmap


class Request(NamedTuple):
    """What is wanted: *name* is the system's, *size* is for a new block.

    A name *is_novel* if it was drawn at random, so that nobody else can mean it.
    A block that *is_reserved* has its memory from the beginning.
    """

    name: str
    flags: int
    mode: int
    size: int
    is_tracked: bool
    is_novel: bool
    is_reserved: bool


def acquire(request: Request) -> Block:
    """Attach or create, as the flags say: shm_open's O_CREAT and O_EXCL."""
    if not request.flags & os.O_CREAT:
        return _attach(request)
    if request.flags & os.O_EXCL:
        return _create(request)
    return _attach_or_create(request)


def _attach(request: Request) -> Block:
    descriptor = calls.open_block(request.name, request.flags, request.mode, 0)
    try:
        return Block(descriptor, _map(request, descriptor, 0))
    except BaseException:
        calls.close(descriptor)
        raise


def _create(request: Request) -> Block:
    if request.is_novel and request.is_tracked:
        return _create_registered(request)
    with _announced(request):
        return _create_now(request)


def _create_registered(request: Request) -> Block:
    _tracker.register(request.name)
    try:
        return _create_now(request._replace(is_tracked=False))
    except BaseException:
        _tracker.unregister(request.name)
        raise


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


def _create_now(request: Request) -> Block:
    name, size = request.name, request.size
    descriptor = calls.open_block(name, request.flags, request.mode, size)
    try:
        calls.resize(descriptor, size)
        if request.is_reserved:
            calls.reserve(descriptor, size)
        return Block(descriptor, _map(request, descriptor, size))
    except BaseException:
        calls.close(descriptor)
        _remove(name)
        raise


def _map(request: Request, descriptor: int, size: int) -> mmap.mmap:
    is_writable = bool(request.flags & os.O_RDWR)
    mapping = calls.map_block(descriptor, request.name, size, is_writable)
    try:
        if request.is_tracked:
            _tracker.register(request.name)
    except BaseException:
        mapping.close()
        raise
    return mapping


def _remove(name: str) -> None:
    with suppress(FileNotFoundError):
        calls.remove(name)

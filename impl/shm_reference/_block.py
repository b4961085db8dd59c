"""A block is opened whole or not at all.

Whatever fails, what has been done by then is undone in reverse, and nothing
else: a block that was there before stays, and so does its name in the tracker.

A creator tells the tracker of a name before it creates the block, so that no
moment of its death leaves a block which nobody will remove. A novel name is
registered: it has so many random bits that nobody else has it. A given one is only
announced, and not at all if it is in use: if we died then, the block of somebody
else would be removed.
"""

from __future__ import annotations

import os
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, ContextManager, NamedTuple, Tuple

from . import _tracker
from ._system import calls

if TYPE_CHECKING:
    import mmap


# A descriptor of the block, and the memory itself.
Block = Tuple[int, "mmap.mmap"]


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


def attach(name: str, flags: int, mode: int, is_tracked: bool) -> Block:
    """Open a block that exists."""
    descriptor = calls.open_block(name, flags, mode, 0)
    try:
        return descriptor, _map(descriptor, name, flags, 0, is_tracked)
    except BaseException:
        calls.close(descriptor)
        raise


def create(request: Request) -> Block:
    """Make a new block; without O_EXCL, one that exists is attached to."""
    if not request.flags & os.O_EXCL:
        return _attach_or_create(request)
    if request.is_novel and request.is_tracked:
        return _create_registered(request)
    with _announced(request):
        return _create_now(request, request.is_tracked)


def _create_registered(request: Request) -> Block:
    _tracker.register(request.name)
    try:
        return _create_now(request, is_tracked=False)
    except BaseException:
        _tracker.unregister(request.name)
        raise


def _announced(request: Request) -> ContextManager[None]:
    if request.is_tracked and calls.is_free(request.name):
        return _tracker.announced(request.name)
    return nullcontext()


def _attach_or_create(request: Request) -> Block:
    # shm_open alone would not tell whether there is a new block to undo.
    name, flags, mode = request.name, request.flags, request.mode
    while True:
        try:
            return attach(name, flags & ~os.O_CREAT, mode, request.is_tracked)
        except FileNotFoundError as error:
            # Without a size it is there: to create would fail, and to try again
            # might never end.
            if isinstance(error, ValueError):
                raise
        with suppress(FileExistsError):
            return create(request._replace(flags=flags | os.O_EXCL))


def _create_now(request: Request, is_tracked: bool) -> Block:
    name, flags, mode, size, *_ = request
    descriptor = calls.open_block(name, flags, mode, size)
    try:
        calls.resize(descriptor, size)
        if request.is_reserved:
            calls.reserve(descriptor, size)
        return descriptor, _map(descriptor, name, flags, size, is_tracked)
    except BaseException:
        calls.close(descriptor)
        _remove(name)
        raise


def _map(
    descriptor: int, name: str, flags: int, size: int, is_tracked: bool
) -> mmap.mmap:
    mapping = calls.map_block(descriptor, name, size, bool(flags & os.O_RDWR))
    try:
        if is_tracked:
            _tracker.register(name)
    except BaseException:
        mapping.close()
        raise
    return mapping


def _remove(name: str) -> None:
    with suppress(FileNotFoundError):
        calls.remove(name)

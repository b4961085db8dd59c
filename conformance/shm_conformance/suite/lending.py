"""Blocks for the length of one generated example."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from shm_conformance.actors import Actor
from shm_conformance.errors import ConformanceError
from shm_conformance.remotes import Block


@contextmanager
def lent(block: Block) -> Iterator[Block]:
    """A block for one example: closed and unlinked, whatever came of it."""
    try:
        yield block
    finally:
        _end(block, "close", "unlink")


@contextmanager
def attached(actor: Actor, name: str) -> Iterator[Block]:
    """A second handle on a list, closed at the end."""
    block = actor.shareable_list(name=name)
    try:
        yield block
    finally:
        _end(block, "close")


def _end(block: Block, *methods: str) -> None:
    with suppress(ConformanceError):
        memory = block.shm if block.is_list else block
        for method in methods:
            with suppress(ConformanceError):
                memory.call(method)

"""Lists in a block as our own reader and writer know them."""

from __future__ import annotations

import sys

from shm_conformance import layout
from shm_conformance.actors import Actor, Actors
from shm_conformance.errors import Violation
from shm_conformance.remotes import Block


def byteorder(actors: Actors) -> str:
    """The byte order of the machine that the target runs on; ours, if it is unknown."""
    return str(actors.stage.describe()["platform"].get("byteorder", sys.byteorder))


def decoded(actors: Actors, block: Block) -> list[layout.Value]:
    """The values that our own reader finds in the block of a list."""
    content = block.shm.read()
    try:
        return layout.decode(content, byteorder(actors))
    except ValueError as error:
        raise Violation(f"the block is {error}", "the common layout") from None


def laid_out(
    actors: Actors,
    actor: Actor,
    values: list[layout.Value],
    rule: layout.SlotRule = layout.by_bytes,
) -> Block:
    """A block into which our own writer has put a list."""
    content = layout.encode(values, byteorder(actors), rule)
    bare = actor.shared_memory(create=True, size=len(content))
    bare.write(0, content)
    return bare

"""Chance that repeats itself: what seldom happens, and matters with thousands of blocks."""

from __future__ import annotations

from shm_conformance.actors import Actor
from shm_conformance.errors import Unsupported

# Four bytes are the same by chance before long, where thousands of blocks are in use and
# in the making; sixteen never. `secrets` and `random` ask either of these two.
REPEAT = """
import os, random
right = os.urandom
draws = [right(4)] * 2

def urandom(size):
    return (draws.pop() + right(60))[:size] if draws else right(size)

os.urandom = random._urandom = urandom
"""
RESTORE = "os.urandom = random._urandom = right"


def created_by_the_same_chance(actor: Actor) -> tuple[str, str]:
    """Return the names of two new blocks, drawn from the same four random bytes.

    Raises Unsupported where names are not drawn from the system's random bytes.
    """
    # The tracker is there before, as what starts it may draw as well.
    actor.shared_memory(create=True, size=16)
    actor.run(REPEAT)
    first, second = (actor.shared_memory(create=True, size=16) for _ in "12")
    left = actor.run("len(draws)")
    actor.run(RESTORE)
    if left:
        raise Unsupported("names are not drawn from os.urandom()")
    return first.name, second.name

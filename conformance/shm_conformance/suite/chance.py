"""Chance that repeats itself: what seldom happens, and matters with thousands of blocks."""

from __future__ import annotations

from shm_conformance.actors import Actor
from shm_conformance.errors import Unsupported

# `secrets` and `random` ask either of these two functions. What is drawn is the same
# up to some byte.
REPEAT = """
import os, random
right = os.urandom
draws = [right(same)] * 2

def urandom(size):
    return (draws.pop() + right(size))[:size] if draws else right(size)

os.urandom = random._urandom = urandom
"""
RESTORE = "os.urandom = random._urandom = right"


def created_by_the_same_chance(actor: Actor, same: int) -> tuple[str, str]:
    """Return the names of two new blocks, drawn from so many *same* random bytes.

    Raises Unsupported where names are not drawn from the system's random bytes.
    """
    # The tracker is there before, as what starts it may draw as well.
    actor.shared_memory(create=True, size=16)
    actor.run(f"same = {same}")
    actor.run(REPEAT)
    first, second = (actor.shared_memory(create=True, size=16) for _ in "12")
    left = actor.run("len(draws)")
    actor.run(RESTORE)
    if left:
        raise Unsupported("names are not drawn from os.urandom()")
    return first.name, second.name

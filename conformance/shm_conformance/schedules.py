"""Where the processes of a race are held, as a short string that can be replayed. Pure.

`openat:1` holds the first process after its first openat() on the block, while the
second one does all that it has to do. `openat:1,fstat:1` holds the second one as well,
after its first fstat(); then the first goes on, then the second. `write#3` counts all
calls of a name, not only those on the block.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shm_conformance.errors import UsageError
from shm_conformance.syscalls import Call

WORD = re.compile(r"([a-z_0-9]+)([:#])([1-9][0-9]*)")
# Stands for whatever file the block is in a race.
BLOCK = "the block"


@dataclass(frozen=True)
class Schedule:
    """After which call the first is held, and after which one the second, if at all."""

    first: Call
    second: Call | None = None

    def __str__(self) -> str:
        return ",".join(_word(it) for it in (self.first, self.second) if it)


def _word(call: Call) -> str:
    return f"{call.name}{':' if call.place else '#'}{call.nth}"


def parse(text: str) -> Schedule:
    """Read a schedule; raises UsageError for what is none."""
    words = text.split(",")
    matches = [WORD.fullmatch(word) for word in words]
    found = [
        Call(it[1], int(it[3]), it[0], BLOCK if it[2] == ":" else "")
        for it in matches
        if it
    ]
    if len(found) != len(words) or len(found) > 2:
        raise UsageError(
            f"no schedule: {text!r}; one such as 'openat:1,mmap:1' was due"
        )
    return Schedule(*found)


def pairs(
    firsts: Sequence[Call], seconds: Sequence[Call], bound: int
) -> list[Schedule]:
    """Up to so many pairs of calls on the block, spread evenly over all."""
    every = [
        Schedule(first, second)
        for first in firsts
        if first.place
        for second in seconds
        if second.place
    ]
    number = min(bound, len(every))
    return [every[at * len(every) // number] for at in range(number)]

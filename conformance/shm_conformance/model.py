"""What becomes of a block when a process ends, as a table. Pure: no process, no I/O.

A process has a role: it created the block, it attached to what its parent
created, or it attached to what a sibling created. It was started by a method:
by multiprocessing (fork, spawn, forkserver), as a plain subprocess, or by
nobody we know (alone, a stranger). And it tracks the block, or does not.

How it ends, in order or by SIGKILL, makes no difference to any row: that is
what a tracker is for. Two moments count: the process has ended while those that
it shares the block with live on; and the last of these has ended as well.
Nobody ever unlinks, so a block that goes was removed by a tracker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["creator", "attached", "sibling"]
Kinship = Literal["alone", "child", "subprocess", "stranger"]
Method = Literal["alone", "fork", "spawn", "forkserver", "subprocess", "stranger"]
Fate = Literal["exists", "gone"]

METHODS: tuple[Method, ...] = ("fork", "spawn", "forkserver")
ENDINGS = ("return", "exception", "os._exit", "SIGTERM", "SIGINT", "SIGKILL")

# The sentences of the specification that decide, in our words.
FAMILY = "relatives by multiprocessing share one tracker and the lifetime of blocks"
CLEANUP = "a tracker cleans up even if all processes exit without doing so"
STRANGERS = "other processes have trackers of their own; the first to end deletes"
OUTLIVES = "blocks may outlive their creator; unlink() is what ensures cleanup"
BOOKKEEPER = "track=False is for those who leave the bookkeeping to another process"

# An attached process has no say over the creator's tracking, which is on.
FATES: dict[tuple[Role, Kinship, bool], tuple[Fate, Fate, str]] = {
    ("creator", "alone", True): ("gone", "gone", CLEANUP),
    ("creator", "alone", False): ("exists", "exists", OUTLIVES),
    ("creator", "child", True): ("exists", "gone", FAMILY),
    ("creator", "child", False): ("exists", "exists", OUTLIVES),
    ("creator", "subprocess", True): ("gone", "gone", STRANGERS),
    ("creator", "subprocess", False): ("exists", "exists", OUTLIVES),
    ("attached", "child", True): ("exists", "gone", FAMILY),
    ("attached", "child", False): ("exists", "gone", BOOKKEEPER),
    ("attached", "subprocess", True): ("gone", "gone", STRANGERS),
    ("attached", "subprocess", False): ("exists", "gone", BOOKKEEPER),
    ("attached", "stranger", True): ("gone", "gone", STRANGERS),
    ("attached", "stranger", False): ("exists", "gone", BOOKKEEPER),
    ("sibling", "child", True): ("exists", "gone", FAMILY),
    ("sibling", "child", False): ("exists", "gone", BOOKKEEPER),
}

WHO: dict[Role, str] = {
    "creator": "that created a block",
    "attached": "that attached to another's block",
    "sibling": "that attached to its sibling's block",
}
HOW: dict[Kinship, str] = {
    "alone": "A process on its own",
    "child": "A child by {method}",
    "subprocess": "A plain subprocess",
    "stranger": "An unrelated process",
}
FATE_WORDS: dict[tuple[Fate, Fate], tuple[str, str]] = {
    ("exists", "exists"): ("outlives-all", "leaves it to everybody, for good"),
    ("exists", "gone"): ("leaves-the-block", "leaves it to the others until all end"),
    ("gone", "gone"): ("takes-the-block", "takes it away"),
}


@dataclass(frozen=True)
class Row:
    """One line of the table: who ends, what is due then and at last, and why."""

    role: Role
    kinship: Kinship
    method: Method
    is_tracking: bool
    after_end: Fate
    after_all: Fate
    because: str

    @property
    def requirement(self) -> str:
        """The id of the requirement that this row is."""
        words = ["" if self.is_tracking else "untracked", self.role]
        words += [self.kinship, self.method if self.kinship == "child" else ""]
        return f"tracker.{'-'.join(filter(None, words))}.{self._words[0]}"

    @property
    def text(self) -> str:
        """The row as a sentence."""
        how = HOW[self.kinship].format(method=self.method)
        who = WHO[self.role]
        tracking = "" if self.is_tracking else " with track=False"
        return f"{how} {who}{tracking} {self._words[1]}, however it ends."

    @property
    def _words(self) -> tuple[str, str]:
        return FATE_WORDS[self.after_end, self.after_all]


def _rows() -> tuple[Row, ...]:
    found = []
    for (role, kinship, is_tracking), fates in FATES.items():
        methods = METHODS if kinship == "child" else (kinship,)
        found += [Row(role, kinship, it, is_tracking, *fates) for it in methods]
    return tuple(found)


ROWS = _rows()

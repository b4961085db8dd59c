"""What must hold when a short life is disturbed, by the last word of its requirement. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from shm_conformance.requirements._requirement import Level, Requirement
from shm_conformance.short_lives import LIVES

TRACKER = (
    "SharedMemory, parameter track: the tracker cleans up once processes have ended"
)
TRACKED = "SharedMemory, parameter track: what is tracked is what exists"
CLOSE = "SharedMemory.close: other processes are not affected"
ERRORS = "SharedMemory: errors of the system are OSError, as everywhere"
WHOLE = "what failed has not happened"
LEFT = ("left behind", "left empty", "hung")


@dataclass(frozen=True)
class Outcome:
    """A promise: its level, its words on *what*, its source, and what breaks it."""

    level: Level
    text: str
    source: str
    wrong: tuple[str, ...]


KILLED = {
    "leaves-nothing": Outcome(
        "must",
        "Killed at any point of {what}, a process leaves no block once all who share"
        " its tracker have ended.",
        TRACKER,
        LEFT,
    ),
    "is-cleaned-up-after": Outcome(
        "should",
        "Killed at any point of {what}, a manager's process leaves no block once its"
        " owner has ended.",
        TRACKER,
        LEFT,
    ),
    "is-quiet": Outcome(
        "should",
        "Killed at any point of {what}, a process leaves no tracker that fails.",
        TRACKER,
        ("noise",),
    ),
    "spares-the-owner": Outcome(
        "must",
        "A process killed at any point of {what} leaves the block of others whole.",
        CLOSE,
        ("destroyed", "corrupt"),
    ),
}
FAILED = {
    "leaves-nothing": Outcome(
        "must",
        "Whatever call of {what} fails, no block is left by one that failed.",
        WHOLE,
        LEFT,
    ),
    "spares-the-owner": Outcome(
        "must",
        "Whatever call of {what} fails, the block stays as it was.",
        CLOSE,
        ("destroyed", "corrupt"),
    ),
    "is-an-oserror": Outcome(
        "should",
        "Whatever call of {what} fails, it raises OSError or works all the same.",
        ERRORS,
        ("wrong error", "hung"),
    ),
    "is-quiet": Outcome(
        "should",
        "Whatever call of {what} fails, no tracker fails for it.",
        TRACKED,
        ("noise",),
    ),
    "keeps-nothing-open": Outcome(
        "should",
        "Whatever call of {what} fails, no descriptor stays open for it.",
        WHOLE,
        ("leaked",),
    ),
    "is-all-or-nothing": Outcome(
        "should",
        "Whatever call of {what} fails, the name exists if it raised, and not if it"
        " did not.",
        WHOLE,
        ("destroyed", "left behind"),
    ),
    "can-be-repeated": Outcome(
        "should",
        "Whatever call of {what} has failed, the next one works, and all that follows.",
        WHOLE,
        ("unusable",),
    ),
}


def killed() -> tuple[Requirement, ...]:
    """What must hold when a process of a short life is killed."""
    return tuple(
        _requirement("crash", life.name, life.what, name, KILLED[name])
        for life in LIVES.values()
        for name in life.kill
    )


def failed() -> tuple[Requirement, ...]:
    """What must hold when a call of a short life fails."""
    return tuple(
        _requirement("fault", life.name, life.what, name, FAILED[name])
        for life in LIVES.values()
        for name in life.fail
    )


def _requirement(
    kind: str, life: str, what: str, name: str, outcome: Outcome
) -> Requirement:
    text = outcome.text.format(what=what)
    id_ = f"{kind}.{life}.{name}"
    return Requirement(id_, outcome.level, text, outcome.source, "posix")

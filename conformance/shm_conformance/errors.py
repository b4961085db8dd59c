"""What can go wrong, and whose fault it is.

ConformanceError
├── Violation        the target broke a requirement              -> deviates
│   └── TargetError  the target raised where a value was due     -> deviates
├── Crashed          an actor ended, or left the protocol        -> crashed
├── Hung             an actor gave no answer by its deadline     -> hung
├── Unsupported      the target does not offer this              -> unsupported
├── NotRun           the machine lacks what the test needs       -> not-run
├── TargetNotStarted nothing could be asked of the target at all -> exit code 3
├── UsageError       the user's words are off                    -> exit code 2
└── HarnessError     we, or the machine, broke                   -> broken
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shm_conformance.messages import Failure


class ConformanceError(Exception):
    """The root: never raised itself."""


class Violation(ConformanceError, AssertionError):
    """The target broke a requirement: what was due, and what came instead."""

    def __init__(self, actual: str, expected: str) -> None:
        super().__init__(f"{actual}; {expected} was due")
        self.actual = actual
        self.expected = expected


class TargetError(Violation):
    """The target raised an error where a value was due."""

    def __init__(self, operation: str, failure: Failure) -> None:
        super().__init__(f"{operation} raised {failure}", "a value")
        self.failure = failure


class Crashed(ConformanceError):
    """An actor's process ended by itself, or no longer speaks the protocol."""


class Hung(ConformanceError):
    """An actor is alive and silent past the deadline of its operation."""


class Unsupported(ConformanceError):
    """The target says that it does not offer an operation."""


class NotRun(ConformanceError):
    """The machine, or the target's interpreter, lacks what a test needs."""


class TargetNotStarted(ConformanceError):
    """The target's interpreter or its modules could not be started."""


class UsageError(ConformanceError):
    """The user asked for something that does not exist."""


class HarnessError(ConformanceError):
    """The harness or the machine broke; it says nothing about the target."""

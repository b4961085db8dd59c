"""How a test of the suite says what was due.

They raise Violation with both sides in words, because the report of a test that
ran in some other interpreter cannot look into its values afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from shm_conformance.actors import Actors
from shm_conformance.errors import HarnessError, TargetError, Violation
from shm_conformance.messages import Failure
from shm_conformance.platforms import Segment


@dataclass
class Raised:
    """What `raises` caught, for a closer look."""

    failure: Failure | None = None

    @property
    def error(self) -> Failure:
        """The failure that came; only after the block has ended."""
        if self.failure is None:
            raise HarnessError("`raises` was asked for its failure too early")
        return self.failure


def same(what: str, actual: object, due: object) -> None:
    """Check that a value is the one that is due, in type as well."""
    if type(actual) is not type(due) or actual != due:
        raise Violation(f"{what} is {actual!r:.500}", f"{due!r:.500}")


def alike(what: str, actual: object, due: object) -> None:
    """Check values for content and type at every depth; NaN is like NaN, 0.0 not -0.0."""
    if repr(actual) != repr(due):
        raise Violation(f"{what} is {actual!r:.500}", f"{due!r:.500}")


def that(claim: bool, actual: str, due: str) -> None:
    """Check a claim; *actual* says what was seen if it does not hold."""
    if not claim:
        raise Violation(actual, due)


@contextmanager
def raises(*types: str, errno: int | None = None) -> Iterator[Raised]:
    """Check that the target raises one of these types, or a subclass of one."""
    due = " or ".join(types) + (f" with errno {errno}" if errno else "")
    raised = Raised()
    try:
        yield raised
    except TargetError as error:
        raised.failure = error.failure
        is_type = not set(types).isdisjoint(error.failure.bases)
        if is_type and errno in (None, error.failure.errno):
            return
        raise Violation(error.actual, due) from None
    raise Violation("no error was raised", due)


def exists(actors: Actors, name: str, when: str = "") -> Segment:
    """Check, with the observer's eyes, that a segment exists; returns it."""
    segment = actors.look(name)
    if segment is None:
        raise Violation(f"no segment {name!r} exists {when}".rstrip(), "a segment")
    return segment


def gone(actors: Actors, name: str, when: str = "") -> None:
    """Check, with the observer's eyes, that no segment bears the name."""
    if actors.look(name) is not None:
        raise Violation(f"segment {name!r} exists {when}".rstrip(), "no such segment")


def released(actors: Actors, name: str, when: str = "") -> None:
    """Check that a block was given up: where handles keep it, when these are gone."""
    actors.let_go()
    gone(actors, name, when)


def silent(text: str, who: str) -> None:
    """Check that nothing was said on stderr."""
    if text.strip():
        raise Violation(f"{who} printed on stderr: {text.strip()[:1000]!r}", "silence")


def each(cases: dict[str, Callable[[], None]]) -> None:
    """Check several cases of one requirement; all run, all that fail are named."""
    failed = {}
    for name, case in cases.items():
        try:
            case()
        except Violation as error:
            failed[name] = error
    if failed:
        actual = "; ".join(f"{name}: {error.actual}" for name, error in failed.items())
        raise Violation(actual, next(iter(failed.values())).expected)

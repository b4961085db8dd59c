"""Which requirements an expression selects, such as `shm.unlink and not twice`."""

from __future__ import annotations

from collections.abc import Callable

from _pytest.mark.expression import Expression

from shm_conformance.errors import UsageError
from shm_conformance.requirements import catalogue


def selector(expression: str) -> Callable[[str], bool]:
    """A test of ids: a whole id selects itself alone, any other word what contains it.

    Raises UsageError for what is no expression of words, and, or, not and brackets.
    """
    if not expression.strip():
        return lambda identifier: True
    try:
        compiled = Expression.compile(expression)
    except Exception as error:  # noqa: BLE001 - its type differs between versions of pytest
        raise UsageError(f"-k {expression!r} is no expression: {error}") from None
    known = catalogue()

    def is_selected(identifier: str) -> bool:
        return compiled.evaluate(
            lambda word, /, **_: (
                word == identifier if word in known else word in identifier
            )
        )

    return is_selected

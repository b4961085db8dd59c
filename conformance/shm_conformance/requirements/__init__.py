"""The requirements: one checkable promise each, in our words. Pure data.

An id is `area.subject.outcome`. It selects tests on the command line, keys
baselines and results, and never changes its meaning.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cache
from importlib import import_module

from shm_conformance.errors import UsageError
from shm_conformance.requirements._requirement import (
    LEVELS,
    Level,
    Requirement,
    may,
    must,
    should,
)

__all__ = [
    "CHAPTERS",
    "LEVELS",
    "Level",
    "Requirement",
    "by_id",
    "catalogue",
    "may",
    "must",
    "requirements_of",
    "should",
]

# A module each, and a file of the suite with the same name behind `test_`.
CHAPTERS = (
    "create",
    "attach",
    "buffer",
    "close",
    "unlink",
    "pickling",
    "names",
    "tracking",
    "environment",
    "manager",
    "manager_relatives",
    "manager_requests",
    "list_basics",
    "list_items",
    "list_values",
    "list_capacity",
    "list_sharing",
    "list_properties",
    "memory_properties",
    "lives",
    "concurrency",
    "crash",
    "fault",
    "nature",
    "race",
    "mix",
    "windows",
    "examples",
)


def requirements_of(chapter: str) -> Iterable[Requirement]:
    """The requirements of a chapter, in its order."""
    found: Iterable[Requirement] = import_module(f"{__name__}.{chapter}").REQUIREMENTS
    return found


@cache
def catalogue() -> dict[str, Requirement]:
    """Every requirement by its id, in the order of the chapters."""
    found: dict[str, Requirement] = {}
    for chapter in CHAPTERS:
        for requirement in requirements_of(chapter):
            if requirement.id in found:
                raise ValueError(f"requirement {requirement.id} stands twice")
            found[requirement.id] = requirement
    return found


def by_id(identifier: str) -> Requirement:
    """Find a requirement; raises UsageError that names the nearest ones."""
    known = catalogue()
    if identifier not in known:
        near = difflib.get_close_matches(identifier, known, 3, 0.3)
        raise UsageError(f"no requirement {identifier!r}; near: {', '.join(near)}")
    return known[identifier]

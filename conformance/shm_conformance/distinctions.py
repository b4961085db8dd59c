"""Which faulty targets tell requirements apart. Pure.

A requirement is as good as the faulty targets that fail it. Two that are failed
by just the same ones are one requirement, or lack a faulty target.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from shm_conformance import tables
from shm_conformance.verdicts import DEVIATIONS

Json = dict[str, Any]
# A requirement, and the faulty targets that fail it.
Failing = dict[str, frozenset[str]]
NAMES = 3


def failing(document: Json) -> Failing:
    """The faulty targets of a result by the requirements that they fail."""
    found: dict[str, set[str]] = defaultdict(set)
    for target in document["targets"]:
        kind, _, name = target["target"].partition(":")
        for result in target["results"]:
            fails = found[result["requirement"]]
            if kind == "faulty" and result["verdict"] in DEVIATIONS:
                fails.add(name)
    return {requirement: frozenset(names) for requirement, names in found.items()}


def twins(found: Failing) -> list[list[str]]:
    """The groups of requirements that are failed by the same faulty targets, and by any."""
    groups: dict[frozenset[str], list[str]] = defaultdict(list)
    for requirement, names in found.items():
        groups[names].append(requirement)
    return [group for names, group in groups.items() if names and len(group) > 1]


def lines(found: Failing, total: int) -> list[str]:
    """A line for each requirement: how many fail it, how many it spares, who fails it."""
    rows = [["requirement", "fails", "spares"]]
    rows += [[it, str(len(who)), str(total - len(who))] for it, who in found.items()]
    names = ["failed by", *(_named(sorted(who)) for who in found.values())]
    return [
        f"{line}  {text}".rstrip()
        for line, text in zip(tables.aligned(rows), names, strict=True)
    ]


def _named(names: list[str]) -> str:
    more = [f"and {len(names) - NAMES} more"] if len(names) > NAMES else []
    return ", ".join(names[:NAMES] + more)

"""Writing a baseline: what the `baseline update` command does to a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import tomlkit

from shm_conformance import baseline
from shm_conformance.platforms import family_of
from shm_conformance.target import Target, parse, sides
from shm_conformance.verdicts import DEVIATIONS

Change = tuple[str, str, str]


def update(
    document: dict[str, Any],
    file: Path,
    reason: str,
    issue: str | None,
    only: tuple[str, ...],
) -> list[Change]:
    """Add a result's new deviations and drop the fixed; comments stay as they are.

    Returns the changes as (sign, target, requirement), `!` for what is fixed and
    stands in another baseline. Raises UsageError
    if the file is no baseline; then it is left as it was.
    """
    text = file.read_text("utf-8") if file.exists() else ""
    baseline.parse(text, str(file))
    content = tomlkit.parse(text)
    entries = content.setdefault("deviation", tomlkit.aot())
    changes = []
    for target in document["targets"]:
        for result in target["results"]:
            if not only or result["requirement"] in only:
                changes += _apply(entries, target, result, reason, issue)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    fresh.write_text(tomlkit.dumps(content), "utf-8")
    fresh.replace(file)
    return changes


def _apply(
    entries: Any,
    target: dict[str, Any],
    result: dict[str, Any],
    reason: str,
    issue: str | None,
) -> list[Change]:
    requirement, parsed = result["requirement"], parse(sides(target["target"])[0])
    if result["verdict"] in DEVIATIONS and not result["known"]:
        entry = tomlkit.table()
        entry.update({"requirement": requirement})
        entry.update({"implementation": parsed.implementation, **_python(target)})
        entry.update({"platform": family_of(target)})
        entry.update({"reason": reason, **({"issue": issue} if issue else {})})
        entries.append(entry)
        return [("+", target["target"], requirement)]
    if result["verdict"] == "conforms" and result["known"]:
        return _drop(entries, parsed, target, requirement)
    return []


def _python(target: dict[str, Any]) -> dict[str, str]:
    """Speak only of the version that was judged: others may keep the promise."""
    python = target["python"]
    if not python:
        return {}
    minor = ".".join(python["version"].split(".")[:2])
    return {"python": f"{python['implementation']}=={minor}.*"}


def _drop(
    entries: Any, parsed: Target, target: dict[str, Any], requirement: str
) -> list[Change]:
    kept = [
        entry
        for entry in entries
        if entry["requirement"] != requirement
        or not baseline.applies(entry, parsed, target)
    ]
    if len(kept) == len(entries):
        return [("!", f"{parsed}: in another baseline, not here", requirement)]
    entries.clear()
    entries.extend(kept)
    return [("-", target["target"], requirement)]

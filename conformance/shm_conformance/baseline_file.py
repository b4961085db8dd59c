"""Writing a baseline: what the `baseline update` command does to a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import tomlkit

from shm_conformance import baseline
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

    Returns the changes as (sign, implementation, requirement). Raises UsageError
    if the file is no baseline; then it is left as it was.
    """
    text = file.read_text("utf-8") if file.exists() else ""
    baseline.parse(text, str(file))
    content = tomlkit.parse(text)
    entries = content.setdefault("deviation", tomlkit.aot())
    changes = []
    for target in document["targets"]:
        name = target["implementation"].get("name", target["target"])
        for result in target["results"]:
            if not only or result["requirement"] in only:
                changes += _apply(entries, name, result, reason, issue)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    fresh.write_text(tomlkit.dumps(content), "utf-8")
    fresh.replace(file)
    return changes


def _apply(
    entries: Any, name: str, result: dict[str, Any], reason: str, issue: str | None
) -> list[Change]:
    requirement = result["requirement"]
    if result["verdict"] in DEVIATIONS and not result["known"]:
        entry = tomlkit.table()
        entry.update({"requirement": requirement, "implementation": name})
        entry.update({"reason": reason, **({"issue": issue} if issue else {})})
        entries.append(entry)
        return [("+", name, requirement)]
    if result["verdict"] == "conforms" and result["known"]:
        kept = [entry for entry in entries if not _is_about(entry, name, requirement)]
        if len(kept) < len(entries):
            entries.clear()
            entries.extend(kept)
            return [("-", name, requirement)]
    return []


def _is_about(entry: Any, name: str, requirement: str) -> bool:
    is_named = entry.get("implementation", name) == name
    return bool(is_named and entry["requirement"] == requirement)

"""Baselines: the deviations of a target that are known, each with its reason.

    [[deviation]]
    requirement = "list.str.sized-by-encoded-bytes"
    implementation = "stdlib"
    python = "cpython<3.14"
    platform = "posix"
    reason = "..."
    issue = "https://..."

Without `python` or `platform` an entry speaks of all of them.
Ours come with the package, one file per interpreter; users add theirs. Only the
`baseline` command writes one.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from shm_conformance.errors import UsageError
from shm_conformance.platforms import FAMILIES, family_of
from shm_conformance.requirements import by_id
from shm_conformance.target import Target
from shm_conformance.verdicts import Known

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PYTHON = re.compile(r"([a-z]+)\s*(.*)")
KEYS = {"requirement", "implementation", "python", "platform", "reason", "issue"}


def known(
    target: Target, facts: dict[str, Any], requirement: str, files: list[Path]
) -> Known | None:
    """Why a deviation of a target is known; the user's files come before ours."""
    for entry in (*(e for file in files for e in read(file)), *shipped()):
        if entry["requirement"] == requirement and applies(entry, target, facts):
            return Known(entry["reason"], entry.get("issue"))
    return None


def applies(entry: dict[str, str], target: Target, facts: dict[str, Any]) -> bool:
    """Whether an entry speaks of this implementation and this interpreter."""
    if entry.get("implementation", target.implementation) != target.implementation:
        return False
    if entry.get("platform", family := family_of(facts)) != family:
        return False
    if "python" not in entry:
        return True
    name, versions = _python(entry["python"])
    python = facts.get("python", {})
    return bool(
        python.get("implementation") == name
        and SpecifierSet(versions).contains(python["version"], prereleases=True)
    )


def _python(text: str) -> tuple[str, str]:
    match = PYTHON.fullmatch(text)
    if not match:
        raise UsageError(f"python = {text!r} is no 'cpython>=3.9,<3.13' or the like")
    return match[1], match[2]


@cache
def shipped() -> tuple[dict[str, str], ...]:
    """The entries that come with the package."""
    folder = resources.files("shm_conformance").joinpath("baselines")
    names = sorted(
        item.name for item in folder.iterdir() if item.name.endswith(".toml")
    )
    texts = [(name, folder.joinpath(name).read_text("utf-8")) for name in names]
    return tuple(entry for name, text in texts for entry in parse(text, name))


@cache
def read(path: Path) -> tuple[dict[str, str], ...]:
    """Read a baseline; raises UsageError that says which entry is wrong and how."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read baseline {path}: {error}") from None
    return tuple(parse(text, str(path)))


def parse(text: str, source: str) -> list[dict[str, str]]:
    """Read the text of a baseline, and check every entry."""
    try:
        entries = tomllib.loads(text).get("deviation", [])
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"baseline {source} is no TOML: {error}") from None
    if not isinstance(entries, list):
        raise UsageError(f"baseline {source}: [[deviation]] is no list of tables")
    for number, entry in enumerate(entries, 1):
        _check(entry, f"baseline {source}, deviation {number}")
    return list(entries)


def _check(entry: Any, place: str) -> None:
    if not isinstance(entry, dict):
        raise UsageError(f"{place} is no table")
    if unknown := set(entry) - KEYS:
        raise UsageError(f"{place}: {', '.join(sorted(unknown))} is not known here")
    for key, value in entry.items():
        if not isinstance(value, str):
            raise UsageError(f"{place}: {key} = {value!r} is no text")
    if entry.get("platform", "posix") not in FAMILIES:
        raise UsageError(f"{place}: platform = 'posix' or 'windows' was due")
    for key in ("requirement", "reason"):
        if not entry.get(key):
            raise UsageError(f"{place}: {key!r} was due")
    try:
        by_id(entry["requirement"])
        SpecifierSet(_python(entry.get("python", "any"))[1])
    except (UsageError, InvalidSpecifier) as error:
        raise UsageError(f"{place}: {error}") from None

"""Baselines: the deviations of a target that are known, each with its reason.

    [[deviation]]
    requirement = "list.str.sized-by-encoded-bytes"
    implementation = "stdlib"
    python = "cpython<3.14"
    platform = "posix"
    reason = "..."
    issue = "https://..."

Without `python` or `platform` an entry speaks of all of them.
What is a copy of another implementation has its deviations, those of the same file:

    [[copy]]
    implementation = "multiprocess.shared_memory"
    of = "stdlib"
    python = "cpython<3.13"
    without = "shm.name.unusual-is-quiet"

Ours come with the package, one file per interpreter; users add theirs. Only the
`baseline` command writes one.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Container, Iterator
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
COPY_KEYS = {"implementation", "of", "python", "without"}


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
    """Read the text of a baseline, check it, and add what copies have of others."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"baseline {source} is no TOML: {error}") from None
    entries = _tables(content, source, "deviation")
    copies = _tables(content, source, "copy")
    for number, entry in enumerate(entries, 1):
        _check(entry, f"baseline {source}, deviation {number}")
    for number, copy in enumerate(copies, 1):
        _check_copy(copy, f"baseline {source}, copy {number}")
    return [*entries, *_copied(entries, copies)]


def _tables(content: dict[str, Any], source: str, key: str) -> list[Any]:
    tables = content.get(key, [])
    if not isinstance(tables, list):
        raise UsageError(f"baseline {source}: [[{key}]] is no list of tables")
    return tables


def _copied(entries: list[Any], copies: list[Any]) -> Iterator[dict[str, str]]:
    for copy in copies:
        kept = [it for it in entries if it.get("implementation") == copy["of"]]
        for entry in kept:
            python = _both(entry.get("python"), copy["python"])
            if python and entry["requirement"] != copy.get("without"):
                own = {"implementation": copy["implementation"], "python": python}
                yield {**entry, **own}


def _both(one: str | None, other: str) -> str | None:
    """The interpreters that are meant by both; None where there is none."""
    same, others = _python(other)
    name, versions = _python(one) if one else (same, "")
    return name + ",".join(filter(None, (versions, others))) if name == same else None


def _check(entry: Any, place: str) -> None:
    _check_keys(entry, place, KEYS, ("requirement", "reason"))
    if entry.get("platform", "posix") not in FAMILIES:
        raise UsageError(f"{place}: platform = 'posix' or 'windows' was due")
    try:
        by_id(entry["requirement"])
    except UsageError as error:
        raise UsageError(f"{place}: {error}") from None
    _check_python(entry.get("python", "any"), place)


def _check_copy(copy: Any, place: str) -> None:
    _check_keys(copy, place, COPY_KEYS, ("implementation", "of", "python"))
    _check_python(copy["python"], place)


def _check_python(text: str, place: str) -> None:
    try:
        SpecifierSet(_python(text)[1])
    except (UsageError, InvalidSpecifier) as error:
        raise UsageError(f"{place}: {error}") from None


def _check_keys(
    table: Any, place: str, keys: Container[str], due: tuple[str, ...]
) -> None:
    if not isinstance(table, dict):
        raise UsageError(f"{place} is no table")
    for key, value in table.items():
        if key not in keys:
            raise UsageError(f"{place}: {key} is not known here")
        if not isinstance(value, str):
            raise UsageError(f"{place}: {key} = {value!r} is no text")
    for key in due:
        if not table.get(key):
            raise UsageError(f"{place}: {key!r} was due")

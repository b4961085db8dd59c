"""What was last verified: which interpreters were seen with which scenarios.

The record is kept with the package, a column for each interpreter:

    {"format": "shm-conformance-verified/1",
     "columns": {"cpython 3.13.0": {"attacher-ends-first": "reproduced", ...}}}

The table of the catalogue's page is made from it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path

from shm_conformance import pages
from shm_conformance.errors import UsageError
from shm_scenarios.playing import Performance
from shm_scenarios.scenario import Scenario

FORMAT = "shm-conformance-verified/1"
START = "<!-- written by: shm-conformance scenario verify --table -->"
SIGNS = {"reproduced": "**yes**", "absent": "no", "broken": "?"}
SHIPPED = resources.files("shm_scenarios").joinpath("verified.json")

# What another system is called in a column; Wine is not Windows itself.
WINDOWS = {"Windows", "Wine"}

# By interpreter, what came of each scenario.
Record = dict[str, dict[str, str]]


def shipped() -> Record:
    """What was verified when this package was made."""
    return _columns(SHIPPED.read_text("utf-8"), "verified.json")


def read(path: Path) -> Record:
    """Read a record; empty where there is no file. Raises UsageError for another one."""
    return _columns(path.read_text("utf-8"), str(path)) if path.exists() else {}


def _columns(text: str, source: str) -> Record:
    try:
        document = json.loads(text)
        if document["format"] == FORMAT:
            return {name: dict(signs) for name, signs in document["columns"].items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        pass
    raise UsageError(f"{source} is no record of scenarios ({FORMAT})")


def merge(record: Record, found: Iterable[Performance]) -> Record:
    """A record in which what was played now replaces what was known of it."""
    merged = {name: dict(signs) for name, signs in record.items()}
    for it in found:
        merged.setdefault(_column(it), {})[it.scenario] = it.verdict
        # A miss of what is left to chance is no proof.
        if it.is_miss:
            merged[_column(it)][it.scenario] = f"0 of {it.runs}"
    return merged


def save(path: Path, catalogue: Mapping[str, Scenario], record: Record) -> None:
    """Write a record, in the order of the catalogue and of the interpreters."""
    columns = {
        name: {id_: record[name][id_] for id_ in catalogue if id_ in record[name]}
        for name in sorted(record, key=_order)
    }
    document = {"format": FORMAT, "columns": columns}
    path.write_text(json.dumps(document, indent=1) + "\n", "utf-8")


def write_table(path: Path, catalogue: Mapping[str, Scenario], record: Record) -> None:
    """Write a record into the marked section of a page.

    Raises UsageError for a page without one; then it is as it was.
    """
    pages.write(path, {START: table(catalogue, record)})


def table(catalogue: Mapping[str, Scenario], record: Record) -> list[str]:
    """Markdown: a row for each scenario, a column for each interpreter."""
    columns = sorted(record, key=_order)
    rows = [["scenario", "what happens", "met", *columns], ["---"] * (3 + len(columns))]
    for scenario in catalogue.values():
        verdicts = [record[column].get(scenario.id, "") for column in columns]
        met = ", ".join(f"[{_short(link)}]({link})" for link in scenario.met)
        signs = [SIGNS.get(it, it) for it in verdicts]
        rows.append([f"`{scenario.id}`", scenario.title, met, *signs])
    return [f"| {' | '.join(row)} |" for row in rows]


def versions(record: Record, scenario: str, verdict: str) -> list[str]:
    """The interpreters on which this came of the scenario, with the standard library."""
    return [
        column
        for column in sorted(record, key=_order)
        if record[column].get(scenario) == verdict and _is_stdlib(column)
    ]


def _is_stdlib(column: str) -> bool:
    others, _, _ = _parts(column)
    return not set(others) - WINDOWS


def _order(column: str) -> tuple[int, str, list[int], str]:
    others, name, version = _parts(column)
    numbers = [int(it) for it in re.findall(r"\d+", version)]
    return len(others), name, numbers, column


def _parts(column: str) -> tuple[list[str], str, str]:
    """Take the head of a column apart: what stands before the interpreter, it, its version."""
    plain, _, _ = column.partition(" (")
    *others, name, version = plain.split()
    return others, name, version


def _column(performance: Performance) -> str:
    """Name the interpreter, and what sets it apart from others of its version."""
    python, platform = performance.python, performance.platform
    version = python.get("build") or python.get("version", "?")
    words = [python.get("implementation", "?"), version + python.get("flags", "")]
    emulator, machine = platform.get("emulator"), platform.get("machine", "")
    if platform.get("system") == "Windows":
        words.insert(0, "Wine" if emulator == "wine" else "Windows")
    elif emulator:
        words.append(f"({machine} under {emulator})")
    if platform.get("libc") == "musl":
        words.append("(musl)")
    if not performance.target.startswith("stdlib"):
        words.insert(0, performance.target.partition("@")[0])
    return " ".join(words)


def _short(link: str) -> str:
    *_, owner, repository, _, number = link.split("/")
    return f"gh-{number}" if owner == "python" else f"{repository}#{number}"

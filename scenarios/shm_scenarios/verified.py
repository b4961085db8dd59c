"""The table of what was last verified: scenarios below each other, interpreters beside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from shm_conformance.errors import UsageError
from shm_scenarios.playing import Performance
from shm_scenarios.scenario import Scenario

START = "<!-- written by: shm-conformance scenario verify --table -->"
END = "<!-- end of table -->"
SIGNS = {"reproduced": "**yes**", "absent": "no", "broken": "?"}


def write(
    path: Path, catalogue: Mapping[str, Scenario], found: Iterable[Performance]
) -> None:
    """Write what was played into the marked section of a page.

    Raises UsageError for a page without one; then it is as it was.
    """
    text = path.read_text("utf-8")
    before, is_begun, rest = text.partition(START)
    _, is_ended, after = rest.partition(END)
    if not (is_begun and is_ended):
        raise UsageError(f"{path} has no section {START!r} ... {END!r}")
    lines = "\n".join(table(catalogue, found))
    path.write_text(f"{before}{START}\n{lines}\n{END}{after}", "utf-8")


def table(catalogue: Mapping[str, Scenario], found: Iterable[Performance]) -> list[str]:
    """Markdown: a row for each scenario, a column for each target."""
    cells = {(it.scenario, _column(it)): _sign(catalogue, it) for it in found}
    columns = list(dict.fromkeys(column for _, column in cells))
    rows = [["scenario", "what happens", "met", *columns], ["---"] * (3 + len(columns))]
    for scenario in catalogue.values():
        signs = [cells.get((scenario.id, column), "") for column in columns]
        met = ", ".join(f"[{_short(link)}]({link})" for link in scenario.met)
        rows.append([f"`{scenario.id}`", scenario.title, met, *signs])
    return [f"| {' | '.join(row)} |" for row in rows]


def _sign(catalogue: Mapping[str, Scenario], it: Performance) -> str:
    """What came of it; a miss of what is left to chance is no proof."""
    if it.verdict == "absent" and catalogue[it.scenario].is_chance:
        return f"0 of {it.runs}"
    return SIGNS[it.verdict]


def _column(performance: Performance) -> str:
    python = performance.python
    name, version = python.get("implementation", "?"), python.get("build", "")
    words = [name, version or python.get("version", "")]
    if not performance.target.startswith("stdlib"):
        words.insert(0, performance.target.partition("@")[0])
    return " ".join(words)


def _short(link: str) -> str:
    *_, owner, repository, _, number = link.split("/")
    return f"gh-{number}" if owner == "python" else f"{repository}#{number}"

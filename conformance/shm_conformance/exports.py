"""Exports of a result. The JSON is the truth; these are views of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import junitparser
from markupsafe import Markup

from shm_conformance import pages, results, tables
from shm_conformance.drawing import as_text, draw
from shm_conformance.errors import UsageError
from shm_conformance.requirements import LEVELS, by_id
from shm_conformance.trace import Step, Trace, printable
from shm_conformance.verdicts import DEVIATIONS, word

Json = dict[str, Any]
TABLE_START = "<!-- table of {kind}, written by: shm-conformance report --table -->"


def write_html(document: Json, path: Path) -> None:
    """Write one self-contained page; all text from targets is escaped."""
    path.write_text(_render("report.html.j2", document), "utf-8")


def write_markdown(document: Json, path: Path) -> None:
    """Write a summary for a pull request or a job's page."""
    path.write_text(_render("report.md.j2", document), "utf-8")


def svg(title: str, steps: list[Json], verdict: str, is_wrong: bool = True) -> str:
    """Draw a trace as a picture that stands alone; all text from targets is escaped.

    With *is_wrong* it marks where it went wrong.
    """
    drawing = draw(title, [Step(**step) for step in steps], verdict, is_wrong)
    return _templates().get_template("drawing.svg.j2").render(drawing=drawing)


def picture(title: str, steps: list[Json], verdict: str, is_wrong: bool = True) -> str:
    """Draw a trace as text, for a terminal."""
    steps_ = [Step(**step) for step in steps]
    return "\n".join(as_text(draw(title, steps_, verdict, is_wrong))) + "\n"


def _picture(result: Json) -> Markup:
    return Markup(svg(result["requirement"], result["trace"], result["detail"]))


def _render(template: str, document: Json) -> str:
    return (
        _templates()
        .get_template(template)
        .render(document=document, levels=LEVELS, deviations=DEVIATIONS)
    )


@cache
def _templates() -> jinja2.Environment:
    loader = jinja2.PackageLoader("shm_conformance")
    templates = jinja2.Environment(
        loader=loader,
        autoescape=jinja2.select_autoescape(["html.j2", "svg.j2"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals.update(requirement=by_id, headline=results.headline)
    templates.filters.update(printable=printable, lines=_lines, word=word, cell=_cell)
    templates.filters.update(picture=_picture)
    return templates


def _lines(steps: list[dict[str, str]]) -> list[str]:
    lines = Trace([Step(**step) for step in steps]).lines()  # type: ignore[arg-type]
    return [printable(line) for line in lines]


def _cell(text: str) -> str:
    """Text for a table cell of Markdown, where targets must not write markup."""
    flat = printable(text).replace("\n", " ").replace("|", "\\|")
    return flat.replace("<", "&lt;").replace("`", "'")


def write_table(document: Json, path: Path) -> None:
    """Write the tables of a result into their marked sections of a Markdown page.

    Raises UsageError for a page that has no such section, and for a result that
    is not whole; then the page is as it was.
    """
    for target in document["targets"]:
        if not target["run"] or target["run"] < target["planned"]:
            raise UsageError(f"{target['target']} was not judged in whole: no table")
    found = tables.of_kinds(document).items()
    pages.write(path, {TABLE_START.format(kind=it): _rows(rows) for it, rows in found})


def _rows(rows: tables.Rows) -> list[str]:
    head, *body = [[_cell(it) for it in row] for row in rows]
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *body]
    return [f"| {' | '.join(line)} |" for line in lines]


def write_junit(document: Json, path: Path) -> None:
    """Write JUnit XML: a suite per target, a case per requirement."""
    junit = junitparser.JUnitXml()
    for target in document["targets"]:
        suite = junitparser.TestSuite(printable(target["target"]))
        for result in target["results"]:
            suite.add_testcase(_case(result))
        junit.add_testsuite(suite)
    junit.write(str(path), pretty=True)


def _case(result: Json) -> junitparser.TestCase:
    area, _, rest = result["requirement"].partition(".")
    case = junitparser.TestCase(rest, area, result["seconds"])
    detail = printable(result["detail"] or "")
    kind = word(result)
    if kind in DEVIATIONS or kind == "fixed":
        case.result = [junitparser.Failure(detail, kind)]
    elif kind == "broken":
        case.result = [junitparser.Error(detail, kind)]
    elif kind != "conforms":
        case.result = [junitparser.Skipped(detail, kind)]
    return case

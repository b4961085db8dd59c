"""What came of scenarios, as a document, an exit code and a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from shm_conformance import pages
from shm_conformance.errors import UsageError
from shm_scenarios import catalogue, verified
from shm_scenarios.playing import Performance, document, exit_code
from shm_scenarios.scenario import Verdict

ID = "attacher-ends-first"
PYTHON = {"implementation": "cpython", "version": "3.13.0"}


def played(verdict: Verdict, target: str = "stdlib@python3.13") -> Performance:
    return Performance(ID, target, verdict, python=PYTHON)


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        (["absent"], 0),
        (["absent", "reproduced"], 1),
        (["broken", "reproduced"], 1),
        (["absent", "broken"], 4),
    ],
)
def test_the_exit_code_says_whether_a_bug_was_seen(
    verdicts: list[Verdict], code: int
) -> None:
    assert exit_code(map(played, verdicts)) == code


def test_a_document_has_every_run() -> None:
    runs = document([played("absent")])["runs"]

    assert [(it["scenario"], it["verdict"], it["runs"]) for it in runs] == [
        (ID, "absent", 0)
    ]


def test_the_table_has_a_column_for_each_target(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{verified.START}\nold\n{pages.END}\nafter")
    found = [played("reproduced"), played("absent", "reference")]

    verified.write_table(page, catalogue(), verified.merge({}, found))

    lines = page.read_text().splitlines()
    assert (lines[0], lines[-1]) == ("before", "after")
    assert "old" not in lines
    assert lines[2].endswith("| cpython 3.13.0 | reference cpython 3.13.0 |")
    [row] = [line for line in lines if f"`{ID}`" in line]
    assert row.endswith("| **yes** | no |")


def test_a_page_without_a_section_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing of the kind")

    with pytest.raises(UsageError, match="has no section"):
        verified.write_table(page, catalogue(), {})
    assert page.read_text() == "nothing of the kind"


def test_a_record_keeps_what_was_not_played(tmp_path: Path) -> None:
    """Of other interpreters, and of other scenarios; what was played is replaced."""
    record = {
        "cpython 3.13.0": {ID: "absent", "unlinked-by-two": "absent"},
        "pypy 7.3.11": {ID: "reproduced"},
    }
    file = tmp_path / "record.json"

    merged = verified.merge(record, [played("reproduced")])
    verified.save(file, catalogue(), merged)

    assert verified.read(file) == {
        "cpython 3.13.0": {ID: "reproduced", "unlinked-by-two": "absent"},
        "pypy 7.3.11": {ID: "reproduced"},
    }
    assert record["cpython 3.13.0"][ID] == "absent"


def test_a_miss_of_chance_is_no_absence() -> None:
    miss = Performance(ID, "stdlib", "absent", runs=3, is_miss=True, python=PYTHON)

    record = verified.merge({}, [miss])

    assert record == {"cpython 3.13.0": {ID: "0 of 3"}}
    assert verified.versions(record, ID, "absent") == []


def test_versions_are_those_of_the_standard_library() -> None:
    """In the order of their numbers; not what another implementation did there."""
    found = [
        played("reproduced", "reference"),
        *(
            Performance(ID, "stdlib", "reproduced", python={**PYTHON, "version": it})
            for it in ("3.10.1", "3.9.18")
        ),
    ]

    names = verified.versions(verified.merge({}, found), ID, "reproduced")

    assert names == ["cpython 3.9.18", "cpython 3.10.1"]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": "other"}', '{"format": 7, "columns": []}']
)
def test_what_is_no_record_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_text(text)

    with pytest.raises(UsageError, match="record.json is no record of scenarios"):
        verified.read(file)

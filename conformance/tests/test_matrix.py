"""`matrix` as its users call it: interpreters, pairs, tables, exit codes."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from shm_conformance import exports, pages, results, tables
from shm_conformance.errors import UsageError
from shm_conformance.interpreters import candidates, survey

from .conftest import Done, assert_said, called

ROOT = Path(__file__).resolve().parents[2]
FIRST = "shm.unlink.frees-the-name"
HEAD = ["target", "planned", *" ".join(tables.COUNTS.values()).split()]
CELL = r"\d+( \d+[k!fubn])*"
PAGE = "\n".join(
    f"before\n\n{exports.TABLE_START.format(kind=kind)}\nold\n{pages.END}\nafter"
    for kind in ("targets", "pairs")
)


def matrix(*words: str | Path) -> Done:
    """Call `matrix` without workers."""
    return called("matrix", "-n", "0", *words)


def judged(tmp_path: Path, *words: str) -> tuple[int, list[dict[str, Any]], str]:
    file = tmp_path / "r.json"
    done = matrix(*words, "--json", file)
    return done.returncode, results.read(file)["targets"], done.stdout


@pytest.fixture(scope="module")
def another() -> str:
    """The command of an interpreter that is not the running one."""
    own = survey([(sys.executable,)]).found[0]
    for command in candidates(os.environ, Path.home()):
        # What says the same of itself as the running one is found only once.
        for it in survey([own.command, command]).found:
            is_own = it.command == own.command
            if not is_own and it.facts["platform"] == own.facts["platform"]:
                return shlex.join(it.command)
    pytest.skip("this machine has one interpreter only")


def test_list_names_the_running_interpreter() -> None:
    """`--list` has a line for each interpreter, and judges nothing."""
    done = matrix("--list", "--python", sys.executable)

    version = sys.version.split()[0]
    assert done.returncode == 0, done.stderr
    assert version in done.stdout
    assert done.stdout.strip().endswith(sys.executable)


def test_one_interpreter_by_two_ways_is_judged_once(tmp_path: Path) -> None:
    """The result has the usual format, the table a row for each interpreter."""
    pythons = ["--python", sys.executable, "--python", f"env {sys.executable}"]
    code, targets, said = judged(tmp_path, "-k", FIRST, *pythons)

    assert code == 0, said
    [target] = targets
    assert target["target"] == f"stdlib@{sys.executable}"
    assert (target["planned"], target["summary"]["conforms"]) == (1, 1)
    head, row = said.splitlines()[:2]
    assert head.split() == HEAD
    assert row.split()[-8:] == ["1", "1", "0", "0", "0", "0", "0", "0"]


def test_implementations_are_judged_on_each(tmp_path: Path) -> None:
    """A faulty one deviates in its row, with requirement, place and line to repeat."""
    words = ["reference", "faulty:unlink_does_nothing", "--python", sys.executable]
    code, targets, said = judged(tmp_path, "-k", FIRST, *words)

    assert code == 1
    assert [it["summary"]["new"] for it in targets] == [0, 1]
    assert f"deviates  {FIRST}  on 1 of 2" in said
    assert "repeat    shm-conformance check" in said


def test_an_interpreter_is_its_own_partner(tmp_path: Path) -> None:
    """Mixed requirements are judged of a target alone, too."""
    code, [target], said = judged(
        tmp_path, "-k", "mix.list.comes-back", "--python", sys.executable
    )

    assert (code, target["summary"]["conforms"]) == (0, 1), said
    assert "partner" not in target


def test_pairs_are_judged_both_ways(tmp_path: Path, another: str) -> None:
    """Each is maker and taker once with each other; only mixed requirements count."""
    words = ["--mix", "--python", sys.executable, "--python", another]
    code, targets, said = judged(tmp_path, *words)

    assert code == 0, said
    own, other = f"stdlib@{sys.executable}", f"stdlib@{another}"
    texts = {target["target"] for target in targets}
    assert texts == {f"{a} | {b}" for a in (own, other) for b in (own, other)}
    for target in targets:
        assert {it["requirement"][:4] for it in target["results"]} == {"mix."}
        assert target["summary"]["unsupported"] in (0, 4)
        executables = [target["python"], target["partner"]["python"]]
        assert [bool(it["version"]) for it in executables] == [True, True]
        line = shlex.split(target["results"][0]["reproduce"])
        assert line[:3] == ["shm-conformance", "check", target["target"]]
    assert "made by, below; handed to, right" in said


def test_a_faulty_side_fails_the_pair(tmp_path: Path) -> None:
    """What agrees with itself is found beside the reference, whichever side is wrong."""
    swapped = "faulty:codes_of_str_and_bytes_are_swapped"
    words = ["reference", swapped, "--mix", "-k", "mix.list.comes-back"]
    code, targets, _ = judged(tmp_path, *words, "--python", sys.executable)

    new = {
        it["target"].replace(f"@{sys.executable}", ""): it["summary"]["new"]
        for it in targets
    }
    assert code == 1
    assert new == {
        "reference | reference": 0,
        f"reference | {swapped}": 1,
        f"{swapped} | reference": 1,
        f"{swapped} | {swapped}": 0,
    }


@pytest.mark.parametrize(
    ("words", "code", "due"),
    [
        (["stdlib@python3"], 2, "no @PYTHON"),
        (["actor:cat"], 2, "no @PYTHON"),
        (["two words"], 2, "stdlib, reference"),
        (["--python", "'"], 2, "No closing quotation"),
        (["--python", "/absent/python3"], 3, "No such file"),
        (["--list", "--python", "false"], 3, "does not work as a Python"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_wrong_is_said_in_a_line(words: list[str], code: int, due: str) -> None:
    """Bad input, and an interpreter asked for by name that does not work."""
    done = matrix(*words)

    assert_said(done, code, due)


# -- the tables in a page -------------------------------------------------------------


def summary(**counts: int) -> dict[str, int]:
    names = ("conforms", "deviates", "crashed", "hung", "unsupported", "broken")
    zeros = dict.fromkeys((*names, "not-run", "known", "new", "fixed"), 0)
    return {**zeros, **counts}


def side(version: str) -> dict[str, Any]:
    return {
        "python": {"implementation": "cpython", "version": version, "build": version},
        "platform": {"machine": "m68k", "pointer_bits": 32, "libc": "musl"},
    }


def document() -> dict[str, Any]:
    """A target alone and a pair, as a result has them."""
    alone = {
        "target": "stdlib@a",
        "planned": 9,
        "run": 9,
        "summary": summary(conforms=9),
    }
    pair = {
        "target": "stdlib@a | stdlib@b",
        "planned": 13,
        "run": 13,
        "partner": side("3.9.1"),
    }
    counts = summary(conforms=9, unsupported=4)
    return {
        "targets": [
            {**alone, **side("3.8.1")},
            {**pair, **side("3.8.1"), "summary": counts},
        ]
    }


def test_tables_are_written_into_their_sections(tmp_path: Path) -> None:
    """What is around the sections stays; writing again changes nothing."""
    page = tmp_path / "page.md"
    page.write_text(PAGE)

    exports.write_table(document(), page)

    text = page.read_text()
    assert (
        "| stdlib cpython 3.8.1 m68k 32-bit musl | 9 | 9 | 0 | 0 | 0 | 0 | 0 | 0 |"
        in text
    )
    assert "| 1 stdlib cpython 3.8.1 m68k 32-bit musl |  | 9 4u |" in text
    assert (text.count("before"), text.count("after"), "old" in text) == (2, 2, False)
    exports.write_table(document(), page)
    assert page.read_text() == text


def test_a_page_without_sections_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing here")

    with pytest.raises(UsageError, match="has no section"):
        exports.write_table(document(), page)

    assert page.read_text() == "nothing here"


def test_a_result_that_is_not_whole_makes_no_table(tmp_path: Path) -> None:
    """A count of what was judged by chance would be read as one of all."""
    page, part = tmp_path / "page.md", document()
    page.write_text(PAGE)
    part["targets"][1]["run"] = 12

    with pytest.raises(UsageError, match="not judged in whole"):
        exports.write_table(part, page)

    assert page.read_text() == PAGE


def test_the_readme_has_what_the_command_writes(tmp_path: Path) -> None:
    """Both tables are there, of the very shape, so that nobody wrote them by hand."""
    page = tmp_path / "README.md"
    shutil.copy(ROOT / "README.md", page)
    before = {kind: section(page, kind) for kind in ("targets", "pairs")}

    exports.write_table(document(), page)

    assert before["targets"][:2] == section(page, "targets")[:2]
    for row in before["targets"][2:]:
        assert re.fullmatch(r"\| \S+ \w+ 3[^|]* (\| \d+ ){8}\|", row), row
    head, _, *rows = before["pairs"]
    numbers = " | ".join(str(number + 1) for number in range(len(rows)))
    assert head == f"| made by, below; handed to, right | {numbers} |"
    for row in rows:
        assert re.fullmatch(
            rf"\| \d+ \S+ \w+ 3[^|]* (\| {CELL} ){{{len(rows)}}}\|", row
        ), row
    assert before["targets"][2:]
    assert rows


def section(page: Path, kind: str) -> list[str]:
    """The lines of a marked section of a page."""
    _, _, rest = page.read_text("utf-8").partition(
        exports.TABLE_START.format(kind=kind)
    )
    return rest.partition(pages.END)[0].strip().splitlines()

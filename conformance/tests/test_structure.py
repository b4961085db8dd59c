"""How the project hangs together: imports, chapters, requirements and their proofs."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from shm_conformance import faulty
from shm_conformance.requirements import CHAPTERS, catalogue
from shm_scenarios import catalogue as stories

ROOT = Path(__file__).resolve().parents[2]
SUITE = ROOT / "conformance/shm_conformance/suite"
PURE = ("messages", "verdicts", "errors", "trace", "limits", "requirements/__init__")
FORBIDDEN = {
    "impl/shm_reference": {"shm_conformance", "shm_scenarios"},
    "conformance/shm_conformance": {"shm_reference", "shm_scenarios"},
}


def imports(path: Path) -> Iterator[str]:
    """The first names of all that a module imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def ids_tested_in(chapter: str) -> list[str]:
    """The requirements that the tests of a chapter name, one for each test."""
    module = import_module(f"shm_conformance.suite.test_{chapter}")
    found = []
    for name, test in vars(module).items():
        if name.startswith("test_"):
            marks = [it for it in test.pytestmark if it.name == "shm_requirement"]
            found += [mark.args[0] for mark in marks] or [name]
    return found


def registry() -> dict[str, tuple[str, ...]]:
    return {name: entry.fails for name, entry in faulty.load_all().items()}


@pytest.mark.parametrize("package", FORBIDDEN)
def test_imports_go_one_way(package: str) -> None:
    """shm_scenarios -> shm_conformance; the reference is known by name only."""
    wrong = {
        path.name: names
        for path in (ROOT / package).rglob("*.py")
        if (names := FORBIDDEN[package] & set(imports(path)))
    }

    assert wrong == {}


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_touches_nothing(module: str) -> None:
    path = ROOT / "conformance/shm_conformance" / f"{module}.py"

    assert {"os", "subprocess", "socket", "psutil"}.isdisjoint(imports(path))


def test_what_runs_in_the_target_needs_the_standard_library_only() -> None:
    package = ROOT / "conformance/shm_conformance"
    paths = [package / "actor_program.py", *(package / "faulty").glob("*.py")]

    names = {name for path in paths for name in imports(path)}

    assert names - {"numpy"} <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("folder", ["conformance", "impl", "scenarios"])
def test_no_test_sleeps(folder: str) -> None:
    """Tests wait for an answer, an end or an observation."""
    paths = [*(ROOT / folder).glob("tests/**/*.py"), *SUITE.glob("*.py")]

    asleep = [
        f"{path.name}:{node.lineno}"
        for path in paths
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("sleep")
    ]

    assert asleep == []


def test_every_requirement_has_one_test() -> None:
    counts = Counter(id_ for chapter in CHAPTERS for id_ in ids_tested_in(chapter))

    assert {id_: n for id_, n in counts.items() if n != 1} == {}
    assert set(counts) == set(catalogue())


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_requirement_is_tested_in_its_chapter(chapter: str) -> None:
    module = import_module(f"shm_conformance.requirements.{chapter}")

    assert {it.id for it in module.REQUIREMENTS} == set(ids_tested_in(chapter))


def test_every_must_and_should_can_fail() -> None:
    """For each there is a faulty target that fails it."""
    proven = {id_ for fails in registry().values() for id_ in fails}
    judged = {it.id for it in catalogue().values() if it.level != "may"}

    assert judged - proven == set()


def test_faulty_targets_fail_what_exists_and_is_judged() -> None:
    judged = {it.id for it in catalogue().values() if it.level != "may"}

    wrong = {name: set(fails) - judged for name, fails in registry().items()}

    assert {name: ids for name, ids in wrong.items() if ids} == {}
    # The catalogue's tests see that its stories are shown by these.
    shown = {it.shown_by.removeprefix("faulty:") for it in stories().values()}
    assert {name for name, fails in registry().items() if not fails} <= shown


def test_no_two_requirements_are_failed_by_the_same_targets() -> None:
    """Else one of them might never be seen failing for its own reason."""
    judged = [it.id for it in catalogue().values() if it.level != "may"]
    targets = {
        id_: frozenset(name for name, fails in registry().items() if id_ in fails)
        for id_ in judged
    }
    alike = {key for key, count in Counter(targets.values()).items() if count > 1}

    assert [id_ for id_ in judged if targets[id_] in alike] == []


def test_the_lists_of_chapters_agree() -> None:
    """Requirements, suite and faulty targets are cut alike."""
    files = {path.stem for path in SUITE.glob("test_*.py")}

    assert files == {f"test_{chapter}" for chapter in CHAPTERS}
    assert set(faulty.CHAPTERS) - {"stories"} == set(CHAPTERS)

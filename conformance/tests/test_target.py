"""Targets as a user writes them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from shm_conformance.errors import UsageError
from shm_conformance.target import pair_of, parse, sides

STDLIB = ("multiprocessing.shared_memory", "multiprocessing.managers")
HERE = (sys.executable,)


@pytest.mark.parametrize(
    ("text", "kind", "modules", "python"),
    [
        ("stdlib", "stdlib", STDLIB, HERE),
        ("stdlib@pypy3", "stdlib", STDLIB, ("pypy3",)),
        ("stdlib@env A='b c' python3", "stdlib", STDLIB, ("env", "A=b c", "python3")),
        (
            "reference@/usr/bin/python3",
            "reference",
            ("shm_reference.shared_memory", "shm_reference.managers"),
            ("/usr/bin/python3",),
        ),
        ("fast", "module", ("fast", None), HERE),
        ("a.b:a.c@ssh user@host python3", "module", ("a.b", "a.c"), None),
        (
            "faulty:unlink_does_nothing",
            "faulty",
            (
                "shm_faulty.unlink_does_nothing.shared_memory",
                "shm_faulty.unlink_does_nothing.managers",
            ),
            HERE,
        ),
        ("actor:./run --fast 'a b'", "actor", ("", None), ("./run", "--fast", "a b")),
    ],
)
def test_a_target_is_read(
    text: str,
    kind: str,
    modules: tuple[str, str | None],
    python: tuple[str, ...] | None,
) -> None:
    target = parse(text)

    assert (target.kind, (target.module, target.managers)) == (kind, modules)
    assert target.python == (python or ("ssh", "user@host", "python3"))
    assert str(target) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "stdlib, reference, PACKAGE.MODULE"),
        ("not a module", "stdlib, reference, PACKAGE.MODULE"),
        ("a.b:", "stdlib, reference, PACKAGE.MODULE"),
        ("a..b", "stdlib, reference, PACKAGE.MODULE"),
        ("stdlib@", "names no command"),
        ("stdlib@'", "No closing quotation"),
        ("actor:", "names no command"),
    ],
)
def test_what_is_no_target_is_told_so(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)

    assert words in str(caught.value)


def test_an_implementation_is_what_stands_before_the_interpreter() -> None:
    assert parse("stdlib@pypy3").implementation == "stdlib"
    assert parse("actor:a@b").implementation == "actor:a@b"


def test_folders_are_made_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The actor may start somewhere else."""
    monkeypatch.chdir(tmp_path)

    assert parse("mine", ("src",)).path == (str(tmp_path / "src"),)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("stdlib", ("stdlib",)),
        ("stdlib@a -b | stdlib", ("stdlib@a -b", "stdlib")),
        ("actor:./run 'a | b' | m.n@x", ("actor:./run 'a | b'", "m.n@x")),
        ('stdlib@p "\\" | " x', ('stdlib@p "\\" | " x',)),
        ("stdlib@p a\\ | b", ("stdlib@p a\\ | b",)),
        ("stdlib@p a|b +", ("stdlib@p a|b +",)),
    ],
)
def test_a_pair_is_told_by_a_bare_mark(text: str, due: tuple[str, ...]) -> None:
    """What is quoted, escaped or part of a word belongs to a command."""
    assert sides(text) == due


def test_a_target_alone_has_a_partner() -> None:
    """Itself; a faulty one the reference, in the same interpreter."""
    assert pair_of("stdlib@pypy3") == ("stdlib@pypy3", "stdlib@pypy3")
    assert pair_of("a | b") == ("a", "b")
    assert pair_of("faulty:x@pypy3") == ("faulty:x@pypy3", "reference@pypy3")


@pytest.mark.parametrize(("text", "due"), [("a | b | c", "two"), ("a | b", "one")])
def test_neither_three_nor_two_are_one(text: str, due: str) -> None:
    with pytest.raises(UsageError, match=due):
        parse(text) if due == "one" else pair_of(text)


def test_a_package_of_ours_is_found_without_being_imported() -> None:
    """It may be what is wrong, and its errors are not the harness's."""
    code = (
        "import sys; from shm_conformance.stage import _home_of\n"
        "assert _home_of('shm_reference').is_dir()\n"
        "assert 'shm_reference' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code], check=True)

"""Which interpreters a machine is found to have: fake folders, and scripts that start ours."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from shm_conformance.interpreters import Command, candidates, survey


def make(file: Path, text: str = "", mode: int = 0o755) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(mode)
    return file


def found_in(home: Path, **environ: str) -> list[str]:
    """What is found below a folder; the running interpreter is always found as well."""
    commands = candidates({"PATH": "", **environ}, home)
    assert (sys.executable,) in commands
    return [" ".join(it) for it in commands if it[0].startswith(str(home))]


def test_each_version_of_pyenv_is_found(tmp_path: Path) -> None:
    """Where PYENV_ROOT says, and in the home where it says nothing."""
    one = make(tmp_path / ".pyenv/versions/3.8.1/bin/python")
    make(tmp_path / ".pyenv/versions/broken/bin/other")
    two = make(tmp_path / "elsewhere/versions/3.9.2/bin/python")

    assert found_in(tmp_path) == [str(one)]
    assert found_in(tmp_path, PYENV_ROOT=str(tmp_path / "elsewhere")) == [str(two)]


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("python3", True),
        ("python3.8", True),
        ("python3.14t", True),
        ("pypy3", True),
        ("pypy3.11", True),
        ("python", False),
        ("python3-config", False),
        ("python3.11-config", False),
        ("pypy", False),
    ],
)
def test_names_on_the_path(tmp_path: Path, name: str, is_one: bool) -> None:
    """What is called like an interpreter of Python 3 is one, its helpers are not."""
    file = make(tmp_path / "bin" / name)

    assert found_in(tmp_path, PATH=f"{tmp_path}/bin:/absent") == [str(file)] * is_one


def test_what_cannot_be_executed_is_passed_over(tmp_path: Path) -> None:
    make(tmp_path / "bin/python3", mode=0o644)

    assert found_in(tmp_path, PATH=str(tmp_path / "bin")) == []


def test_shims_of_pyenv_are_passed_over(tmp_path: Path) -> None:
    """They lead to its versions, which are found anyway, or to an error."""
    shim = make(tmp_path / ".pyenv/shims/python3")

    assert found_in(tmp_path, PATH=str(shim.parent)) == []


def test_links_to_one_file_are_one(tmp_path: Path) -> None:
    """A link, such as a virtual environment's, is no other interpreter; the first counts."""
    file = make(tmp_path / "bin/python3.9")
    link = tmp_path / "env/bin/python3"
    link.parent.mkdir(parents=True)
    link.symlink_to(file)

    path = f"{link.parent}:{file.parent}"
    assert found_in(tmp_path, PATH=path) == [str(link)]


def test_what_was_obtained_is_found(tmp_path: Path) -> None:
    """The cache of ci/interpreters: complete entries only, commands of several words."""
    cache = tmp_path / "cache/shm-conformance/interpreters"
    words = [str(tmp_path / "qemu"), "-L", "root dir", "python3"]
    make(cache / "s390x/interpreter.json", json.dumps({"command": words}))
    make(cache / "half/interpreter.json", "{")
    make(cache / "draft/usr/bin/python3")

    commands = candidates(
        {"PATH": "", "XDG_CACHE_HOME": str(tmp_path / "cache")}, tmp_path
    )

    assert commands == [tuple(words), (sys.executable,)]


def commands_that_start_us(folder: Path) -> list[Command]:
    script = make(folder / "shim", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    return [(sys.executable,), ("env", sys.executable), (str(script),)]


def test_several_ways_to_one_interpreter_are_one(tmp_path: Path) -> None:
    """What says the same of itself is the same, however it is started."""
    found = survey(commands_that_start_us(tmp_path))

    assert [it.command for it in found.found] == [(sys.executable,)]
    assert found.refused == ()


def test_what_does_not_work_has_a_reason(tmp_path: Path) -> None:
    """No program, no Python, and a Python without shared memory are named, with why."""
    empty = make(tmp_path / "multiprocessing/__init__.py").parent.parent
    old = ("env", f"PYTHONPATH={empty}", sys.executable)

    found = survey([("/absent/python3",), ("false",), old])

    assert found.found == ()
    absent, false, without = found.refused
    assert "No such file" in absent
    assert "'false' does not work as a Python 3.8+" in false
    assert "has no shared memory: ModuleNotFoundError" in without

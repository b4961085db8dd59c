"""Baselines: which entry speaks of which target, and what is wrong with others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shm_conformance import baseline
from shm_conformance.errors import UsageError
from shm_conformance.target import parse

ID = "shm.unlink.frees-the-name"
FACTS = {"python": {"implementation": "cpython", "version": "3.11.7"}}
ENTRY = f'[[deviation]]\nrequirement = "{ID}"\nreason = "so"\n'
COPY = '[[copy]]\nimplementation = "a.b"\nof = "stdlib"\npython = "cpython<3.9"\n'


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("[[deviation]", "is no TOML"),
        ("[[deviation]]", "deviation 1: 'requirement' was due"),
        (f'[[deviation]]\nrequirement = "{ID}"', "deviation 1: 'reason' was due"),
        (ENTRY + 'because = "no"', "deviation 1: because is not known here"),
        (ENTRY + 'python = "3.9"', "is no 'cpython>=3.9,<3.13' or the like"),
        (ENTRY + 'python = "cpython=>3"', "deviation 1: Invalid specifier"),
        (ENTRY + ENTRY.replace(ID, "shm.unlink.frees"), f"deviation 2: no req.*{ID}"),
        ("deviation = 7", "is no list of tables"),
        ("copy = 7", "copy]] is no list of tables"),
        ('[[copy]]\nof = "stdlib"\npython = "cpython"', "copy 1: 'implementation' was"),
        (COPY.replace("<3.9", "=<3"), "copy 1: Invalid specifier"),
        ("deviation = [7]", "deviation 1 is no table"),
        (ENTRY.replace('"so"', "7"), "deviation 1: reason = 7 is no text"),
        (ENTRY + 'platform = "Linux"', "'posix' or 'windows' was due"),
    ],
)
def test_a_wrong_entry_is_named(lines: str, words: str, tmp_path: Path) -> None:
    """File, entry and fault, and no traceback."""
    path = tmp_path / "mine.toml"
    path.write_text(lines)

    with pytest.raises(UsageError, match=words) as caught:
        baseline.read(path)

    assert str(path) in str(caught.value)


def test_a_copy_has_what_the_original_has() -> None:
    """On the interpreters of both; what is somebody else's is not copied."""
    entries = [
        ENTRY + 'implementation = "stdlib"\npython = "cpython>=3.8"\n',
        ENTRY + 'implementation = "stdlib"\npython = "pypy"\n',
        ENTRY + 'implementation = "stdlib"\n',
        ENTRY + 'implementation = "reference"\n',
    ]

    found = baseline.parse("".join(entries) + COPY, "test")[len(entries) :]
    without = f'{COPY}without = "{ID}"\n'

    assert len(baseline.parse("".join(entries) + without, "test")) == len(entries)
    assert [it["implementation"] for it in found] == ["a.b", "a.b"]
    assert [it["python"] for it in found] == ["cpython>=3.8,<3.9", "cpython<3.9"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read baseline"):
        baseline.read(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("entry", "applies"),
    [
        ({}, True),
        ({"implementation": "stdlib"}, True),
        ({"implementation": "reference"}, False),
        ({"python": "cpython"}, True),
        ({"python": "cpython>=3.8,<3.12"}, True),
        ({"python": "cpython>=3.12"}, False),
        ({"python": "pypy"}, False),
        ({"platform": "posix"}, True),
        ({"platform": "windows"}, False),
    ],
)
def test_an_entry_speaks_of_some_targets(entry: dict[str, str], applies: bool) -> None:
    assert baseline.applies(entry, parse("stdlib"), FACTS) is applies


@pytest.mark.parametrize("facts", [{}, {"python": {}}])
def test_a_target_without_an_interpreter_is_spoken_of_by_name(
    facts: dict[str, Any],
) -> None:
    """A foreign actor has no Python."""
    assert not baseline.applies({"python": "cpython"}, parse("actor:a"), facts)
    assert baseline.applies({}, parse("actor:a"), facts)


def test_ours_can_be_read() -> None:
    assert isinstance(baseline.shipped(), tuple)

"""What the READMEs show exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from shm_conformance.cli import COMMANDS, shm_conformance
from shm_conformance.requirements import catalogue

ROOT = Path(__file__).resolve().parents[2]
PAGES = [page for page in ROOT.glob("*.md")] + [*ROOT.glob("[cis]*/README.md")]


def help_of(*words: str) -> str:
    done = CliRunner().invoke(shm_conformance, [*words, "--help"])
    assert done.exit_code == 0
    return done.output


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_and_options_exist(page: Path) -> None:
    """Each `shm-conformance COMMAND --option` on a page is one that there is."""
    calls = re.findall(r"shm-conformance ([a-z]+)([^\n`#|]*)", page.read_text("utf-8"))

    for command, rest in calls:
        if command not in COMMANDS:
            continue
        known = help_of(command)
        for word in re.findall(r"(?<=\s)--[a-z-]+", rest):
            sub = rest.split()[0]
            assert word in known or word in help_of(command, sub), (command, word)


def test_the_number_of_requirements_is_the_true_one() -> None:
    """The README counts the requirements that there are."""
    readme = (ROOT / "README.md").read_text("utf-8")

    assert f"{len(catalogue())} promises" in readme


def test_the_two_commands_are_those_of_ci() -> None:
    """Unattended runs call just the README's test command."""
    readme = (ROOT / "README.md").read_text("utf-8")

    assert "python3 ci/run.py check" in readme
    assert "python3 ci/run.py test" in readme
    assert "exec python3 ci/run.py test" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_every_option_of_the_table_is_one_of_check() -> None:
    """The README's table of options is about options that `check` has."""
    readme = (ROOT / "README.md").read_text("utf-8")
    known = help_of("check")

    rows = re.findall(r"^\| `(--?[a-z-]+)", readme, re.MULTILINE)
    assert rows
    assert [row for row in rows if row not in known] == []

"""A session: pytest over the suite, without the user's own pytest settings."""

from __future__ import annotations

import json
import os
import shlex
import sys
import tempfile
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from shm_conformance import baseline
from shm_conformance.budget import Exploration
from shm_conformance.errors import HarnessError, UsageError
from shm_conformance.progress import Progress
from shm_conformance.proofs import proofs_for
from shm_conformance.recorder import Recorder
from shm_conformance.selection import selector
from shm_conformance.target import parse, sides

CALLS_ONLY = ("fault.", "race.")


@dataclass(frozen=True)
class Session:
    """What the user asked for."""

    targets: tuple[str, ...]
    path: tuple[str, ...] = ()
    baselines: tuple[str, ...] = ()
    use_baselines: bool = True
    level: str = "may"
    is_smoke: bool = False
    processes: str = "auto"
    expression: str = ""
    profile: str = "standard"
    seed: int = 0
    isolation: str = "auto"
    is_strict: bool = False
    is_shrinking: bool = True
    explored: str = "without"
    exploration: Exploration = field(default_factory=Exploration)
    proofs: tuple[tuple[str, str], ...] | None = None


class Interrupted(KeyboardInterrupt):
    """The user ended the run; `document` holds what was judged until then."""

    def __init__(self, document: dict[str, Any]) -> None:
        super().__init__()
        self.document = document


def judge_all(session: Session) -> dict[str, Any]:
    """Judge every target of a session; returns the result document.

    Raises UsageError for what does not exist, HarnessError where pytest broke,
    Interrupted where the user did.
    """
    for text in session.targets:
        for side in sides(text):
            parse(side, session.path)
    is_selected = selector(session.expression)
    for file in session.baselines:
        baseline.read(Path(file))
    proofs = session.proofs
    if proofs is None:
        is_part = session.is_smoke or bool(session.expression)
        is_exploring = session.explored == "only"
        proofs = proofs_for(session.targets, is_part, is_exploring)
        if session.exploration.by == "lines":
            # At a line nothing can be made to fail, and nobody be held.
            proofs = tuple(it for it in proofs if not it[1].startswith(CALLS_ONLY))
    else:
        proofs = tuple(pair for pair in proofs if is_selected(pair[1]))
    arguments = _arguments(session, proofs)
    progress = Progress()
    document = _run(arguments, progress).document()
    if progress.was_interrupted:
        raise Interrupted(document)
    _check_plan(document, session)
    return document


def _arguments(session: Session, proofs: tuple[tuple[str, str], ...]) -> list[str]:
    suite = resources.files("shm_conformance.suite")
    # Named by its folder, as with --pyargs pytest reads the caller's conftest.py too.
    words = [str(suite), "--rootdir", str(suite), "-c", str(suite / "check.ini")]
    words += ["-p", "shm_conformance", "-p", "xdist"]
    # What the suite checks says both sides itself.
    words += ["--assert=plain"]
    words += ["-p", "no:terminal", "-p", "no:cacheprovider"]
    if session.processes not in ("0", "1"):
        words += ["-n", _processes(session.processes)]
    if session.expression:
        words.append(f"--shm-select={session.expression}")
    for text in session.targets:
        words.append(f"--shm-target={text}")
    words += [f"--shm-path={folder}" for folder in session.path]
    words += [f"--shm-baseline={file}" for file in session.baselines]
    words += [f"--shm-level={session.level}", f"--shm-isolation={session.isolation}"]
    words += [f"--shm-profile={session.profile}", f"--shm-seed={session.seed}"]
    words.append(f"--shm-proofs={json.dumps(proofs)}")
    words.append(f"--shm-explored={session.explored}")
    words += _exploration(session.exploration)
    words += ["--shm-smoke"] if session.is_smoke else []
    words += ["--shm-no-baselines"] if not session.use_baselines else []
    words += ["--shm-no-shrinking"] if not session.is_shrinking else []
    words += ["--shm-strict-protocol"] if session.is_strict else []
    return words


def _exploration(wanted: Exploration) -> list[str]:
    words = [f"--shm-by={wanted.by}"]
    words += [] if wanted.pairs is None else [f"--shm-pairs={wanted.pairs}"]
    return words + ([f"--shm-schedule={wanted.schedule}"] * bool(wanted.schedule))


def _processes(text: str) -> str:
    if text != "auto" and not text.isdecimal():
        raise UsageError(f"-n {text!r}: a number or 'auto' was due")
    return text


def _run(arguments: list[str], progress: Progress) -> Recorder:
    """Run pytest in this process, deaf to the plugins and options of the user's own."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "PYTEST_ADDOPTS": "",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            # Hypothesis would keep things of its own in the user's folder.
            "HYPOTHESIS_STORAGE_DIRECTORY": folder,
        }
        with mock.patch.dict(os.environ, settings), progress:
            code = pytest.main(arguments, plugins=[progress])
    return _understood(code, progress, arguments)


def _understood(
    code: int | pytest.ExitCode, progress: Progress, arguments: list[str]
) -> Recorder:
    if progress.was_interrupted and progress.recorder is None:
        raise KeyboardInterrupt
    is_ended = code in (0, 1, pytest.ExitCode.NO_TESTS_COLLECTED)
    is_broken = not is_ended and not progress.was_interrupted
    if is_broken or progress.recorder is None:
        raise HarnessError(
            f"pytest ended with {code!s} ({progress.trouble or 'no reason given'});"
            f" it was called as: {shlex.join([sys.executable, '-m', 'pytest', *arguments])}"
        )
    return progress.recorder


def _check_plan(document: dict[str, Any], session: Session) -> None:
    is_empty = not any(target["planned"] for target in document["targets"])
    if is_empty and session.expression:
        raise UsageError(
            f"-k {session.expression!r} matches no requirement at this level;"
            " `shm-conformance requirements` lists them"
        )

"""The interpreters of this machine: where they are looked for, and which are the same.

What one of them is, and how an actor starts in it, is in `interpreter`.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import SubprocessError
from typing import Any

from shm_conformance.errors import TargetNotStarted
from shm_conformance.interpreter import Interpreter, check_shared_memory, probe

Command = tuple[str, ...]
NAME = re.compile(r"(python|pypy)3(\.\d+)?[td]*")
# A start costs a tenth of a second, and under an emulator ten times that.
AT_ONCE = 4


@dataclass(frozen=True)
class Survey:
    """The interpreters that can be judged, and why the others cannot be."""

    found: tuple[Interpreter, ...]
    refused: tuple[str, ...]


def candidates(environ: Mapping[str, str], home: Path) -> list[Command]:
    """The command of every interpreter that seems to be there, each file once."""
    pyenv = Path(environ.get("PYENV_ROOT") or home / ".pyenv")
    cache = Path(environ.get("XDG_CACHE_HOME") or home / ".cache")
    files = [*_versions(pyenv), *_on_path(environ.get("PATH", ""), pyenv)]
    commands = [
        *((str(file),) for file in files),
        *_obtained(cache / "shm-conformance" / "interpreters"),
        (sys.executable,),
    ]
    unique: dict[Command, Command] = {}
    for command in commands:
        unique.setdefault(_resolved(command), command)
    return list(unique.values())


def _versions(pyenv: Path) -> Iterator[Path]:
    for folder in sorted(pyenv.glob("versions/*")):
        if _is_executable(folder / "bin" / "python"):
            yield folder / "bin" / "python"


def _on_path(path: str, pyenv: Path) -> Iterator[Path]:
    folders = [Path(entry) for entry in path.split(os.pathsep) if entry]
    for folder in folders:
        # Each of pyenv's shims starts one of its versions, or refuses to.
        if folder == pyenv / "shims" or not folder.is_dir():
            continue
        for file in sorted(folder.iterdir()):
            if NAME.fullmatch(file.name) and _is_executable(file):
                yield file


def _is_executable(file: Path) -> bool:
    return file.is_file() and os.access(file, os.X_OK)


def _obtained(cache: Path) -> Iterator[Command]:
    """What `ci/interpreters` has put there; it writes the file when all is in place."""
    for file in sorted(cache.glob("*/interpreter.json")):
        with suppress(OSError, ValueError, KeyError, TypeError):
            yield tuple(map(str, json.loads(file.read_text("utf-8"))["command"]))


def _resolved(command: Command) -> Command:
    return (os.path.realpath(command[0]),) if len(command) == 1 else command


def survey(commands: Iterable[Command]) -> Survey:
    """Start each command; of those that turn out to be the same, keep the first."""
    found: dict[str, Interpreter] = {}
    refused = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for answer in pool.map(_understood, commands):
            if isinstance(answer, str):
                refused.append(answer)
            else:
                found.setdefault(_identity(answer.facts), answer)
    return Survey(tuple(sorted(found.values(), key=_rank)), tuple(refused))


def _understood(command: Command) -> Interpreter | str:
    try:
        interpreter = probe(command)
        check_shared_memory(command)
    except (TargetNotStarted, SubprocessError) as error:
        return str(error)
    return interpreter


def _identity(facts: dict[str, Any]) -> str:
    """All that is known of an interpreter, except where it lies."""
    python = {**facts["python"], "executable": None}
    return json.dumps([python, facts["platform"]])


def _rank(interpreter: Interpreter) -> tuple[object, ...]:
    python, platform = interpreter.facts["python"], interpreter.facts["platform"]
    version = tuple(map(int, python["version"].split(".")))
    return (
        platform["emulator"] or "",
        platform["machine"],
        python["implementation"],
        version,
        python["flags"],
    )

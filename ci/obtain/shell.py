"""Run other programs: their words go to stderr, their failure is one line."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from obtain.errors import NotObtained


def say(text: str) -> None:
    """Tell of progress or failure, on stderr: stdout is for results."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def run(
    words: Sequence[str | Path],
    folder: Path | None = None,
    extra: Mapping[str, str] | None = None,
    source: IO[bytes] | int = subprocess.DEVNULL,
    limit: float | None = None,
) -> str:
    """Run a program to its end and return what it printed; raises NotObtained.

    *limit* is in seconds; without one, it may take as long as it takes.
    """
    try:
        done = subprocess.run(
            words,
            cwd=folder,
            env={**os.environ, **(extra or {}), "LC_ALL": "C"},
            stdin=source,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=limit,
            check=False,
        )
    except OSError as error:
        raise NotObtained(f"cannot run {words[0]}: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise NotObtained(f"no end within {limit:g} s of: {_brief(words)}") from None
    if done.returncode:
        raise NotObtained(
            f"exit code {done.returncode} from: {_brief(words)};"
            f" it printed: {_reason(done.stderr or done.stdout)}"
        )
    return done.stdout


def need(*programs: str) -> None:
    """Raise NotObtained that names the programs which this machine lacks."""
    missing = [program for program in programs if not shutil.which(program)]
    if missing:
        raise NotObtained(f"this machine lacks: {', '.join(missing)}")


def _brief(words: Sequence[str | Path]) -> str:
    text = shlex.join(map(str, words))
    return text if len(text) <= 160 else f"{text[:157]}..."


def _reason(printed: str) -> str:
    """Of many lines, the first that speaks of an error, else the last."""
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    if not lines:
        return "nothing"
    errors = [line for line in lines if line.startswith("E: ") or "error:" in line]
    return (errors or lines[-1:])[0][:300]

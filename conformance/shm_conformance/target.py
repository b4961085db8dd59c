"""What is judged: an implementation, in an interpreter, on a platform.

    IMPLEMENTATION[@PYTHON]

`stdlib`, `reference`, `PACKAGE.MODULE[:PACKAGE.MANAGERS]`, `faulty:NAME` (ours,
to prove that a test can fail) or `actor:COMMAND` (any program that speaks the
protocol). PYTHON is a command line, split as a shell would.

    TARGET | TARGET

is a pair: what the left one makes, the right one is handed. No command holds a
bare `|`, as a shell would make a pipe of it.
"""

from __future__ import annotations

import re
import shlex
import sys
from dataclasses import dataclass, field
from pathlib import Path

from shm_conformance.errors import UsageError

MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
# Quoted text as a whole, the mark between two targets, or any one character.
PIECE = re.compile(
    r"""'[^']*'|"(?:\\.|[^"\\])*"|\\.|(?P<mark>\s\|(?=\s))|.""", re.DOTALL
)
FORMS = "stdlib, reference, PACKAGE.MODULE[:PACKAGE.MANAGERS] or actor:COMMAND"


@dataclass(frozen=True)
class Target:
    """An implementation in an interpreter, as the user wrote it and as we start it."""

    text: str
    kind: str
    module: str = ""
    managers: str | None = None
    python: tuple[str, ...] = ()
    path: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        return self.text

    @property
    def implementation(self) -> str:
        """The part before the `@`: the key of baselines."""
        return self.text if self.kind == "actor" else self.text.partition("@")[0]


def parse(text: str, path: tuple[str, ...] = ()) -> Target:
    """Read a target as the user wrote it; raises UsageError, with the valid forms."""
    if len(sides(text)) > 1:
        raise UsageError(f"{text!r} is a pair; one target was due")
    folders = tuple(str(Path(folder).resolve()) for folder in path)
    kind, colon, rest = text.partition(":")
    if kind == "actor" and colon:
        return Target(text, "actor", python=_command(rest, text), path=folders)
    implementation, at, python = text.partition("@")
    command = _command(python, text) if at else (sys.executable,)
    kind, module, managers = _modules(implementation, text)
    return Target(text, kind, module, managers, command, folders)


def sides(text: str) -> tuple[str, ...]:
    """The two targets of a pair; a target that is none alone."""
    marks = [it.span() for it in PIECE.finditer(text) if it["mark"]]
    starts = [0, *(end for _, end in marks)]
    ends = [*(start for start, _ in marks), len(text)]
    pairs = zip(starts, ends, strict=True)
    return tuple(text[start:end].strip() for start, end in pairs)


def is_pair(text: str) -> bool:
    """Whether a text names two targets; raises UsageError where there are more."""
    count = len(sides(text))
    if count > 2:
        raise UsageError(f"{text!r}: a pair is of two targets, and here are {count}")
    return count == 2


def pair_of(text: str) -> tuple[str, str]:
    """The two sides of a pair; a target alone is paired with itself.

    A faulty target would agree with itself on what is wrong, so that its other
    side is the reference.
    """
    if is_pair(text):
        left, right = sides(text)
        return left, right
    is_faulty = parse(text).kind == "faulty"
    return text, f"reference{interpreter_of(text)}" if is_faulty else text


def interpreter_of(text: str) -> str:
    """The `@PYTHON` of a target; empty for the running interpreter, and for actors."""
    if parse(text).kind == "actor":
        return ""
    _, at, python = text.partition("@")
    return at + python


def _modules(implementation: str, text: str) -> tuple[str, str, str | None]:
    if implementation == "stdlib":
        return (
            "stdlib",
            "multiprocessing.shared_memory",
            "multiprocessing.managers",
        )
    if implementation == "reference":
        return "reference", "shm_reference.shared_memory", "shm_reference.managers"
    if implementation.startswith("faulty:"):
        name = f"shm_faulty.{implementation.partition(':')[2]}"
        return "faulty", f"{name}.shared_memory", f"{name}.managers"
    module, colon, managers = implementation.partition(":")
    if not MODULE.fullmatch(module) or (colon and not MODULE.fullmatch(managers)):
        raise UsageError(f"no target {text!r}: {FORMS}, each with @PYTHON, was due")
    return "module", module, managers or None


def _command(text: str, target: str) -> tuple[str, ...]:
    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        raise UsageError(f"target {target!r}: {error} in {text!r}") from None
    if not words:
        raise UsageError(f"target {target!r} names no command after its mark")
    return words

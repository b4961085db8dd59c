"""Where obtained interpreters are kept; each is there whole or not at all.

ROOT/NAME is one interpreter; `interpreter.json` in it holds its command line,
and is written last, when the interpreter has been seen to work. ROOT/.tools
holds what is needed to obtain them.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

PROOF = "interpreter.json"
# Fills a folder that is empty yet, for the place where it will be.
Build = Callable[[Path, Path], "list[str]"]
Check = Callable[["list[str]"], None]


def default_root() -> Path:
    """The cache of this user."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "shm-conformance" / "interpreters"


@dataclass(frozen=True)
class Cache:
    """The folder of all that was obtained."""

    root: Path

    def command(self, name: str) -> list[str] | None:
        """The command line of an interpreter that is there, or None."""
        try:
            proof = json.loads((self.root / name / PROOF).read_text("utf-8"))
        except OSError:
            return None
        return [str(word) for word in proof["command"]]

    def interpreter(self, name: str, build: Build, check: Check) -> list[str]:
        """Return an interpreter's command line; builds and checks it where missing."""
        final = self.root / name
        with _locked(self.root / ".locks" / name):
            if found := self.command(name):
                return found
            shutil.rmtree(final, ignore_errors=True)  # of one that was interrupted
            with _draft(final) as draft:
                command = build(draft, final)
                draft.rename(final)
            try:
                check(command)
            except BaseException:
                shutil.rmtree(final)
                raise
            _write(final / PROOF, json.dumps({"command": command}))
            return command

    def tool(self, name: str, build: Callable[[Path, Path], None]) -> Path:
        """Return the folder of a tool; builds it where missing, like an interpreter."""
        final = self.root / ".tools" / name
        with _locked(self.root / ".locks" / f"tool-{name}"):
            if not final.is_dir():
                with _draft(final) as draft:
                    build(draft, final)
                    draft.rename(final)
        return final


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Let one process at a time obtain a thing; the others wait, then find it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _draft(final: Path) -> Iterator[Path]:
    """A folder beside the final one, which is gone or renamed afterwards."""
    drafts = final.parent / ".drafts"
    drafts.mkdir(parents=True, exist_ok=True)
    # The lock is ours, so that a draft of this name belongs to nobody.
    for old in drafts.glob(f"{final.name}@*"):
        shutil.rmtree(old, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{final.name}@", dir=drafts))
    draft.chmod(0o755)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write(path: Path, text: str) -> None:
    draft = path.with_suffix(".draft")
    draft.write_text(text, "utf-8")
    draft.replace(path)

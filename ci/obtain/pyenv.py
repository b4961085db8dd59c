"""Interpreters that pyenv has built on this machine already: they cost nothing."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from obtain.cache import Cache
from obtain.errors import NotObtained


@dataclass(frozen=True)
class Pyenv:
    """The newest X.Y.Z that pyenv has of a version X.Y."""

    version: str

    @property
    def how(self) -> str:
        """A word on where it comes from."""
        return "pyenv, if it is there"

    def found(self) -> list[str] | None:
        """The command line of what is there."""
        versions = _root() / "versions"
        names = [path.name for path in versions.glob(f"{self.version}.*")]
        newest = newest_of(names, self.version)
        return [str(versions / newest / "bin" / "python")] if newest else None

    def build(self, cache: Cache, draft: Path, final: Path) -> list[str]:
        """Refuse: building a Python takes minutes, and is not ours to decide."""
        raise NotObtained(f"pyenv has no {self.version} here")


def _root() -> Path:
    return Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")


def newest_of(names: list[str], version: str) -> str | None:
    """Choose the highest released X.Y.Z, by number and not by spelling."""
    pattern = re.compile(re.escape(version) + r"\.(\d+)")
    found = [
        (int(match[1]), match[0])
        for name in names
        if (match := pattern.fullmatch(name))
    ]
    return max(found)[1] if found else None

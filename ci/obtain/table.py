"""The interpreters that can be obtained: each a name, and the ways to it.

A name is IMPLEMENTATION-VERSION[-VARIANT]; a variant is what differs from the
usual: a suite of Debian where the exact release matters, an architecture,
another C library, a system. Ways are tried in order, so the cheapest is first.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from obtain.cache import Cache
from obtain.pyenv import Pyenv
from obtain.source_build import SourceBuild
from obtain.sysroot import Sysroot
from obtain.wine import WinePython


class Way(Protocol):
    """One way to an interpreter."""

    @property
    def how(self) -> str:
        """A word on where it comes from."""

    def found(self) -> list[str] | None:
        """The command line, where the machine has it without our doing."""

    def build(self, cache: Cache, draft: Path, final: Path) -> list[str]:
        """Fill *draft*, which will be *final*, and return the command line there."""


@dataclass(frozen=True)
class Interpreter:
    """A name and the ways to it."""

    name: str
    ways: tuple[Way, ...]


def _row(name: str, *ways: Way) -> Interpreter:
    return Interpreter(name, ways)


TABLE = (
    _row("cpython-3.8", Pyenv("3.8")),
    _row("cpython-3.9", Pyenv("3.9"), Sysroot("bullseye", "python3.9")),
    _row("cpython-3.10", Pyenv("3.10")),
    _row("cpython-3.11", Pyenv("3.11"), Sysroot("bookworm", "python3.11")),
    _row("cpython-3.12", Pyenv("3.12")),
    _row("cpython-3.13", Pyenv("3.13"), Sysroot("trixie", "python3.13")),
    _row("cpython-3.14", Pyenv("3.14"), Sysroot("sid", "python3.14")),
    _row("cpython-3.15", Pyenv("3.15"), Sysroot("sid", "python3.15")),
    # The releases that stable Debian ships, next to which the newest is judged.
    _row("cpython-3.9-bullseye", Sysroot("bullseye", "python3.9")),
    _row("cpython-3.11-bookworm", Sysroot("bookworm", "python3.11")),
    _row("cpython-3.13-trixie", Sysroot("trixie", "python3.13")),
    _row("cpython-3.13-sid", Sysroot("sid", "python3.13")),
    _row("pypy-3.9", Sysroot("bookworm", "pypy3")),
    _row("pypy-3.11", Sysroot("trixie", "pypy3")),
    _row("pypy-3.11-sid", Sysroot("sid", "pypy3")),
    # 32 bits; emulated ones; big-endian.
    _row("cpython-3.13-i386", Sysroot("trixie", "python3.13", "i386")),
    _row("cpython-3.13-armhf", Sysroot("trixie", "python3.13", "armhf")),
    _row("cpython-3.13-arm64", Sysroot("trixie", "python3.13", "arm64")),
    _row("cpython-3.13-s390x", Sysroot("trixie", "python3.13", "s390x")),
    _row("cpython-3.11-s390x", Sysroot("bookworm", "python3.11", "s390x")),
    # Other builds of the same source.
    _row("cpython-3.13t", SourceBuild("trixie", "python3.13", "free-threaded")),
    _row("cpython-3.13-musl", SourceBuild("trixie", "python3.13", "musl")),
    _row(
        "cpython-3.13-wine",
        WinePython(
            "3.13.1",
            "2538b7dd20f9b9bbc7f501ac625285255dccf73d85297b9c3b61d4213ef7de43",
        ),
    ),
)
BY_NAME = {row.name: row for row in TABLE}

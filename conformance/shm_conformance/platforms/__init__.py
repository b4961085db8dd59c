"""What the harness asks of an operating system: one file each, the same functions.

`Platform` is the whole of it. Adding a system is adding a module that fulfils
it and a line in `current`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol, cast

from shm_conformance.errors import HarnessError


@dataclass(frozen=True)
class Segment:
    """A named segment as the system shows it. Sizes in bytes, times in seconds."""

    name: str
    size: int
    mode: int
    uid: int
    device: int
    inode: int
    changed: float


class Platform(Protocol):
    """The questions, and the few deeds, that differ between systems."""

    def segment(self, name: str, view: int | None) -> Segment | None:
        """Look at a segment by name; *view* is a process whose namespace counts."""

    def segments(self, view: int | None) -> list[Segment]:
        """List every segment there is."""

    def content(self, segment: Segment, length: int, view: int | None) -> bytes:
        """Read the first bytes of a segment; none if its name is another's by now."""

    def remove(self, segment: Segment, view: int | None) -> bool:
        """Remove a segment if device and inode still match; say whether it was."""

    def descriptors(self, pid: int, segment: Segment) -> int:
        """Count the open descriptors of a process that lead to the segment."""

    def mappings(self, pid: int, segment: Segment) -> int:
        """Count the mappings of the segment in a process."""

    def held(self, pid: int) -> list[Segment]:
        """List the segments that a process has open or mapped, by their inode."""

    def exit_watch(self, pid: int) -> int:
        """Open a descriptor that turns readable when the process ends."""

    def send_signal(self, watch: int, number: int) -> None:
        """Send a signal to the process behind an exit watch, if it is still there."""

    def adopt_orphans(self) -> None:
        """Become the parent of what our descendants leave behind."""

    def die_with_parent(self, parent: int) -> None:
        """Ask to be killed when the process that started this one ends, or has."""

    def forbid_core_dumps(self, pid: int) -> None:
        """Keep a process whose crash we provoke from filling the disk."""

    def private_view(self) -> Sequence[str]:
        """The command prefix that gives a process segments of its own, or nothing."""

    def enter(self, view: int) -> Sequence[str]:
        """The command prefix that starts a program within another's private view."""

    def state_directory(self) -> Path:
        """The folder that keeps the ledgers of this user's runs."""


@cache
def current() -> Platform:
    """The platform that the harness itself runs on."""
    if sys.platform == "linux":
        from shm_conformance.platforms import linux

        return cast(Platform, linux)
    raise HarnessError(
        f"no observer for {sys.platform} yet: run the harness on Linux,"
        " or add shm_conformance/platforms/" + sys.platform + ".py"
    )

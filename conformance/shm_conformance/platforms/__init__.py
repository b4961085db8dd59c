"""What differs between operating systems: one file each, the same functions.

`Observer` is what is asked of the system on which a target runs, `Platform` what
is asked of the one on which the harness runs as well. Adding a system is adding
a module that fulfils one of them, and a line in `current` or `observer_of`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol, cast, get_args

import psutil

from shm_conformance.errors import HarnessError

# What requirements and baselines tell apart.
Family = Literal["posix", "windows"]
FAMILIES: tuple[Family, ...] = get_args(Family)


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


class Observer(Protocol):
    """The questions about what targets do, asked of their system."""

    FAMILY: Family
    # Else a block goes with its last handle.
    UNLINK_FREES_NAMES: bool
    # What stands between the folders of PYTHONPATH.
    PATH_SEPARATOR: str
    # Whether an actor's child can connect to a socket that is a file.
    HAS_SOCKET_FILES: bool

    def segment(self, name: str, view: int | None) -> Segment | None:
        """Look at a segment by name; *view* is a process whose namespace counts."""

    def segments(self, view: int | None) -> list[Segment]:
        """List every segment there is."""

    def content(self, segment: Segment, length: int, view: int | None) -> bytes:
        """Read the first bytes of a segment; none if its name is another's by now."""

    def descriptors(self, pid: int, segment: Segment | None) -> int:
        """Count a process's open descriptors: all, or those that lead to a segment.

        *pid* is the number that the target's system gives the process.
        """

    def mappings(self, pid: int, segment: Segment) -> int:
        """Count the mappings of the segment in a process."""

    def await_end(self, pid: int) -> None:
        """Wait until a process that has ended here has done so for its own system."""

    def path(self, folder: str) -> str:
        """The target's word for a folder of ours."""

    def births(self, token: str) -> Callable[[object], object]:
        """Watch a run for a child: returns what turns its pid there into that here."""

    def close(self) -> None:
        """End what was started in order to look."""

    def below(self, pid: int, token: str) -> set[psutil.Process]:
        """List the processes that a process of a run has started, or that may be so."""


class Platform(Observer, Protocol):
    """The deeds that differ as well; all pids are those of this system."""

    def remove(self, segment: Segment, view: int | None) -> bool:
        """Remove a segment if device and inode still match; say whether it was."""

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


def family_of(facts: dict[str, Any]) -> Family:
    """The kind of system that a target says it runs on."""
    system = facts.get("platform", {}).get("system")
    return "windows" if system == "Windows" else current().FAMILY


def observer_of(facts: dict[str, Any], command: tuple[str, ...]) -> Observer:
    """The eyes on a target's system; *command* is its interpreter."""
    if family_of(facts) == current().FAMILY:
        return current()
    from shm_conformance.platforms.windows import Windows

    return Windows(command)

"""The ledger: every name that a run caused to exist, on disk before it exists.

One JSON object a line, so that a run that is killed loses nothing:

    {"harness": {"pid", "started", "time"}}  who writes this, since when
    {"name": "...", "time": ...}             an actor is about to be told this name
    {"name": "...", "device", "inode"}       the observer has seen it exist

Nothing outside the ledger is ever removed, and nothing in it whose device or
inode is not the one that was seen. A name that was announced and never seen
(the run was killed in between) bears the run's random token; only a segment
of ours that is younger than the announcement is taken for it.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shm_conformance.platforms import Platform, Segment, current

# File times tick more coarsely than the clock.
TICK = 0.1


@dataclass
class Entry:
    """One name: when it was announced, and as which object it was seen."""

    announced: float
    seen: set[tuple[int, int]]


class Ledger:
    """The names of one run. Writes each line before anything happens to the name."""

    def __init__(self, path: Path, entries: dict[str, Entry] | None = None) -> None:
        self.entries: dict[str, Entry] = entries or {}
        self._file = path.open("a", encoding="utf-8")

    def announce(self, name: str) -> None:
        """Write down a name that an actor is about to be told."""
        now = time.time()
        self._write({"name": name, "time": now})
        self.entries.setdefault(name, Entry(now, set()))

    def saw(self, segment: Segment, name: str) -> None:
        """Write down which object a name of ours stands for."""
        entry = self.entries.setdefault(name, Entry(time.time(), set()))
        if (segment.device, segment.inode) not in entry.seen:
            entry.seen.add((segment.device, segment.inode))
            self._write(
                {"name": name, "device": segment.device, "inode": segment.inode}
            )

    def harvest(self, pid: int, since: float) -> None:
        """Enter what a process of ours holds, is younger than the run, and not known."""
        for segment in current().held(pid):
            if segment.name not in self.entries and segment.changed >= since - TICK:
                self.saw(segment, segment.name)

    def harvest_named(self, token: str, since: float, view: int | None = None) -> None:
        """Enter what bears the run's token, is younger than the run, and not known.

        A target may have given a block of ours another name that has it in it.
        """
        for segment in current().segments(view):
            is_ours = token in segment.name and segment.uid == os.getuid()
            is_new = (
                segment.name not in self.entries and segment.changed >= since - TICK
            )
            if is_ours and is_new:
                self.saw(segment, segment.name)

    def close(self) -> None:
        """Close the file; the entries stay."""
        self._file.close()

    def write_harness(self, pid: int, started: float) -> float:
        """Write down whose ledger this is; returns since when."""
        now = time.time()
        self._write({"harness": {"pid": pid, "started": started, "time": now}})
        return now

    def _write(self, line: dict[str, Any]) -> None:
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()


def read(path: Path) -> tuple[dict[str, Any], dict[str, Entry]]:
    """Read a ledger back: its harness, its entries. A torn last line is passed over.

    A run that was killed before it could write has an empty one.
    """
    harness: dict[str, Any] = {}
    entries: dict[str, Entry] = {}
    lines = path.read_text("utf-8", "replace") if path.exists() else ""
    for text in lines.splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if not isinstance(line, dict):
            continue
        if "harness" in line:
            harness = line["harness"]
            continue
        entry = entries.setdefault(line["name"], Entry(line.get("time", 0), set()))
        if "inode" in line:
            entry.seen.add((line["device"], line["inode"]))
    return harness, entries


def residue(
    entries: dict[str, Entry], token: str, platform: Platform, view: int | None = None
) -> list[Segment]:
    """List the segments that exist and are provably this ledger's."""
    found = []
    for name, entry in entries.items():
        segment = platform.segment(name, view)
        if segment and _is_ours(segment, name, entry, token):
            found.append(segment)
    return found


def _is_ours(segment: Segment, name: str, entry: Entry, token: str) -> bool:
    if entry.seen:
        return (segment.device, segment.inode) in entry.seen
    is_younger = segment.changed >= entry.announced - TICK
    return token in name and segment.uid == os.getuid() and is_younger


def clean(
    entries: dict[str, Entry], token: str, platform: Platform, view: int | None = None
) -> list[Segment]:
    """Remove what `residue` lists; returns what was removed."""
    left = residue(entries, token, platform, view)
    return [segment for segment in left if platform.remove(segment, view)]

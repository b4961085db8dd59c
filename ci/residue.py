"""Fail if a run that has ended left processes or segments on this machine.

Looks only at what bears the mark of a run of ours, or stands in its ledger.
"""

from __future__ import annotations

import sys

from shm_conformance import ledger, platforms, processes, run


def residue() -> list[str]:
    """Say in words what runs that have ended have left."""
    found = []
    for folder in run.folders():
        if run.is_running(folder):
            continue
        _, entries = ledger.read(folder / "ledger.jsonl")
        left = ledger.residue(entries, folder.name, platforms.current())
        found += [f"segment {segment.name}" for segment in left]
        found += [f"process {p.pid} {p.name()}" for p in processes.marked(folder.name)]
    return found


if __name__ == "__main__":
    left = residue()
    sys.exit("left behind: " + "; ".join(left) if left else 0)

"""The guardian: outlives the harness by a moment and cleans up after it.

Started beside each harness process, with the only job of noticing, by the end
of its standard input, that the harness is gone, however it went. It then ends
every process that bears the run's mark and removes what the ledger proves to
be ours. Where the system allows, it also holds the private /dev/shm in which
the actors live, and which ends with it.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from importlib import import_module
from pathlib import Path


def watch(folder: Path, token: str) -> None:
    """Wait for the harness to end, then clean up what it left."""
    # A signal to the whole group must not take the one who cleans up.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.write(1, b"ready\n")
    # Now, while the harness is busy, and the package is the one that it runs.
    for name in ("ledger", "processes", "platforms"):
        import_module(f"shm_conformance.{name}")
    while os.read(0, 4096):
        pass
    clean_up(folder, token)


def clean_up(folder: Path, token: str) -> bool:
    """End a run's processes, remove its segments and folder; say whether all went."""
    from shm_conformance import ledger, processes
    from shm_conformance.platforms import current

    if not folder.exists():
        return True
    platform = current()
    # Whoever still runs would go on making segments while we look for them.
    processes.stop_marked(token)
    harvest(folder, token)
    resisting = processes.end_marked(token)
    _, entries = ledger.read(folder / "ledger.jsonl")
    ledger.clean(entries, token, platform)
    left = resisting or ledger.residue(entries, token, platform)
    if not left:
        shutil.rmtree(folder, ignore_errors=True)
    return not left


def harvest(folder: Path, token: str) -> None:
    """Enter segments in the ledger that the harness did not live to write down.

    A generated name is known only from the answer. A marked process that maps a
    segment younger than the run has made it, or got it from one that did.
    """
    from shm_conformance import ledger, processes

    harness, entries = ledger.read(folder / "ledger.jsonl")
    book = ledger.Ledger(folder / "ledger.jsonl", entries)
    since = harness.get("time", float("inf"))
    for process in processes.marked(token):
        book.harvest(process.pid, since)
    book.harvest_named(token, since)
    book.close()


if __name__ == "__main__":
    watch(Path(sys.argv[1]), sys.argv[2])

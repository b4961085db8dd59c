"""A harness to be killed: a bench whose actors hold blocks of every kind.

python holding_run.py ISOLATION. Prints one JSON line, then waits for its end.
"""

from __future__ import annotations

import json
import sys
import threading

from shm_conformance.actors import Actors
from shm_conformance.judging import Bench, Settings


def main(isolation: str) -> None:
    """Hold a named, a generated, an untracked and a closed block, and hang in a child."""
    bench = Bench(Settings(isolation=isolation))
    actors = Actors(bench.stage("reference"))
    owner = actors.start("owner")
    named = owner.shared_memory(actors.name(), create=True, size=16)
    generated = owner.shared_memory(create=True, size=16)
    untracked = owner.shared_memory(actors.name(), create=True, size=16, track=False)
    closed = owner.shared_memory(actors.name(), create=True, size=16, track=False)
    closed.close()
    child = owner.start_child("spawn", "child")
    # The harness never learns this name: only the actor's mappings tell of it.
    secret = owner.run(
        "[globals().__setitem__('secret',"
        " shared_memory.SharedMemory(create=True, size=16, track=False)),"
        " secret.name][1]"
    )
    child.process.send("run", {"source": "__import__('threading').Event().wait()"})
    run = bench.run
    assert run is not None
    names = [block.name for block in (named, generated, untracked, closed)]
    facts = {
        "token": run.token,
        "folder": str(run.folder),
        "names": [*names, secret],
        "guardian": run.guardian.pid,
        "pids": [owner.process.pid, child.process.pid],
    }
    print(json.dumps(facts), flush=True)  # noqa: T201
    threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1])

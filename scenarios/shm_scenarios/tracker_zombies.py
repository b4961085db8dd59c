"""Each program leaves a zombie behind where nobody waits for trackers.

Nobody waits for the resource tracker when its program ends: it is left to the first
process of the system. In a container that is often the user's own program, which does
not know of it, and a zombie stays for each program that has used shared memory.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.errors import TargetError
from shm_scenarios.scenario import Scenario

# As PID 1 of a container is, it is the one to whom orphans are left.
WITHIN = ("unshare", "--pid", "--fork", "--kill-child")
PROGRAM = """
import os, subprocess, sys
program = f"import {shared_memory.__name__} as module"
program += "; block = module.SharedMemory(create=True, size=1)"
program += "; block.close(); block.unlink()"
path = os.pathsep.join(filter(None, sys.path))
environment = {**os.environ, "PYTHONPATH": path}
subprocess.run([sys.executable, "-c", program], env=environment, check=True)
"""


def steps(actors: Actors) -> bool:
    """Run a program below the first process; an end must be left to wait for."""
    first = actors.start_within(WITHIN, "first")
    first.run(PROGRAM)

    try:
        return bool(first.run("os.waitpid(-1, 0)[0]"))
    except TargetError:
        return False


SCENARIO = Scenario(
    id="trackers-become-zombies",
    kind="shutdown-order",
    title="Each program leaves a zombie behind where nobody waits for trackers",
    met=("https://github.com/python/cpython/issues/88887",),
    symptom="Defunct python processes in a container, one for each program that has used shared memory",
    cast={
        "first": "is PID 1, and starts a program that uses a block",
    },
    advice="Give the container an init (docker run --init). The tracker belongs to the interpreter, so that no implementation that shares it is spared.",
    shown_by="reference",
    spared=None,
    steps=steps,
)

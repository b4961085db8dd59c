"""A subinterpreter takes the block of its own process with it.

A program runs a plug-in in a subinterpreter, which attaches to a block of the program.
Each interpreter of a process starts a resource tracker of its own. When the
subinterpreter is destroyed, its tracker takes what it has heard of for left behind, and
removes the block while the program still uses it. (Until 3.13.0 it hears of that end
only when the process ends, and then complains of a leak that there was not.)
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.scenario import Report, Scenario

# The modules of interpreters have had several names, and none that is public before 3.14.
FIND = """\
import importlib.util
names = ["_interpreters", "_xxsubinterpreters"]
names = [it for it in names if importlib.util.find_spec(it)]
"""
CREATE = """\
interpreters = importlib.import_module(names[0])
try:
    plug_in = interpreters.create(isolated=False)
except TypeError:
    plug_in = interpreters.create()
"""
# It leaves word of its tracker: the process, and the pipe that keeps it alive.
ATTACH = """\
import sys
sys.path[:] = {path!r}
from multiprocessing.resource_tracker import _resource_tracker as tracker
from {module} import SharedMemory
block = SharedMemory({name!r})
block.buf[:4] = tracker._pid.to_bytes(4, "little")
block.buf[4:8] = tracker._fd.to_bytes(4, "little")
block.close()
"""
# A tracker whose pipe is still open will not end before its process does; one whose
# end the interpreter itself has waited for is nobody's child any more.
WAIT = """\
assert {pid}, "nothing was run"
try:
    os.fstat({pipe})
except OSError:
    with contextlib.suppress(ChildProcessError):
        os.waitpid({pid}, 0)
"""


def steps(actors: Actors) -> bool:
    """Attach in a subinterpreter and destroy that; the block must be gone."""
    owner = actors.start("owner")
    owner.run(FIND)
    if not owner.run("names"):
        # PyPy has no subinterpreters.
        return False
    block = owner.shared_memory(create=True, size=16)
    owner.run("import contextlib, os, sys")
    module = owner.run("shared_memory.SharedMemory.__module__")
    source = ATTACH.format(path=owner.run("sys.path"), module=module, name=block.name)

    owner.run(CREATE)
    owner.run(f"interpreters.run_string(plug_in, {source!r})")
    owner.run("interpreters.destroy(plug_in)")
    pid, pipe = (int.from_bytes(block.read(at, at + 4), "little") for at in (0, 4))
    owner.run(WAIT.format(pid=pid, pipe=pipe))

    return actors.look(block.name) is None


SCENARIO = Scenario(
    id="a-subinterpreter-takes-the-block",
    kind="tracker-sharing",
    title="A subinterpreter takes the block of its own process with it",
    met=(),
    symptom="FileNotFoundError from unlink(), after a plug-in that only looked at the block",
    cast={
        "owner": "creates a block, and runs a plug-in in a subinterpreter",
    },
    advice="Attach with track=False in a subinterpreter. The tracker belongs to the interpreter, so that no implementation that shares it is spared.",
    shown_by="faulty:what_is_attached_goes_with_its_interpreter",
    spared=None,
    steps=steps,
    report=Report(
        expected="A block lives as long as a process uses it and nobody unlinks it; the interpreters of one process share a tracker, as processes with a common ancestor do.",
        actual="Each interpreter has a tracker of its own, which removes all that its interpreter has attached to when that is destroyed.",
    ),
)

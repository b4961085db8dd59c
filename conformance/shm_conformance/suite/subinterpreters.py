"""A second interpreter in an actor's process, for as long as it takes to attach."""

from __future__ import annotations

from shm_conformance.actors import Actor
from shm_conformance.errors import Unsupported
from shm_conformance.remotes import Block

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


def attach_in_subinterpreter(owner: Actor, block: Block) -> None:
    """Attach to a block of at least 8 bytes there, end that, and its tracker's work.

    Raises Unsupported where there are no subinterpreters, as on PyPy.
    """
    owner.run(FIND)
    if not owner.run("names"):
        raise Unsupported("this Python has no subinterpreters")
    owner.run("import contextlib, os, sys")
    module = owner.run("shared_memory.SharedMemory.__module__")
    source = ATTACH.format(path=owner.run("sys.path"), module=module, name=block.name)

    owner.run(CREATE)
    owner.run(f"interpreters.run_string(plug_in, {source!r})")
    owner.run("interpreters.destroy(plug_in)")
    pid, pipe = (int.from_bytes(block.read(at, at + 4), "little") for at in (0, 4))
    owner.run(WAIT.format(pid=pid, pipe=pipe))

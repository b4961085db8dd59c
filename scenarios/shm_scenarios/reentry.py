"""A handler or a finaliser that uses a block fails in the first use of another.

The first block of a program starts the resource tracker. Meanwhile a signal comes, or
the garbage collector runs, and a handler or a finaliser creates or unlinks a block of
its own. It needs the lock that its own thread holds, and waits for ever; later versions
raise a TypeError instead, as the tracker has no pipe yet.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.errors import Hung
from shm_scenarios.scenario import Scenario

# Whoever starts a tracker makes a pipe for it first.
SOURCE = """
import os, signal
outcomes = []

def use(*_):
    try:
        block = shared_memory.SharedMemory({name!r}, create=True, size=1)
        block.close()
        block.unlink()
    except Exception as error:
        outcomes.append(repr(error))

def pipe(right=os.pipe):
    os.pipe = right
    ends = right()
    os.kill(os.getpid(), signal.SIGUSR1)
    return ends

os.pipe = pipe
signal.signal(signal.SIGUSR1, use)
"""


def steps(actors: Actors) -> bool:
    """Have a signal come while the tracker is being started; its handler must fail."""
    program, name = actors.start("program"), actors.name()
    program.run(SOURCE.format(name=name))
    try:
        # A name by which it can be removed: no tracker will know of it.
        program.shared_memory(actors.name(), create=True, size=16)
    except Hung:
        return True
    return bool(program.run("outcomes"))


SCENARIO = Scenario(
    id="a-handler-in-the-first-use",
    kind="reentrancy",
    title="A handler or a finaliser that uses a block fails in the first use of another",
    met=(
        "https://github.com/python/cpython/issues/109593",
        "https://github.com/python/cpython/issues/131788",
    ),
    symptom="A program hangs in ensure_running of the resource tracker, or says: 'NoneType' object cannot be interpreted as an integer",
    cast={
        "program": "creates its first block, and gets a signal meanwhile",
    },
    advice="Start the tracker early: multiprocessing.resource_tracker.ensure_running().",
    shown_by="faulty:one_creation_at_a_time",
    spared="reference",
    steps=steps,
)

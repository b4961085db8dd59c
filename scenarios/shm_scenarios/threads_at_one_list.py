"""Threads that read one list leave a handle that cannot be closed.

In a Python without the GIL, several threads read items of one list at once. Each read
looks at the block through the same memoryview, which does not count its users
atomically: the count is wrong when all have finished, and close() fails for ever.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.disturbed import error_of
from shm_scenarios.scenario import Scenario

SOURCE = """
import threading
block = shared_memory.ShareableList([1, 2.5, True] * 20, name={name!r})
go = threading.Barrier(4)

def count():
    go.wait()
    for _ in range(500):
        block.count(1)

threads = [threading.Thread(target=count) for _ in range(4)]
for it in threads:
    it.start()
for it in threads:
    it.join()
"""


def steps(actors: Actors) -> bool:
    """Let four threads count at once, then close; that must fail."""
    program, name = actors.start("program"), actors.name()
    program.run(SOURCE.format(name=name))

    error = error_of(lambda: program.run("block.shm.close()"))
    program.run("block.shm.unlink()")

    return bool(error)


SCENARIO = Scenario(
    id="threads-at-one-list",
    kind="free-threading",
    title="Threads that read one list leave a handle that cannot be closed",
    met=("https://github.com/python/cpython/issues/127085",),
    symptom="SystemError: memoryview: negative export count, or BufferError from close(), on a free-threaded Python",
    cast={
        "program": "counts in a list by four threads, and closes it then",
    },
    advice="Take turns at a list by a lock of your own, or give each thread a handle of its own.",
    shown_by="stdlib",
    spared="reference",
    steps=steps,
    is_chance=True,
)

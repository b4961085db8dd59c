"""A finaliser at the end of the interpreter cannot unlink.

An object that owns a block closes and unlinks it in its __del__. Where the object
lives until the interpreter ends, unlink() has gone half of its way when it wants to
import something, which is not possible any more: the name is gone, the tracker is not
told, and complains of a leak.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.scenario import Scenario

SOURCE = """
class Owner:
    def __init__(self):
        self.itself = self
        self.block = shared_memory.SharedMemory({name!r}, create=True, size=1)

    def __del__(self):
        self.block.close()
        self.block.unlink()

import __main__
__main__.owner = Owner()
"""


def steps(actors: Actors) -> bool:
    """End a program that has such an object; it must say that it cannot import."""
    owner, name = actors.start("owner"), actors.name()
    owner.run(SOURCE.format(name=name))

    owner.end("return")
    actors.wait_gone(owner)

    return "ImportError" in owner.stderr


SCENARIO = Scenario(
    id="a-finaliser-at-the-end-cannot-unlink",
    kind="shutdown-order",
    title="A finaliser at the end of the interpreter cannot unlink",
    met=("https://github.com/python/cpython/issues/91577",),
    symptom="ImportError: sys.meta_path is None, Python is likely shutting down; then a warning about a leaked shared_memory object",
    cast={
        "owner": "has an object that unlinks its block when it is collected",
    },
    advice="Clean up in a with statement or by atexit, not in __del__.",
    shown_by="faulty:unlink_imports",
    spared="reference",
    steps=steps,
)

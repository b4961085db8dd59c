"""A list of Python 3.8 cannot be read by a later one.

A service is upgraded process by process. Python 3.9 changed how a ShareableList lies in
its block: where 3.8 has the length of each item, later versions have its place. The
block says nothing of it, so that the other side reads numbers that mean something else.
"""

from __future__ import annotations

import struct

from shm_conformance.actors import Actors
from shm_conformance.errors import TargetError
from shm_scenarios.scenario import Scenario

# The list [1, 2], as Python 3.8 writes it: its length, how long each item is, the items,
# and for each its format and how it is turned back.
OLD = struct.pack("=qqqqq8s8sbb", 2, 8, 8, 1, 2, b"q", b"q", 0, 0)


def steps(actors: Actors) -> bool:
    """Write the block as 3.8 does, and attach; the items must not be those of the list."""
    old, new = actors.start_all("old", "new")
    block = old.shared_memory(create=True, size=len(OLD))
    block.write(0, OLD)

    try:
        found = new.shareable_list(name=block.name)
        return [found.apply("getitem", it) for it in range(2)] != [1, 2]
    except TargetError:
        return True


SCENARIO = Scenario(
    id="a-list-of-another-layout",
    kind="list-layout",
    title="A list of Python 3.8 cannot be read by a later one",
    met=("https://github.com/python/cpython/issues/83072",),
    symptom="struct.error, UnicodeDecodeError or wrong values where two Python versions share a list",
    cast={
        "old": "writes a list as Python 3.8 does",
        "new": "attaches to it",
    },
    advice="Upgrade all processes at once. The block has no mark that would tell the two layouts apart, so that nobody is spared.",
    shown_by="reference",
    spared=None,
    steps=steps,
    platforms="all",
)

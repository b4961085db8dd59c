"""A block with a colon in its name is never cleaned up.

Names like host:port are natural for a service. The text that the resource tracker
reads is split at colons, so that it does not understand the message, prints a
ValueError, and never removes the block.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.disturbed import error_of
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Create with a colon and end; the block must be left."""
    creator, name = actors.start("creator"), actors.name(":1")
    if error_of(lambda: creator.shared_memory(name, create=True, size=16)):
        return False

    creator.end("os._exit")
    actors.wait_gone(creator)

    return actors.look(name) is not None


SCENARIO = Scenario(
    id="a-colon-in-the-name",
    kind="name",
    title="A block with a colon in its name is never cleaned up",
    met=("https://github.com/python/cpython/issues/98896",),
    symptom="ValueError: too many values to unpack, from resource_tracker.py; a block that stays",
    cast={
        "creator": "creates a block named with a colon, and ends without unlink()",
    },
    advice="Use other characters, or Python 3.13.10, 3.14.1 or later.",
    shown_by="faulty:colon_is_not_tracked",
    spared="reference",
    steps=steps,
)

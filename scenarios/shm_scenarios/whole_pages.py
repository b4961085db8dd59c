"""Who attaches sees more bytes than the creator has asked for.

A program learns from the size of a block how much data is in it. The creator's handle
has the size that was asked for; where blocks are whole pages, another handle has the
size of these, and zeros follow the data.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Create ten bytes; another process must see more of them."""
    creator, reader = actors.start_all("creator", "reader")
    block = creator.shared_memory(create=True, size=10)

    attached = reader.shared_memory(block.name)

    return bool(block.get("size") == 10 and attached.get("size") > 10)


SCENARIO = Scenario(
    id="attached-blocks-are-whole-pages",
    kind="size",
    title="Who attaches sees more bytes than the creator has asked for",
    met=("https://github.com/python/cpython/issues/101623",),
    symptom="Zeros at the end of what was received, or a wrong number of items, on Windows and macOS",
    cast={
        "creator": "creates a block of ten bytes",
        "reader": "attaches to it, and takes its size for that of the data",
    },
    advice="Send the length along, or write it at the beginning of the block. Windows gives whole pages, so that nobody is spared there; on Linux both sizes are the same.",
    shown_by="faulty:attach_rounds_the_size_up",
    spared="reference",
    steps=steps,
    platforms="all",
)

"""Bytes that end in NUL come back shorter.

A ShareableList holds packed numbers, hashes or keys as bytes. Those that happen to
end in zero come back without it: the room of an item is filled up with NULs, and what
was filling is not told from what was content. The documentation says so, and shows a
padding that helps.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Store bytes with trailing NULs; they must come back without."""
    block = actors.start("owner").shareable_list([b"a\0\0"])

    return bool(block.apply("getitem", 0) == b"a")


SCENARIO = Scenario(
    id="trailing-nuls-are-lost",
    kind="list-nul",
    title="Bytes that end in NUL come back shorter",
    met=("https://github.com/python/cpython/issues/106939",),
    symptom="One in 256 keys does not match after a round trip",
    cast={
        "owner": "stores b'a' and two NULs",
    },
    advice="Put a byte behind each value and take it off after reading, as the documentation shows. As it is documented, no implementation that keeps the layout is spared.",
    shown_by="reference",
    spared=None,
    steps=steps,
    platforms="all",
)

"""What a test needs to know of two targets before one is handed what the other made."""

from __future__ import annotations

from contextlib import suppress

from shm_conformance import layout
from shm_conformance.actors import Actor
from shm_conformance.errors import TargetError, Unsupported

# Of lengths that leave nothing to choose: no implementation gives them more room.
VALUES: list[layout.Value] = [7, "text", b"bytes", 2.5, True, None]


def need_one_layout(*actors: Actor) -> None:
    """See that both lay out a list alike, or in a way that we do not know.

    That is seen in a list of each, never told from a version: with 3.8 on one
    side the layouts differ, with machines of two byte orders as well. A layout
    that nobody has is no excuse, so the test goes on and finds it.
    """
    seen: dict[str, str] = {}
    for actor in actors:
        block = actor.shareable_list(VALUES)
        found = seen_layout(block.shm.read())
        if found is None:
            return
        seen.setdefault(found, f"the {actor.name}'s lists lie in {found}")
    if len(seen) > 1:
        raise Unsupported(", ".join(seen.values()))


def seen_layout(content: bytes) -> str | None:
    """In which layout and byte order a list lies in its block, if we know them."""
    for order in layout.ORDERS:
        with suppress(ValueError):
            return f"the layout of {layout.generation(content, order)}, {order}-endian"
    return None


def need_the_module(maker: Actor, taker: Actor) -> None:
    """See that the taker can import the module that the maker's pickles name."""
    module = maker.process.stage.target.module
    # What a foreign actor pickles is its own affair.
    if not module or taker.process.stage is maker.process.stage:
        return
    try:
        taker.run(f"import {module}")
    except TargetError as error:
        if "ImportError" not in error.failure.bases:
            raise
        target = taker.process.stage.target
        raise Unsupported(f"{target} has no module {module} to unpickle by") from None

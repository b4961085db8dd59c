"""What unlink() promises: the end of a block's name."""

from __future__ import annotations

from shm_conformance import checks
from shm_conformance.actors import Actors
from shm_conformance.suite import requirement


@requirement("shm.unlink.frees-the-name")
def test_unlink_frees_the_name(actors: Actors) -> None:
    """After unlink() no process can attach to the name."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=16)

    block.unlink()

    checks.gone(actors, block.name, "after unlink()")
    with checks.raises("FileNotFoundError"):
        other.shared_memory(block.name)


@requirement("shm.unlink.twice-is-an-error")
def test_a_second_unlink_raises(actors: Actors) -> None:
    """A second unlink() of the same block raises FileNotFoundError."""
    block = actors.start().shared_memory(create=True, size=16)
    block.unlink()

    with checks.raises("FileNotFoundError"):
        block.unlink()

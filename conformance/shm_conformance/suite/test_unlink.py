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


@requirement("shm.unlink.name-can-be-used-again")
def test_the_name_can_be_used_again(actors: Actors) -> None:
    """After unlink() any process can create a block of that name, full of zeros."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=16)
    block.write(0, b"old")

    block.unlink()

    again = other.shared_memory(block.name, create=True, size=16)
    checks.same("the content of the new block", again.read(0, 16), bytes(16))


@requirement("shm.unlink.before-close")
def test_close_works_after_unlink(actors: Actors) -> None:
    """close() succeeds after unlink(), and the block is gone."""
    owner = actors.start()
    block = owner.shared_memory(create=True, size=16)
    segment = checks.exists(actors, block.name)

    block.unlink()
    block.close()

    checks.gone(actors, block.name, "after unlink() and close()")
    left = actors.descriptors(owner, segment)
    checks.same("the number of descriptors of the block", left, 0)


@requirement("shm.unlink.after-close")
def test_unlink_works_after_close(actors: Actors) -> None:
    """unlink() succeeds after close(), and the block is gone."""
    block = actors.start().shared_memory(create=True, size=16)

    block.close()
    block.unlink()

    checks.gone(actors, block.name, "after close() and unlink()")


@requirement("shm.unlink.by-another-process")
def test_another_process_unlinks(actors: Actors) -> None:
    """A process that did not create the block can unlink it."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=16)
    attached = other.shared_memory(block.name)

    attached.unlink()

    checks.gone(actors, block.name, "after another process unlinked it")


@requirement("shm.unlink.once-suffices")
def test_one_unlink_suffices(actors: Actors) -> None:
    """One unlink() frees the name of a block with several handles."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=16)
    owner.shared_memory(block.name)
    other.shared_memory(block.name)

    block.unlink()

    checks.gone(actors, block.name, "after unlink() by one of its handles")


@requirement("shm.unlink.leaves-other-blocks")
def test_unlink_leaves_other_blocks(actors: Actors) -> None:
    """unlink() of one block leaves the others of the process."""
    owner = actors.start()
    blocks = [owner.shared_memory(create=True, size=16) for _ in range(3)]

    blocks[1].unlink()

    for block in (blocks[0], blocks[2]):
        checks.exists(actors, block.name, "after unlink() of another")


@requirement("shm.unlink.keeps-the-content")
def test_the_content_outlives_the_name(actors: Actors) -> None:
    """Who has the block open can read, after unlink(), what it held."""
    owner = actors.start()
    block = owner.shared_memory(create=True, size=16)
    attached = owner.shared_memory(block.name)
    block.write(0, b"kept")

    block.unlink()

    checks.same("the unlinker's content", block.read(0, 4), b"kept")
    checks.same("another handle's content", attached.read(0, 4), b"kept")


@requirement("shm.unlink.memory-stays-shared")
def test_unlinked_memory_stays_shared(actors: Actors) -> None:
    """Processes still see, after unlink(), what the others write."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=16)
    attached = other.shared_memory(block.name)

    block.unlink()

    block.write(0, b"ping")
    checks.same("what the other reads", attached.read(0, 4), b"ping")
    attached.write(4, b"pong")
    checks.same("what the owner reads", block.read(4, 8), b"pong")


@requirement("shm.unlink.new-block-is-another")
def test_a_new_block_is_another(actors: Actors) -> None:
    """A handle on an unlinked block sees nothing of a new block of that name."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=16)
    block.unlink()
    again = other.shared_memory(block.name, create=True, size=16)

    again.write(0, b"new")

    checks.same("what the old handle reads", block.read(0, 3), bytes(3))


@requirement("shm.unlink.leaves-no-noise")
def test_a_clean_program_is_silent(actors: Actors) -> None:
    """A process that creates, closes and unlinks ends without a word, its tree too."""
    owner = actors.start()
    block = owner.shared_memory(create=True, size=16)
    block.close()
    block.unlink()

    owner.end("return")

    actors.wait_gone(owner)
    checks.silent(owner.stderr, "a program that cleaned up")

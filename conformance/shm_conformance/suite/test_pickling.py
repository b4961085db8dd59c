"""What a pickled handle promises: the same block, wherever it is unpickled."""

from __future__ import annotations

from functools import partial

from shm_conformance import checks
from shm_conformance.actors import Actor, Actors
from shm_conformance.remotes import Block
from shm_conformance.suite import requirement

PROTOCOLS = range(6)
# Whole pages everywhere, so that nobody sees more of them than was asked for.
PAGES = 1 << 16
PROCESS_METHODS = ("fork", "spawn", "forkserver")


def methods_of(actor: Actor) -> list[str]:
    """The start methods that multiprocessing has in an actor's interpreter."""
    offered = actor.process.facts["start_methods"]
    return [method for method in PROCESS_METHODS if method in offered]


@requirement("shm.pickle.every-protocol")
def test_every_protocol_will_do(actors: Actors) -> None:
    """A handle can be pickled with every protocol, and the copy shows the same block."""
    owner = actors.start()
    block = owner.shared_memory(create=True, size=16)

    def case(protocol: int) -> None:
        copy = owner.unpickle(block.pickle(protocol))
        copy.write(protocol, b"x")
        written = block.read(protocol, protocol + 1)
        checks.same("what the original shows", written, b"x")

    checks.each({f"protocol {it}": partial(case, it) for it in PROTOCOLS})


@requirement("shm.pickle.is-shared-across-processes")
def test_a_pickle_is_shared_across_processes(actors: Actors) -> None:
    """Processes apart share the block: each sees what the other writes."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=16)

    copy = other.unpickle(block.pickle())

    copy.write(0, b"ping")
    checks.same("what the owner reads", block.read(0, 4), b"ping")
    block.write(4, b"pong")
    checks.same("what the other reads", copy.read(4, 8), b"pong")


@requirement("shm.pickle.keeps-name-and-size")
def test_a_pickle_keeps_name_and_size(actors: Actors) -> None:
    """An unpickled handle has the name and the size of the pickled one."""
    owner = actors.start()
    blocks = [
        owner.shared_memory(actors.name(), create=True, size=PAGES),
        owner.shared_memory(create=True, size=PAGES),
    ]

    copies = [owner.unpickle(block.pickle()) for block in blocks]

    for copy, block in zip(copies, blocks, strict=True):
        checks.same("the name of the copy", copy.get("name"), block.get("name"))
        checks.same("the size of the copy", copy.get("size"), block.get("size"))


@requirement("shm.pickle.dead-block-is-an-error")
def test_a_dead_block_cannot_be_unpickled(actors: Actors) -> None:
    """A handle whose block was unlinked is unpickled with FileNotFoundError."""
    owner = actors.start()
    block = owner.shared_memory(create=True, size=16)
    data = block.pickle()
    block.close()
    block.unlink()

    with checks.raises("FileNotFoundError"):
        owner.unpickle(data)

    checks.gone(actors, block.name, "after unpickling")


@requirement("shm.pickle.takes-no-content-along")
def test_a_pickle_takes_no_content_along(actors: Actors) -> None:
    """The pickle of a large block is no longer than that of a small one."""
    owner = actors.start()
    # Both sizes take as many digits, and as many bytes, in a pickle.
    small, large = (
        owner.shared_memory(actors.name(), create=True, size=size)
        for size in (100_000, 900_000)
    )

    lengths = [len(block.pickle()) for block in (small, large)]

    claim = f"the pickles of 100000 and 900000 bytes have {lengths} bytes"
    due = "the same, but for a digit of the name"
    checks.that(abs(lengths[0] - lengths[1]) <= 1, claim, due)


@requirement("shm.pickle.leaves-the-block")
def test_pickling_leaves_the_block(actors: Actors) -> None:
    """Pickling, unpickling and losing the copy leave block and content alone."""
    owner = actors.start()
    block = owner.shared_memory(create=True, size=16)
    block.write(0, b"kept")
    before = checks.exists(actors, block.name)

    owner.unpickle(block.pickle()).drop()

    after = checks.exists(actors, block.name, "after losing the copy")
    checks.same("the inode of the block", after.inode, before.inode)
    checks.same("the content", block.read(0, 4), b"kept")


@requirement("shm.pickle.copy-closes-alone")
def test_a_copy_closes_alone(actors: Actors) -> None:
    """close() of an unpickled handle leaves the pickled one as it was."""
    owner = actors.start()
    block = owner.shared_memory(create=True, size=16)
    copy = owner.unpickle(block.pickle())

    copy.close()

    block.write(0, b"still")
    checks.same("the original's content", block.read(0, 5), b"still")


@requirement("shm.pickle.closed-handle")
def test_a_closed_handle_can_be_pickled(actors: Actors) -> None:
    """A closed handle can be pickled, and the copy shows the block."""
    owner = actors.start()
    block = owner.shared_memory(create=True, size=16)
    block.write(0, b"kept")
    block.close()

    copy = owner.unpickle(block.pickle())

    checks.same("what the copy shows", copy.read(0, 4), b"kept")


@requirement("shm.pickle.passed-to-a-child")
def test_a_handle_is_passed_to_a_child(actors: Actors) -> None:
    """A handle passed to a Process is shared with it, by every start method."""
    owner = actors.start("owner")
    block = owner.shared_memory(create=True, size=16)

    def case(method: str) -> None:
        child = owner.start_child(method, method, block)
        passed = Block(child, block.handle)
        block.write(0, b"ping")
        checks.same("what the child reads", passed.read(0, 4), b"ping")
        passed.write(4, method[:4].encode())
        checks.same("what the owner reads", block.read(4, 8), method[:4].encode())

    checks.each({it: partial(case, it) for it in methods_of(owner)})


@requirement("shm.pickle.child-leaves-the-block")
def test_the_end_of_a_child_leaves_the_block(actors: Actors) -> None:
    """The end of a child to which a handle was passed leaves the block."""
    owner = actors.start("owner")
    block = owner.shared_memory(create=True, size=16)

    def case(method: str) -> None:
        child = owner.start_child(method, method, block)
        child.end("return")
        owner.join(child)
        checks.exists(actors, block.name, "after the child's end")

    checks.each({it: partial(case, it) for it in methods_of(owner)})


@requirement("shm.pickle.untracked-stays-untracked")
def test_an_untracked_handle_stays_untracked(actors: Actors) -> None:
    """Unpickled in an unrelated process, it leaves the block at the end of that."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=16, track=False)
    copy = other.unpickle(block.pickle())
    copy.close()

    other.end("return")

    actors.wait_gone(other)
    checks.exists(actors, block.name, "after an unrelated process ended")
    block.unlink()

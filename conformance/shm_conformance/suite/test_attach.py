"""What attaching promises: the block that bears the name, as it is."""

from __future__ import annotations

import errno
from functools import partial

from shm_conformance import checks, processes
from shm_conformance.actors import Actor, Actors
from shm_conformance.errors import NotRun, TargetError
from shm_conformance.remotes import Block
from shm_conformance.suite import requirement

SIZES = (0, 1, 15, 17, 5000, 2**62)
# A block, and what a process needs besides, which is no room for the block.
LARGE = 2**30
LITTLE = 2**28


@requirement("shm.attach.is-the-default")
def test_attach_is_the_default(actors: Actors) -> None:
    """SharedMemory(name) attaches to the block that bears the name."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=16)
    block.write(0, b"here")

    def case(**create: bool) -> None:
        attached = other.shared_memory(block.name, **create)
        checks.same("the content", attached.read(0, 4), b"here")

    checks.each({"default": case, "False": lambda: case(create=False)})


@requirement("shm.attach.sees-what-was-written")
def test_attach_sees_what_was_written(actors: Actors) -> None:
    """Another process that attaches reads what the creator writes."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=16)
    block.write(0, b"before")

    attached = other.shared_memory(block.name)

    checks.same("what was written before", attached.read(0, 6), b"before")
    block.write(6, b"after")
    checks.same("what was written after", attached.read(6, 11), b"after")


@requirement("shm.attach.writes-reach-the-creator")
def test_writes_reach_the_creator(actors: Actors) -> None:
    """What another process writes into an attached block, the creator reads."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=16)
    attached = other.shared_memory(block.name)

    attached.write(3, b"reply")

    checks.same("what the creator reads", block.read(3, 8), b"reply")


@requirement("shm.attach.shares-within-a-process")
def test_handles_share_within_a_process(actors: Actors) -> None:
    """All handles on a block in one process show the same memory."""
    owner = actors.start()
    block = owner.shared_memory(create=True, size=16)
    handles = [block, *(owner.shared_memory(block.name) for _ in range(15))]

    for number, handle in enumerate(handles):
        handle.write(number, bytes([number + 1]))

    due = bytes(range(1, 17))
    seen = [handle.read(0, 16) for handle in handles]
    checks.that(seen == [due] * 16, f"the handles read {set(seen)}", f"all {due!r}")


@requirement("shm.attach.leaves-the-block-as-it-is")
def test_attach_leaves_the_block_as_it_is(actors: Actors) -> None:
    """To attach changes neither content, size, mode nor identity of a block."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=4097)
    block.write(0, b"x" * 4097)
    before = checks.exists(actors, block.name)

    other.shared_memory(block.name)

    after = checks.exists(actors, block.name, "after attach")
    checks.same("inode", after.inode, before.inode)
    checks.same("size", after.size, before.size)
    checks.same("mode", after.mode, before.mode)
    checks.that(block.read(0, 4097) == b"x" * 4097, "content was changed", "no change")


@requirement("shm.attach.missing-block-is-an-error")
def test_a_missing_block_is_an_error(actors: Actors) -> None:
    """To attach to a name that no block bears raises FileNotFoundError."""
    owner = actors.start()

    with checks.raises("FileNotFoundError"):
        owner.shared_memory(actors.name())


@requirement("shm.attach.missing-block-is-not-made")
def test_a_missing_block_is_not_made(actors: Actors) -> None:
    """To attach to a name that no block bears does not make one."""
    owner, name = actors.start(), actors.name()

    with checks.raises("Exception"):
        owner.shared_memory(name, size=16)

    checks.gone(actors, name, "after a failed attach")


@requirement("shm.attach.missing-block-has-its-errno")
def test_a_missing_block_has_its_errno(actors: Actors) -> None:
    """The error for a missing block has errno ENOENT."""
    owner = actors.start()

    with checks.raises("OSError", errno=errno.ENOENT):
        owner.shared_memory(actors.name())


@requirement("shm.attach.needs-a-name")
def test_attach_needs_a_name(actors: Actors) -> None:
    """To attach without a name, or to None, raises ValueError."""
    owner = actors.start()

    def case(*name: None, **size: int) -> None:
        with checks.raises("ValueError"):
            owner.shared_memory(*name, **size)

    checks.each(
        {
            "without": case,
            "None": partial(case, None),
            "with a size": lambda: case(size=16),
        }
    )


@requirement("shm.attach.ignores-size")
def test_attach_ignores_size(actors: Actors) -> None:
    """Whatever size is given, a handle gets the whole block and its size."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=16)
    plain = other.shared_memory(block.name).get("size")

    def case(size: int) -> None:
        attached = other.shared_memory(block.name, size=size)
        checks.same("size", attached.get("size"), plain)
        checks.same("len(buf)", attached.part("buf").apply("len"), plain)

    checks.each({str(size): partial(case, size) for size in SIZES})


@requirement("shm.attach.size-never-resizes")
def test_size_never_resizes(actors: Actors) -> None:
    """Whatever size is given, an existing block keeps the one that it has."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=16)
    before = checks.exists(actors, block.name).size

    def case(size: int) -> None:
        other.shared_memory(block.name, create=False, size=size)
        after = checks.exists(actors, block.name).size
        checks.same("the size of the segment", after, before)

    checks.each({str(size): partial(case, size) for size in SIZES})


@requirement("shm.attach.negative-size-may-be-refused")
def test_attach_with_a_negative_size_is_recorded(actors: Actors) -> None:
    """To attach with a negative size may be refused."""
    owner = actors.start()
    block = owner.shared_memory(create=True, size=16)

    try:
        owner.shared_memory(block.name, size=-1)
    except TargetError as error:
        actors.trait("attach with size -1", error.failure.type)
    else:
        actors.trait("attach with size -1", "ignored")


@requirement("shm.attach.has-the-size-of-the-block")
def test_attach_has_the_size_of_the_block(actors: Actors) -> None:
    """The size of an attached handle is that of the block in the system."""
    owner, other = actors.start_all("owner", "other")

    def case(size: int) -> None:
        block = owner.shared_memory(create=True, size=size)
        due = checks.exists(actors, block.name).size
        checks.same("size", other.shared_memory(block.name).get("size"), due)

    checks.each({str(size): partial(case, size) for size in (1, 4097)})


@requirement("shm.attach.failure-spares-the-block")
def test_a_failed_attach_spares_the_block(actors: Actors) -> None:
    """To attach and fail for want of memory leaves the block to its users."""
    block, other = large_block(actors)
    before = checks.exists(actors, block.name)

    attach_in_vain(other, block)

    after = checks.exists(actors, block.name, "after a failed attach")
    checks.same("inode", after.inode, before.inode)
    checks.same("size", after.size, before.size)


def large_block(actors: Actors) -> tuple[Block, Actor]:
    """A sparse block, and an actor that has no room for it."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=LARGE)
    other.limit("RLIMIT_AS", processes.address_space(other.process.pid) + LITTLE)
    return block, other


def attach_in_vain(other: Actor, large: Block) -> None:
    """See to it that an attach fails, and that its leftovers are collected."""
    try:
        other.shared_memory(large.name)
    except TargetError:
        # PyPy frees what a failed constructor held with the next collection.
        small = other.shared_memory(create=True, size=1)
        small.unlink()
        small.drop()
    else:
        raise NotRun("RLIMIT_AS does not hinder a process from mapping 1 GiB here")


@requirement("shm.attach.failure-keeps-nothing-open")
def test_a_failed_attach_keeps_nothing_open(actors: Actors) -> None:
    """After a failed attach the process has no descriptor and no mapping."""
    block, other = large_block(actors)
    segment = checks.exists(actors, block.name)

    attach_in_vain(other, block)

    left = (actors.descriptors(other, segment), actors.mappings(other, segment))
    checks.same("the numbers of descriptors and mappings", left, (0, 0))


@requirement("shm.attach.failure-is-quiet")
def test_a_failed_attach_is_quiet(actors: Actors) -> None:
    """A failed attach prints nothing, not even when its process has ended."""
    block, other = large_block(actors)
    with checks.raises("FileNotFoundError"):
        other.shared_memory(actors.name())
    attach_in_vain(other, block)

    other.end("return")

    actors.wait_gone(other)
    checks.silent(other.stderr, "a process whose attach failed, or its tracker,")

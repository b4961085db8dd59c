"""What creating a block promises: a new one, whole, or none at all."""

from __future__ import annotations

import re
from functools import partial

from shm_conformance import checks
from shm_conformance.actors import Actor, Actors
from shm_conformance.suite import requirement
from shm_conformance.suite.chance import created_by_the_same_chance

SIZES = (1, 4095, 4096, 4097, 1_000_000)
NO_INTEGERS: tuple[object, ...] = ("16", b"16", None, 1.5, [16])
TOO_LARGE = (2**62, 2**64)
# Which of them depends on the limit that is hit first.
NO_ROOM = ("OSError", "OverflowError", "MemoryError", "ValueError")


@requirement("shm.create.makes-a-block")
def test_create_makes_a_block(actors: Actors) -> None:
    """With create=True a new block exists in the system under its name."""
    name = actors.name()

    actors.start().shared_memory(name, create=True, size=16)

    checks.exists(actors, name, "after create")


@requirement("shm.create.is-large-enough")
def test_a_new_block_is_large_enough(actors: Actors) -> None:
    """A new block has at least the requested number of bytes."""
    owner = actors.start()

    def case(size: int) -> None:
        block = owner.shared_memory(create=True, size=size)
        said, seen = block.get("size"), checks.exists(actors, block.name).size
        checks.that(
            min(said, seen) >= size,
            f"a block of {size} bytes says {said}, and is {seen} in the system",
            f"at least {size}",
        )

    checks.each({str(size): partial(case, size) for size in SIZES})


@requirement("shm.create.may-be-larger")
def test_the_size_of_a_new_block_is_recorded(actors: Actors) -> None:
    """A new block may be larger than requested, up to the next page."""
    block = actors.start().shared_memory(create=True, size=100)

    size = block.get("size")

    actors.trait("size", "exact" if size == 100 else f"100 becomes {size}")


@requirement("shm.create.is-zero-filled")
def test_a_new_block_is_zero_filled(actors: Actors) -> None:
    """A new block holds zeros, even where another of its name held data."""
    owner, name = actors.start(), actors.name()
    old = owner.shared_memory(name, create=True, size=5000)
    old.write(0, b"\xff" * 5000)
    old.close()
    old.unlink()

    new = owner.shared_memory(name, create=True, size=5000)

    checks.that(not any(new.read()), "a new block holds other bytes", "zeros")


@requirement("shm.create.is-for-its-user-alone")
def test_a_new_block_is_for_its_user_alone(actors: Actors) -> None:
    """A new block can be read and written by its user, and by nobody else."""
    block = actors.start().shared_memory(create=True, size=16)

    mode = checks.exists(actors, block.name).mode

    checks.same("the mode of a new block", oct(mode), oct(0o600))


@requirement("shm.create.blocks-are-separate")
def test_blocks_are_separate(actors: Actors) -> None:
    """What is written into one block shows up in no other."""
    owner = actors.start()
    blocks = [owner.shared_memory(create=True, size=4097) for _ in range(3)]

    blocks[1].write(0, b"x" * 4097)

    for block in (blocks[0], blocks[2]):
        checks.that(b"x" not in block.read(), "another block has the data", "zeros")


@requirement("shm.create.taken-name-is-refused")
def test_a_taken_name_is_refused(actors: Actors) -> None:
    """A create with the name of an existing block raises FileExistsError."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=16)

    def case(actor: Actor) -> None:
        with checks.raises("FileExistsError"):
            actor.shared_memory(block.name, create=True, size=16)

    checks.each({it.name: partial(case, it) for it in (owner, other)})


@requirement("shm.create.refusal-spares-the-block")
def test_a_refusal_spares_the_block(actors: Actors) -> None:
    """A create that is refused leaves the existing block and its content as is."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=16)
    block.write(0, b"precious")
    before = checks.exists(actors, block.name)

    with checks.raises("Exception"):
        other.shared_memory(block.name, create=True, size=5000)

    after = checks.exists(actors, block.name, "after a refused create")
    checks.same("inode", after.inode, before.inode)
    checks.same("size", after.size, before.size)
    checks.same("mode", after.mode, before.mode)
    checks.same("content", block.read(0, 8), b"precious")


@requirement("shm.create.refusal-has-no-aftermath")
def test_a_refusal_has_no_aftermath(actors: Actors) -> None:
    """The end of a process whose create was refused leaves the existing block."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=16)
    with checks.raises("Exception"):
        other.shared_memory(block.name, create=True, size=16)

    other.end("return")

    actors.wait_gone(other)
    checks.exists(actors, block.name, "after the end of the refused process")


@requirement("shm.create.needs-a-positive-size")
def test_create_needs_a_positive_size(actors: Actors) -> None:
    """A create with a size of 0, or without a size, raises ValueError."""
    owner = actors.start()

    def case(**size: int) -> None:
        with checks.raises("ValueError"):
            owner.shared_memory(create=True, **size)

    checks.each({"0": lambda: case(size=0), "absent": case})


@requirement("shm.create.negative-size-is-refused")
def test_a_negative_size_is_refused(actors: Actors) -> None:
    """A create with a negative size raises ValueError."""
    owner = actors.start()

    with checks.raises("ValueError"):
        owner.shared_memory(create=True, size=-1)


@requirement("shm.create.size-is-an-integer")
def test_size_is_an_integer(actors: Actors) -> None:
    """A create with a size that is no integer raises TypeError."""
    owner = actors.start()

    def case(size: object) -> None:
        with checks.raises("TypeError"):
            owner.shared_memory(actors.name(), create=True, size=size)

    checks.each({repr(size): partial(case, size) for size in NO_INTEGERS})


@requirement("shm.create.wrong-size-leaves-nothing")
def test_a_wrong_size_leaves_nothing(actors: Actors) -> None:
    """A create with a size of the wrong type or value makes no block."""
    owner = actors.start()

    def case(size: object) -> None:
        name = actors.name()
        with checks.raises("Exception"):
            owner.shared_memory(name, create=True, size=size)
        checks.gone(actors, name, f"after a create with size {size!r}")

    wrong = (*NO_INTEGERS, 0, -1, float("nan"))
    checks.each({repr(size): partial(case, size) for size in wrong})


@requirement("shm.create.impossible-size-is-an-error")
def test_an_impossible_size_is_an_error(actors: Actors) -> None:
    """A create with more bytes than can be had raises an error."""
    owner = actors.start()

    def case(size: int) -> None:
        with checks.raises(*NO_ROOM):
            owner.shared_memory(actors.name(), create=True, size=size)

    checks.each({hex(size): partial(case, size) for size in TOO_LARGE})


@requirement("shm.create.failure-leaves-nothing")
def test_a_failed_create_leaves_nothing(actors: Actors) -> None:
    """A create that the system cannot fulfil leaves no block."""
    owner = actors.start()
    owner.limit("RLIMIT_FSIZE", 4096)

    def case(size: int) -> None:
        name = actors.name()
        with checks.raises("Exception"):
            owner.shared_memory(name, create=True, size=size)
        checks.gone(actors, name, f"after a create with size {size}")

    checks.each({hex(it): partial(case, it) for it in (8192, *TOO_LARGE)})


@requirement("shm.create.failure-is-quiet")
def test_a_failed_create_is_quiet(actors: Actors) -> None:
    """A create that fails prints nothing, not even when its process has ended."""
    owner = actors.start()
    owner.limit("RLIMIT_FSIZE", 4096)
    for size in (8192, *TOO_LARGE):
        with checks.raises("Exception"):
            owner.shared_memory(actors.name(), create=True, size=size)

    owner.end("return")

    actors.wait_gone(owner)
    checks.silent(owner.stderr, "a process whose create failed, or its tracker,")


@requirement("shm.create.generates-a-name")
def test_create_generates_a_name(actors: Actors) -> None:
    """A block created without a name, or with None, gets one and exists under it."""
    owner = actors.start()

    def case(*name: None) -> None:
        block = owner.shared_memory(*name, create=True, size=16)
        checks.exists(actors, block.name, "after create without a name")

    checks.each({"without": case, "None": partial(case, None)})


@requirement("shm.create.generated-names-are-novel")
def test_generated_names_are_novel(actors: Actors) -> None:
    """Each block that is created without a name gets a name of its own."""
    owners = actors.start_all("first", "second")

    names = [
        owner.shared_memory(create=True, size=1).name
        for _ in range(16)
        for owner in owners
    ]

    segments = [checks.exists(actors, name) for name in names]
    # Where there is no inode, a name is all that a segment has.
    identities = {it.inode or it.name for it in segments}
    checks.same("the number of names", len(set(names)), len(names))
    checks.same("the number of segments", len(identities), len(names))


@requirement("shm.create.generated-name-is-drawn-again")
def test_a_generated_name_in_use_is_drawn_again(actors: Actors) -> None:
    """Where chance brings a name twice, the second block gets another one."""
    first, second = created_by_the_same_chance(actors.start(), 64)

    checks.that(first != second, f"both blocks are {first!r}", "two names")
    for name in (first, second):
        checks.exists(actors, name, "after both were created")


@requirement("shm.create.forks-generate-other-names")
def test_forks_generate_other_names(actors: Actors) -> None:
    """A forked child does not generate the names that its parent generates."""
    parent = actors.start("parent")
    child = parent.start_child("fork", "child")

    own, inherited = passing_names(parent), passing_names(child)

    common = sorted(own & inherited)
    checks.that(not common, f"both generated {common}", "names that differ")


def passing_names(actor: Actor) -> set[str]:
    """Names generated for blocks that are gone, so that any may come again."""
    names = set()
    for _ in range(4):
        block = actor.shared_memory(create=True, size=1)
        names.add(block.name)
        block.close()
        block.unlink()
    return names


@requirement("shm.create.generated-name-is-short")
def test_a_generated_name_is_short(actors: Actors) -> None:
    """A generated name has at most 14 characters, with the slash that POSIX wants."""
    block = actors.start().shared_memory(create=True, size=16)

    full = "/" + block.name.lstrip("/")

    checks.that(len(full) <= 14, f"{full!r} has {len(full)} characters", "at most 14")


@requirement("shm.create.generated-name-form")
def test_the_form_of_a_generated_name_is_recorded(actors: Actors) -> None:
    """What a generated name looks like is up to the implementation."""
    block = actors.start().shared_memory(create=True, size=16)

    prefix = re.match(r"[^\W\d]*_", block.name)

    form = f"{prefix[0] if prefix else ''}... ({len(block.name)} characters)"
    actors.trait("generated name", form)


@requirement("shm.create.arguments-have-an-order")
def test_arguments_have_an_order(actors: Actors) -> None:
    """SharedMemory takes name, create and size by position, in this order."""
    name = actors.name()

    actors.start().shared_memory(name, True, 16)

    size = checks.exists(actors, name, "after SharedMemory(name, True, 16)").size
    checks.that(size >= 16, f"the block has {size} bytes", "at least 16")


@requirement("shm.create.arguments-have-names")
def test_arguments_have_names(actors: Actors) -> None:
    """SharedMemory takes name, create and size by keyword."""
    name = actors.name()

    actors.start().shared_memory(size=16, create=True, name=name)

    size = checks.exists(actors, name, "after a call with keywords").size
    checks.that(size >= 16, f"the block has {size} bytes", "at least 16")


@requirement("shm.create.track-needs-its-keyword")
def test_track_needs_its_keyword(actors: Actors) -> None:
    """A fourth positional argument raises TypeError: track goes by keyword only."""
    owner = actors.start()

    with checks.raises("TypeError"):
        owner.shared_memory(actors.name(), True, 16, True)

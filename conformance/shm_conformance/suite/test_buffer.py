"""What buf, size and repr promise: the memory itself, as a memoryview."""

from __future__ import annotations

import random
from functools import partial

from shm_conformance import checks
from shm_conformance.actors import Actors
from shm_conformance.remotes import Block, Remote
from shm_conformance.suite import requirement

SHAPE: dict[str, object] = {
    "format": "B",
    "itemsize": 1,
    "ndim": 1,
    "strides": (1,),
    "c_contiguous": True,
}
PAGES = 256 * 1024 + 5


def both_sides(actors: Actors, size: int = 16) -> tuple[Block, Block]:
    """A block in the process that created it, and in another one."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=size)
    return block, other.shared_memory(block.name)


@requirement("shm.buf.is-a-memoryview")
def test_buf_is_a_memoryview(actors: Actors) -> None:
    """The attribute buf is a memoryview."""
    block = actors.start().shared_memory(create=True, size=16)

    kind = block.part("buf").apply("type")

    checks.same("the type of buf", kind, "memoryview")


@requirement("shm.buf.covers-the-block")
def test_buf_covers_the_block(actors: Actors) -> None:
    """The attribute buf has as many bytes as size says."""

    def case(block: Block) -> None:
        size = block.get("size")
        checks.same("buf.nbytes", block.part("buf").get("nbytes"), size)
        checks.same("len(buf)", block.part("buf").apply("len"), size)

    owner, other = both_sides(actors, 5000)
    checks.each({"creator": partial(case, owner), "attached": partial(case, other)})


@requirement("shm.buf.shows-bytes")
def test_buf_shows_bytes(actors: Actors) -> None:
    """The attribute buf shows single unsigned bytes, in one dimension, one after the other."""
    block = actors.start().shared_memory(create=True, size=16)

    buf = block.part("buf")

    seen = {name: buf.get(name) for name in SHAPE}
    checks.same("the shape of buf", seen, SHAPE)


@requirement("shm.buf.is-writable")
def test_buf_is_writable(actors: Actors) -> None:
    """The attribute buf is writable, for the creator and for all who attach."""
    blocks = both_sides(actors)

    seen = [block.part("buf").get("readonly") for block in blocks]

    checks.same("readonly of both", seen, [False, False])


@requirement("shm.buf.cannot-be-set")
def test_buf_cannot_be_set(actors: Actors) -> None:
    """To assign to buf raises AttributeError, and buf stays."""
    block = actors.start().shared_memory(create=True, size=16)
    block.write(0, b"kept")

    with checks.raises("AttributeError"):
        block.set("buf", b"else")

    checks.same("the content", block.read(0, 4), b"kept")


@requirement("shm.buf.assignments-are-shared")
def test_assignments_are_shared(actors: Actors) -> None:
    """What is assigned to an index or a slice of buf, another process reads."""
    block, attached = both_sides(actors)
    buf = block.part("buf")

    buf.apply("setitem", 0, 100)
    buf.apply("setitem", -1, 255)
    block.write(4, b"howdy")

    checks.same("buf[0] there", attached.part("buf").apply("getitem", 0), 100)
    # There may be more of the block there.
    last = block.get("size") - 1
    there = attached.part("buf").apply("getitem", last)
    checks.same(f"buf[{last}] there", there, 255)
    checks.same("buf[4:9] there", attached.read(4, 9), b"howdy")


@requirement("shm.buf.every-byte-is-shared")
def test_every_byte_is_shared(actors: Actors) -> None:
    """Every byte of a block of many pages reaches another process, in its place."""
    block, attached = both_sides(actors, PAGES)
    pattern = random.Random(PAGES).randbytes(PAGES)

    block.write(0, pattern)

    seen = attached.read(0, PAGES)
    wrong = [at for at in range(PAGES) if seen[at : at + 1] != pattern[at : at + 1]]
    checks.that(not wrong, f"{len(wrong)} bytes differ, from {wrong[:1]}", "the same")


def check_view(view: Remote, attached: Block, start: int) -> None:
    """Check both ways of a view of bytes that begins at *start*."""
    view.write(0, b"out")
    checks.same(
        "what was written through the view", attached.read(start, start + 3), b"out"
    )
    attached.write(start, b"in")
    checks.same("what the view shows", view.read(0, 2), b"in")


@requirement("shm.buf.slices-are-views")
def test_slices_are_views(actors: Actors) -> None:
    """A slice of buf is a view: writes into it reach the block, and the reverse."""
    block, attached = both_sides(actors)

    view = block.view("slice", 5, 10)

    check_view(view, attached, 5)
    checks.same("the bytes behind the slice", attached.read(10, 16), bytes(6))


@requirement("shm.buf.casts-are-views")
def test_casts_are_views(actors: Actors) -> None:
    """A cast of buf to another format is a view of the block."""
    block, attached = both_sides(actors)

    view = block.view("cast", "Q")
    view.apply("setitem", 1, 2**64 - 2)

    checks.same(
        "the other's cast", attached.view("cast", "Q").apply("getitem", 1), 2**64 - 2
    )


@requirement("shm.buf.takes-struct-and-ctypes")
def test_buf_takes_struct_and_ctypes(actors: Actors) -> None:
    """The modules struct and ctypes can work in the block through buf."""
    block, attached = both_sides(actors)

    block.pack("=hd", 1, -2, 0.5)
    checks.same("what struct unpacks", attached.unpack("=hd", 1), [-2, 0.5])

    block.view("ctypes", 16).apply("setitem", 12, b"c")
    checks.same("what ctypes wrote", attached.read(12, 13), b"c")


@requirement("shm.buf.ndarray-is-shared")
def test_an_ndarray_is_shared(actors: Actors) -> None:
    """A NumPy array on buf shows what another process writes through its own."""
    block, attached = both_sides(actors, 48)
    here = block.view("ndarray", [6], "int64")
    there = attached.view("ndarray", [6], "int64")

    there.apply("setitem", -1, 888)

    checks.same("the array here", here.call("tolist"), [0, 0, 0, 0, 0, 888])


@requirement("shm.buf.length-is-fixed")
def test_the_length_is_fixed(actors: Actors) -> None:
    """A slice takes only as many bytes as it has; the block stays as it was."""
    block = actors.start().shared_memory(create=True, size=16)
    size = block.get("size")

    with checks.raises("ValueError"):
        block.write(size - 2, b"long")

    checks.same("the last two bytes", block.read(size - 2), b"\0\0")


@requirement("shm.buf.ends-with-the-block")
def test_buf_ends_with_the_block(actors: Actors) -> None:
    """An index beyond the last byte raises IndexError."""
    block = actors.start().shared_memory(create=True, size=16)
    size, buf = block.get("size"), block.part("buf")

    def case(index: int) -> None:
        with checks.raises("IndexError"):
            buf.apply("getitem", index)
        with checks.raises("IndexError"):
            buf.apply("setitem", index, 1)

    checks.each({"end": partial(case, size), "start": partial(case, -size - 1)})


@requirement("shm.size.is-an-integer")
def test_size_is_an_integer(actors: Actors) -> None:
    """The attribute size is an int."""
    block = actors.start().shared_memory(create=True, size=16)

    size = block.get("size")

    checks.that(type(size) is int, f"size is {size!r}", "an int")


@requirement("shm.size.is-read-only")
def test_size_is_read_only(actors: Actors) -> None:
    """To assign to size raises AttributeError, and size stays."""
    block = actors.start().shared_memory(create=True, size=16)
    before = block.get("size")

    with checks.raises("AttributeError"):
        block.set("size", 8)

    checks.same("size", block.get("size"), before)


@requirement("shm.repr.shows-name-and-size")
def test_repr_shows_name_and_size(actors: Actors) -> None:
    """The repr of a handle contains its name and its size."""
    block = actors.start().shared_memory(create=True, size=12345)
    size = str(block.get("size"))

    text = block.apply("repr")

    checks.that(block.name in text, f"the repr is {text!r}", "the name in it")
    checks.that(size in text, f"the repr is {text!r}", f"{size} in it")

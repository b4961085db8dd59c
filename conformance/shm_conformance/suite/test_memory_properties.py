"""What a SharedMemory promises for every name, size and write: generated ones."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import strategies as st

from shm_conformance import checks, strategies
from shm_conformance.actors import Actors
from shm_conformance.errors import TargetError
from shm_conformance.remotes import Block
from shm_conformance.suite import requirement
from shm_conformance.suite.lending import lent

SIZE = 300
WRITES = strategies.writes(SIZE)


@requirement("shm.any-name.is-found")
def test_a_block_is_found_under_any_name(actors: Actors) -> None:
    """Whatever name was taken, a second process attaches by it, and unlink frees it."""

    def check(part: str) -> None:
        owner, other = actors.living("owner"), actors.living("other")
        name = actors.name(part)
        try:
            block = owner.shared_memory(name, create=True, size=16)
        except TargetError:
            return
        with lent(block):
            block.write(0, b"here")
            attached = other.shared_memory(name)
            checks.same("what is read by the name", attached.read(0, 4), b"here")
            attached.close()
            block.unlink()
            with checks.raises("FileNotFoundError"):
                other.shared_memory(name)

    actors.explore(check, part=strategies.names())


@requirement("shm.any-name.refused-leaves-nothing")
def test_a_refused_name_leaves_nothing(actors: Actors) -> None:
    """No part of a refused name is the name of a block."""

    def check(part: str) -> None:
        name, owner = actors.name(part), actors.living("owner")
        stem = name.removesuffix(part) if part else name
        try:
            block = owner.shared_memory(name, create=True, size=16)
        except TargetError:
            left = actors.named_like(os.fsdecode(stem.encode()))
            checks.that(not left, f"{left} exist", "nothing left of a refused name")
            return
        with lent(block):
            pass

    actors.explore(check, part=strategies.names())


@requirement("shm.any-size.is-at-least-as-asked")
def test_a_block_of_any_size(actors: Actors) -> None:
    """The size, the buffer and the segment have room for what was asked, zero-filled."""

    def check(size: int) -> None:
        with lent(actors.living("owner").shared_memory(create=True, size=size)) as it:
            segment = checks.exists(actors, it.name)
            length = len(it.read())
            seen = {"size": it.get("size"), "buf": length, "segment": segment.size}
            claim = all(type(n) is int and n >= size for n in seen.values())
            checks.that(claim, f"{seen}", f"each at least {size}")
            checks.that(not any(it.read()), "not all bytes are zero", "zeros")

    actors.explore(check, size=strategies.sizes())


@requirement("shm.any-size.is-refused")
def test_any_wrong_size_is_refused(actors: Actors) -> None:
    """Zero, a negative number, a number beyond all memory and other types."""

    def check(size: Any) -> None:
        name = actors.name()
        with checks.raises("Exception"):
            actors.living("owner").shared_memory(name, create=True, size=size)

    actors.explore(check, 0.5, size=strategies.refused_sizes())


@requirement("shm.any-write.is-read-elsewhere")
def test_any_writes_are_read_elsewhere(actors: Actors) -> None:
    """Both processes hold what a bytearray would, after writes of either of them."""

    def check(writes: list[tuple[int, bytes]], mine: list[bool]) -> None:
        owner, other = actors.living("owner"), actors.living("other")
        due = bytearray(SIZE)
        with lent(owner.shared_memory(create=True, size=SIZE)) as near:
            far = other.shared_memory(near.name)
            for (start, data), is_mine in zip(writes, mine, strict=False):
                (near if is_mine else far).write(start, data)
                due[start : start + len(data)] = data
            for block in (near, far):
                checks.same("the content", block.read(0, SIZE), bytes(due))
            far.close()

    mine = st.lists(st.booleans(), min_size=8, max_size=8)
    actors.explore(check, writes=WRITES, mine=mine)


@requirement("shm.any-handles.share")
def test_any_number_of_handles(actors: Actors) -> None:
    """Those that are left open read and write on, while others are closed."""

    def check(order: list[int], last: int) -> None:
        owner = actors.living("owner")
        with lent(owner.shared_memory(create=True, size=16)) as first:
            handles = [first, *(owner.shared_memory(first.name) for _ in order)]
            last %= len(handles)
            kept = handles.pop(last)
            for turn, place in enumerate(order):
                handles.pop(place % len(handles)).close()
                kept.write(0, bytes([turn]))
                for handle in [kept, *handles]:
                    checks.same("byte 0", handle.read(0, 1), bytes([turn]))
            kept.close()

    order = st.lists(st.integers(0, 6), min_size=1, max_size=6)
    actors.explore(check, 0.5, order=order, last=st.integers(0, 6))


@requirement("shm.any-view.works-or-is-dead")
def test_any_views_work_or_are_dead(actors: Actors) -> None:
    """Each view in turn, with those after it, is there while close() is called."""

    def check(bounds: list[tuple[int, int]], data: bytes) -> None:
        owner = actors.living("owner")
        with lent(owner.shared_memory(create=True, size=SIZE)) as block:
            views = [block.view("slice", start, start + n) for start, n in bounds]
            for view in views:
                if not is_refused(block):
                    dead = [it.is_dead() for it in views]
                    checks.same("which views are dead", dead, [True] * len(views))
                    return
                block.write(0, data)
                view.read()
                checks.same("the content", block.read(0, len(data)), data)
                view.call("release")
            block.close()

    def is_refused(block: Block) -> bool:
        try:
            block.close()
        except TargetError as error:
            checks.same("the error", error.failure.type, "BufferError")
            return True
        return False

    bounds = st.lists(
        st.tuples(st.integers(0, SIZE - 1), st.integers(1, 50)), min_size=1, max_size=4
    )
    actors.explore(check, 0.5, bounds=bounds, data=st.binary(min_size=1, max_size=9))

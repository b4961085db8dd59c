"""Wrong ways of creating a block."""

from __future__ import annotations

import os
import random
import sys
from typing import Any

from . import fails
from ._init import after_failure, after_init, around_init, before_init


@fails("shm.create.makes-a-block")
def create_frees_the_name(copy: Any) -> None:
    def forget(handle: Any, name: Any, create: Any) -> None:
        if create:
            handle.unlink()

    after_init(copy, forget)


@fails("shm.create.is-large-enough")
def create_rounds_the_size_down(copy: Any) -> None:
    def down(name: Any, create: Any, size: Any) -> Any:
        is_more = create and type(size) is int and 4096 < size < 2**20
        return name, create, size // 4096 * 4096 if is_more else size

    before_init(copy, down)


@fails("shm.create.is-zero-filled")
def create_leaves_rubbish(copy: Any) -> None:
    def scribble(handle: Any, name: Any, create: Any) -> None:
        if create:
            handle.buf[-1] = 255

    after_init(copy, scribble)


@fails("shm.create.is-for-its-user-alone")
def create_is_open_to_all(copy: Any) -> None:
    copy.shared_memory.SharedMemory._mode = 0o644


@fails("shm.create.blocks-are-separate")
def blocks_of_a_process_share_memory(copy: Any) -> None:
    memory = memoryview(bytearray(1 << 20))
    kind = copy.shared_memory.SharedMemory
    kind.buf = property(lambda self: memory[: self.size])


@fails("shm.create.taken-name-is-refused", "mix.block.taken-name-is-refused")
def taken_name_is_attached(copy: Any) -> None:
    def fall_back(init: Any, name: Any, create: Any, size: Any) -> None:
        if create and name is not None:
            attach_if_taken(init, name, size)
        else:
            init(name, create, size)

    around_init(copy, fall_back)


def attach_if_taken(init: Any, name: Any, size: Any) -> None:
    """Attach where the name exists, create where it does not."""
    try:
        init(name, False, 0)
    except FileNotFoundError:
        init(name, True, size)


@fails("shm.create.refusal-spares-the-block", "mix.block.taken-name-is-refused")
def refused_create_wipes_the_block(copy: Any) -> None:
    def wipe(error: Exception, name: Any, create: Any) -> None:
        if isinstance(error, FileExistsError):
            other = copy.shared_memory.SharedMemory(name)
            other.buf[:] = bytes(other.size)
            other.close()

    after_failure(copy, wipe)


@fails("shm.create.refusal-has-no-aftermath")
def refused_create_is_tracked(copy: Any) -> None:
    from multiprocessing import resource_tracker

    def track(error: Exception, name: Any, create: Any) -> None:
        if isinstance(error, FileExistsError):
            resource_tracker.register("/" + name, "shared_memory")

    after_failure(copy, track)


@fails("shm.create.needs-a-positive-size")
def size_zero_means_a_page(copy: Any) -> None:
    def page(name: Any, create: Any, size: Any) -> Any:
        return name, create, 4096 if create and size == 0 else size

    before_init(copy, page)


@fails("shm.create.negative-size-is-refused")
def negative_size_loses_its_sign(copy: Any) -> None:
    def positive(name: Any, create: Any, size: Any) -> Any:
        return name, create, abs(size) if type(size) is int else size

    before_init(copy, positive)


@fails("shm.create.size-is-an-integer")
def size_is_converted(copy: Any) -> None:
    def convert(name: Any, create: Any, size: Any) -> Any:
        return name, create, int(size) if isinstance(size, (str, bytes)) else size

    before_init(copy, convert)


def leave_behind(copy: Any, *errors: Any) -> None:
    """Leave a block where the constructor fails with one of these errors."""

    def leave(error: Exception, name: Any, create: Any) -> None:
        if create and name and type(error) in errors:
            copy.shared_memory.SharedMemory(name, True, 1).close()

    after_failure(copy, leave)


@fails("shm.create.wrong-size-leaves-nothing")
def wrong_size_is_noticed_late(copy: Any) -> None:
    leave_behind(copy, TypeError)


@fails("shm.create.failure-leaves-nothing")
def failed_create_leaves_its_block(copy: Any) -> None:
    leave_behind(copy, OSError, OverflowError)


@fails("shm.create.impossible-size-is-an-error")
def impossible_size_is_cut(copy: Any) -> None:
    def cut(name: Any, create: Any, size: Any) -> Any:
        is_huge = create and type(size) is int and size > sys.maxsize
        return name, create, 4096 if is_huge else size

    before_init(copy, cut)


@fails("shm.create.failure-is-quiet")
def failed_create_confuses_the_tracker(copy: Any) -> None:
    from multiprocessing import resource_tracker

    def untrack(error: Exception, name: Any, create: Any) -> None:
        if create and isinstance(error, (OSError, OverflowError)):
            resource_tracker.unregister("/" + name, "shared_memory")

    after_failure(copy, untrack)


@fails("shm.create.generates-a-name")
def none_is_taken_for_a_name(copy: Any) -> None:
    def spell(init: Any, name: Any, create: Any, size: Any) -> None:
        if create and name is None:
            raise TypeError("a name was expected")
        init(name, create, size)

    around_init(copy, spell)


@fails("shm.create.generated-names-are-novel")
def generated_name_may_be_taken(copy: Any) -> None:
    def reuse(init: Any, name: Any, create: Any, size: Any) -> None:
        if create and name is None:
            attach_if_taken(init, f"psm_{os.getpid()}", size)
        else:
            init(name, create, size)

    around_init(copy, reuse)


@fails("shm.create.generated-name-is-drawn-again")
def generated_name_is_drawn_once(copy: Any) -> None:
    def draw(init: Any, name: Any, create: Any, size: Any) -> None:
        if create and name is None:
            name = copy._names.generate().lstrip("/")
        init(name, create, size)

    around_init(copy, draw)


@fails("shm.create.forks-generate-other-names")
def generator_is_inherited_by_forks(copy: Any) -> None:
    state = random.Random(os.urandom(8))
    copy.shared_memory._make_filename = lambda: f"/psm_{state.getrandbits(32):08x}"


@fails("shm.create.generated-name-is-short")
def generated_name_is_long(copy: Any) -> None:
    copy.shared_memory._make_filename = lambda: "/psm_" + os.urandom(16).hex()


@fails("shm.create.arguments-have-an-order")
def size_comes_second(copy: Any) -> None:
    kind = copy.shared_memory.SharedMemory
    init = kind.__init__

    def swapped(
        self: Any, name: Any = None, size: Any = 0, create: Any = False, **options: Any
    ) -> None:
        init(self, name, create, size, **options)

    kind.__init__ = swapped


@fails("shm.create.arguments-have-names")
def name_has_another_keyword(copy: Any) -> None:
    kind = copy.shared_memory.SharedMemory
    init = kind.__init__

    def renamed(
        self: Any, key: Any = None, create: Any = False, size: Any = 0, **options: Any
    ) -> None:
        init(self, key, create, size, **options)

    kind.__init__ = renamed


@fails("shm.create.track-needs-its-keyword")
def track_goes_by_position(copy: Any) -> None:
    kind = copy.shared_memory.SharedMemory
    init = kind.__init__

    def positional(
        self: Any,
        name: Any = None,
        create: Any = False,
        size: Any = 0,
        track: Any = True,
    ) -> None:
        init(self, name, create, size, track=track)

    kind.__init__ = positional

"""Wrong ways of attaching."""

from __future__ import annotations

import os
from typing import Any

from . import fails
from ._init import after_failure, after_init, around_init, before_init


@fails("shm.attach.is-the-default")
def attach_has_to_be_asked_for(copy: Any) -> None:
    kind = copy.shared_memory.SharedMemory
    init = kind.__init__

    def asked(
        self: Any, name: Any = None, create: Any = True, size: Any = 16, **options: Any
    ) -> None:
        init(self, name, create, size, **options)

    kind.__init__ = asked


@fails("shm.attach.sees-what-was-written")
def attach_takes_a_snapshot(copy: Any) -> None:
    kind = copy.shared_memory.SharedMemory
    shared = kind.buf

    def snapshot(handle: Any, name: Any, create: Any) -> None:
        if not create:
            handle._seen = bytearray(handle.buf)

    def buf(self: Any) -> Any:
        return memoryview(self._seen) if hasattr(self, "_seen") else shared.fget(self)

    kind.buf = property(buf)
    after_init(copy, snapshot)


@fails("shm.attach.writes-reach-the-creator", "shm.buf.ndarray-is-shared")
def attach_copies_on_write(copy: Any) -> None:
    import mmap

    def private(handle: Any, name: Any, create: Any) -> None:
        if not create:
            memory = mmap.mmap(handle._fd, handle.size, access=mmap.ACCESS_COPY)
            handle._mmap, handle._buf = memory, memoryview(memory)

    after_init(copy, private)


@fails("shm.attach.shares-within-a-process")
def second_handle_has_its_own_memory(copy: Any) -> None:
    import weakref

    kind = copy.shared_memory.SharedMemory
    shared = kind.buf
    first: Any = weakref.WeakValueDictionary()

    def note(handle: Any, name: Any, create: Any) -> None:
        if first.setdefault(handle.name, handle) is not handle:
            handle._own = bytearray(handle.size)

    def buf(self: Any) -> Any:
        return memoryview(self._own) if hasattr(self, "_own") else shared.fget(self)

    kind.buf = property(buf)
    after_init(copy, note)


@fails("shm.attach.leaves-the-block-as-it-is")
def attach_clears_the_last_byte(copy: Any) -> None:
    def clear(handle: Any, name: Any, create: Any) -> None:
        if not create:
            handle.buf[-1] = 0

    after_init(copy, clear)


@fails("shm.attach.missing-block-is-an-error", "shm.attach.missing-block-is-not-made")
def attach_creates_what_is_missing(copy: Any) -> None:
    def make(init: Any, name: Any, create: Any, size: Any) -> None:
        try:
            init(name, create, size)
        except FileNotFoundError:
            init(name, True, size or 1)

    around_init(copy, make)


@fails("shm.attach.missing-block-is-an-error")
def missing_block_is_a_plain_error(copy: Any) -> None:
    def plain(error: Exception, name: Any, create: Any) -> None:
        if isinstance(error, FileNotFoundError):
            raise KeyError(name) from error

    after_failure(copy, plain)


@fails("shm.attach.missing-block-is-not-made")
def failed_attach_makes_a_block(copy: Any) -> None:
    def make(error: Exception, name: Any, create: Any) -> None:
        if isinstance(error, FileNotFoundError):
            copy.shared_memory.SharedMemory(name, True, 1).close()

    after_failure(copy, make)


@fails("shm.attach.missing-block-has-its-errno")
def missing_block_has_no_errno(copy: Any) -> None:
    def bare(error: Exception, name: Any, create: Any) -> None:
        if isinstance(error, FileNotFoundError):
            raise FileNotFoundError(name) from error

    after_failure(copy, bare)


@fails("shm.attach.needs-a-name")
def attach_without_a_name_creates(copy: Any) -> None:
    def create_it(name: Any, create: Any, size: Any) -> Any:
        return name, create or name is None, size or int(not create)

    before_init(copy, create_it)


@fails("shm.attach.ignores-size")
def attach_shows_the_size_given(copy: Any) -> None:
    def shown(handle: Any, size: int) -> None:
        handle._buf, handle._size = handle._buf[:size], size

    around_handles(copy, shown)


@fails("shm.attach.size-never-resizes")
def attach_resizes_the_block(copy: Any) -> None:
    around_handles(copy, lambda handle, size: os.ftruncate(handle._fd, size))


def around_handles(copy: Any, act: Any) -> None:
    """Have `act(handle, size)` done where a small size is given to attach with."""
    kind = copy.shared_memory.SharedMemory
    init = kind.__init__

    def attached(
        self: Any, name: Any = None, create: Any = False, size: Any = 0, **options: Any
    ) -> None:
        init(self, name, create, size, **options)
        if not create and 0 < size < self.size:
            act(self, size)

    kind.__init__ = attached


@fails("shm.attach.has-the-size-of-the-block")
def attach_rounds_the_size_up(copy: Any) -> None:
    def page(handle: Any, name: Any, create: Any) -> None:
        if not create:
            handle._size = -(-handle._size // 4096) * 4096

    after_init(copy, page)


@fails("shm.attach.failure-spares-the-block")
def failed_attach_unlinks(copy: Any) -> None:
    def unlink(error: Exception, name: Any, create: Any) -> None:
        if not create and not isinstance(error, FileNotFoundError):
            os.unlink("/dev/shm/" + name)  # noqa: PTH108

    after_failure(copy, unlink)


@fails("shm.attach.failure-keeps-nothing-open")
def failed_attach_leaks_a_descriptor(copy: Any) -> None:
    def leak(error: Exception, name: Any, create: Any) -> None:
        if not create and not isinstance(error, FileNotFoundError):
            os.open("/dev/shm/" + name, os.O_RDWR)

    after_failure(copy, leak)


@fails("shm.attach.failure-is-quiet")
def failed_attach_confuses_the_tracker(copy: Any) -> None:
    from multiprocessing import resource_tracker

    def untrack(error: Exception, name: Any, create: Any) -> None:
        if not create and isinstance(error, OSError):
            resource_tracker.unregister("/" + name, "shared_memory")

    after_failure(copy, untrack)

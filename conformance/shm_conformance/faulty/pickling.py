"""Wrong ways of pickling a handle."""

from __future__ import annotations

import atexit
import multiprocessing
import pickle
from typing import Any, Callable

from . import fails

Reduce = Callable[[Any], Any]
Attached = Callable[[Any], None]


def replace_reduce(copy: Any, make: Callable[[Reduce], Reduce]) -> None:
    """Put in place of __reduce__ what *make* makes of it."""
    handle = copy.shared_memory.SharedMemory
    handle.__reduce__ = make(handle.__reduce__)


def replace_attach(copy: Any, change: Attached) -> None:
    """Do something to each handle that comes out of a pickle."""
    handle = copy.shared_memory.SharedMemory
    handle.__setstate__ = lambda self, state: change(self)
    replace_reduce(copy, lambda reduce: lambda self: (*reduce(self), True))


@fails("shm.pickle.every-protocol")
def oldest_protocols_are_refused(copy: Any) -> None:
    handle = copy.shared_memory.SharedMemory
    reduce = handle.__reduce__

    def refuse(self: Any, protocol: int) -> Any:
        if protocol < 2:
            raise pickle.PicklingError(f"protocol {protocol} is too old")
        return reduce(self)

    handle.__reduce_ex__ = refuse


@fails("shm.pickle.is-shared-across-processes", "shm.pickle.passed-to-a-child")
def other_processes_get_private_memory(copy: Any) -> None:
    process = str(id(copy)) + multiprocessing.current_process().name
    handle = copy.shared_memory.SharedMemory

    def part(self: Any, origin: str) -> None:
        if origin != process:
            self._buf = memoryview(bytearray(self._buf))

    handle.__setstate__ = part
    replace_reduce(copy, lambda reduce: lambda self: (*reduce(self), process))


@fails("shm.pickle.keeps-name-and-size")
def copy_has_the_name_of_the_system(copy: Any) -> None:
    def rename(self: Any) -> None:
        self._alias = self._name

    replace_attach(copy, rename)


@fails("shm.pickle.dead-block-is-an-error")
def dead_block_comes_to_life(copy: Any) -> None:
    handle = copy.shared_memory.SharedMemory

    def revive(name: str, size: int) -> Any:
        try:
            return handle(name)
        except FileNotFoundError:
            return handle(name, create=True, size=size)

    copy.shared_memory.revive = revive
    revive.__module__ = copy.shared_memory.__name__
    revive.__qualname__ = "revive"
    replace_reduce(copy, lambda _: lambda self: (revive, (self.name, self.size)))


@fails("shm.pickle.takes-no-content-along")
def pickle_takes_the_content_along(copy: Any) -> None:
    handle = copy.shared_memory.SharedMemory
    handle.__setstate__ = lambda self, content: None
    replace_reduce(
        copy,
        lambda reduce: (
            lambda self: (*reduce(self), self._buf and bytes(self._buf) or b"-")
        ),
    )


@fails("shm.pickle.leaves-the-block")
def copy_ends_with_the_block(copy: Any) -> None:
    handle = copy.shared_memory.SharedMemory
    finish = handle.__del__

    def remove(self: Any) -> None:
        if getattr(self, "is_copy", False):
            self.unlink()
        finish(self)

    handle.__del__ = remove
    replace_attach(copy, lambda self: setattr(self, "is_copy", True))


@fails("shm.pickle.copy-closes-alone")
def copy_shares_its_end(copy: Any) -> None:
    handle = copy.shared_memory.SharedMemory
    originals: Any = {}
    close = handle.close

    def close_both(self: Any) -> None:
        close(self)
        if getattr(self, "is_copy", False) and self.name in originals:
            close(originals[self.name])

    def make(reduce: Reduce) -> Reduce:
        def remember(self: Any) -> Any:
            originals[self.name] = self
            return (*reduce(self), True)

        return remember

    handle.close = close_both
    handle.__setstate__ = lambda self, state: setattr(self, "is_copy", True)
    replace_reduce(copy, make)


@fails("shm.pickle.closed-handle")
def closed_handle_is_refused(copy: Any) -> None:
    def make(reduce: Reduce) -> Reduce:
        def refuse(self: Any) -> Any:
            if self._buf is None:
                raise pickle.PicklingError("the handle is closed")
            return reduce(self)

        return refuse

    replace_reduce(copy, make)


@fails("shm.pickle.passed-to-a-child")
def children_cannot_have_it(copy: Any) -> None:
    def make(reduce: Reduce) -> Reduce:
        def refuse(self: Any) -> Any:
            if multiprocessing.context.get_spawning_popen() is not None:
                raise pickle.PicklingError("not for children")
            return reduce(self)

        return refuse

    replace_reduce(copy, make)


@fails("shm.pickle.child-leaves-the-block")
def copy_ends_with_its_process(copy: Any) -> None:
    def unlink_last(self: Any) -> None:
        atexit.register(self.unlink)

    replace_attach(copy, unlink_last)


@fails("shm.pickle.untracked-stays-untracked")
def copy_is_tracked(copy: Any) -> None:
    def make(reduce: Reduce) -> Reduce:
        return lambda self: (self.__class__, (self.name, False, self.size))

    replace_reduce(copy, make)

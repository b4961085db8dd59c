"""Wrong ways of SharedMemoryManager, and of the server behind it."""

from __future__ import annotations

import threading
from typing import Any

from . import fails

INITIAL, STARTED, SHUTDOWN = range(3)


def wrap(copy: Any, name: str, wrong: Any) -> None:
    """Replace a method of the manager by *wrong(self, right, *arguments)*."""
    manager = copy.managers.SharedMemoryManager
    right = getattr(manager, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return wrong(self, lambda *new: right(self, *(new or args), **kwargs), *args)

    setattr(manager, name, method)


def wrap_shutdown(copy: Any, wrong: Any) -> None:
    """Replace what start() leaves as `shutdown` by *wrong(self, right)*."""

    def start(self: Any, right: Any, *args: Any) -> None:
        right()
        finish = self.shutdown
        self.shutdown = lambda: wrong(self, finish)

    wrap(copy, "start", start)


def _release_all(self: Any) -> None:
    for name in self._ask("list_segments"):
        self._ask("release_segment", name)


def make_another(copy: Any, name: str, attributes: Any) -> None:
    """Have a manager return a subclass with these attributes."""

    def make(self: Any, right: Any, *args: Any) -> Any:
        block = right()
        block.__class__ = type(name, (block.__class__,), attributes)
        return block

    wrap(copy, name, make)


# -- what a manager is, and what it makes --------------------------------------------


@fails("manager.class.is-a-base-manager")
def manager_only_has_a_base_manager(copy: Any) -> None:
    right = copy.managers.SharedMemoryManager

    class SharedMemoryManager:
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            self.manager = right(*args, **kwargs)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.manager, name)

    copy.managers.SharedMemoryManager = SharedMemoryManager


@fails("manager.start.begins-a-process")
def start_begins_a_thread(copy: Any) -> None:
    def start(self: Any, right: Any) -> None:
        server = self.get_server()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self._address, self._state.value = server.address, STARTED
        self.shutdown = server._release_all

    wrap(copy, "start", start)


def _local_in_state(copy: Any, state: int) -> None:
    def make(self: Any, right: Any, size: int) -> Any:
        if self._state.value == state:
            return copy.shared_memory.SharedMemory(create=True, size=size)
        return right()

    wrap(copy, "SharedMemory", make)


@fails("manager.before-start.is-refused")
def blocks_before_start_are_local(copy: Any) -> None:
    _local_in_state(copy, INITIAL)


@fails("manager.after-shutdown.is-refused")
def blocks_after_shutdown_are_local(copy: Any) -> None:
    _local_in_state(copy, SHUTDOWN)


@fails("manager.memory.has-the-size")
def half_the_size_is_enough(copy: Any) -> None:
    wrap(copy, "SharedMemory", lambda self, right, size: right((size + 1) // 2))


@fails("manager.blocks.are-of-the-classes")
def list_is_wrapped(copy: Any) -> None:
    class Wrapped:
        def __init__(self, items: Any) -> None:
            self.items = items

        def __getattr__(self, name: str) -> Any:
            return getattr(self.items, name)

        def __len__(self) -> int:
            return len(self.items)

        def __getitem__(self, position: int) -> Any:
            return self.items[position]

    wrap(copy, "ShareableList", lambda self, right, values: Wrapped(right()))


@fails("manager.list.has-the-values")
def list_is_in_reverse(copy: Any) -> None:
    wrap(copy, "ShareableList", lambda self, right, values: right([*values][::-1]))


@fails("manager.bad-size.is-refused")
def bad_size_is_one(copy: Any) -> None:
    wrap(copy, "SharedMemory", lambda self, right, size: right(max(1, size)))


# -- the life of its blocks ----------------------------------------------------------


@fails("manager.dropped-handle.keeps-the-block")
def close_unlinks(copy: Any) -> None:
    right = copy.shared_memory.SharedMemory.close

    def close(self: Any) -> None:
        if self.buf is not None:
            self.unlink()
        right(self)

    make_another(copy, "SharedMemory", {"close": close})


@fails("manager.shutdown.unlinks-every-block")
def shutdown_unlinks_one_block(copy: Any) -> None:
    def shutdown(self: Any, right: Any) -> None:
        self._ask("release_segment", self._ask("list_segments")[0])
        self._process.kill()
        self._process.join()

    wrap_shutdown(copy, shutdown)


@fails("manager.shutdown.ends-the-process")
def shutdown_only_unlinks(copy: Any) -> None:
    wrap_shutdown(copy, lambda self, right: _release_all(self))


@fails("manager.shutdown.twice-is-harmless")
def second_shutdown_raises(copy: Any) -> None:
    def shutdown(self: Any, right: Any) -> None:
        if self._state.value == SHUTDOWN:
            raise ValueError("it was shut down")
        right()

    wrap_shutdown(copy, shutdown)


@fails("manager.shutdown.passes-over-unlinked-blocks")
def shutdown_stops_at_an_unlinked_block(copy: Any) -> None:
    def shutdown(self: Any, right: Any) -> None:
        try:
            for name in self._ask("list_segments"):
                copy.shared_memory.SharedMemory(name, track=False).unlink()
        except FileNotFoundError:
            self._process.kill()
            self._process.join()
        right()

    wrap_shutdown(copy, shutdown)


@fails("manager.shutdown.leaves-mappings")
def shutdown_wipes(copy: Any) -> None:
    def shutdown(self: Any, right: Any) -> None:
        for name in self._ask("list_segments"):
            block = copy.shared_memory.SharedMemory(name, track=False)
            block.buf[:] = bytes(block.size)
        right()

    wrap_shutdown(copy, shutdown)


@fails("manager.two.are-independent")
def shutdown_is_for_all_managers(copy: Any) -> None:
    started = []

    def start(self: Any, right: Any) -> None:
        right()
        started.append(self.shutdown)
        self.shutdown = lambda: [finish() for finish in started] and None

    wrap(copy, "start", start)


@fails("manager.with.releases-every-block", "manager.with.releases-after-an-error")
def with_does_not_shut_down(copy: Any) -> None:
    wrap(copy, "__exit__", lambda self, right, *error: None)


@fails("manager.with.releases-after-an-error")
def with_does_not_shut_down_after_an_error(copy: Any) -> None:
    wrap(copy, "__exit__", lambda self, right, *error: error[0] or right())

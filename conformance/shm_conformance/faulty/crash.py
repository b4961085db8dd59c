"""Wrong ways that show only when a process is killed in the middle."""

from __future__ import annotations

import atexit
import multiprocessing
import os
from pathlib import Path
from typing import Any, Callable

from . import fails
from ._init import after_init, around_init
from .close import replace_close
from .tracking import _method, _role


def hide_for_a_moment(name: str) -> None:
    """Give a block another name, and its own back."""
    place = Path("/dev/shm", name.lstrip("/"))
    hidden = place.rename(f"{place}_hidden")
    hidden.rename(place)


def silence(copy: Any, is_meant: Callable[[Any], bool]) -> None:
    """Create first what is meant, and tell the tracker of it then."""
    right = copy._block.create

    def create(request: Any) -> Any:
        if request.flags & os.O_EXCL and is_meant(request):
            return copy._block._create_now(request, request.is_tracked)
        return right(request)

    copy._block.create = create


@fails("crash.create.leaves-nothing")
def creation_is_announced_by_nobody(copy: Any) -> None:
    silence(copy, lambda request: True)


@fails("crash.first-create.leaves-nothing")
def first_creation_is_announced_by_nobody(copy: Any) -> None:
    silence(copy, lambda request: not copy._tracker._is_started())


@fails("crash.generated.leaves-nothing")
def a_novel_name_is_announced_by_nobody(copy: Any) -> None:
    silence(copy, lambda request: "psm_" in request.name)


@fails("crash.reuse.leaves-nothing")
def a_name_is_announced_once(copy: Any) -> None:
    known = []

    def is_known(request: Any) -> bool:
        known.append(request.name)
        return known.count(request.name) > 1

    silence(copy, is_known)


@fails("crash.hand-over.leaves-nothing")
def creation_by_a_child_is_announced_by_nobody(copy: Any) -> None:
    silence(copy, lambda request: multiprocessing.parent_process() is not None)


@fails("crash.list-create.leaves-nothing")
def creation_of_a_list_is_announced_by_nobody(copy: Any) -> None:
    create, lists = copy.shared_memory.ShareableList._create, []

    def noted(self: Any, values: Any, new_block: Any) -> None:
        lists.append(self)
        try:
            create(self, values, new_block)
        finally:
            lists.pop()

    copy.shared_memory.ShareableList._create = noted
    silence(copy, lambda request: bool(lists))


@fails("crash.manager-list.is-cleaned-up-after")
def creation_by_a_manager_is_announced_by_nobody(copy: Any) -> None:
    silence(copy, lambda request: "Manager" in multiprocessing.current_process().name)


@fails("crash.manager.is-cleaned-up-after")
def a_manager_forgets_its_blocks_first(copy: Any) -> None:
    server = copy.managers.SharedMemoryServer
    right = server.shutdown

    def shutdown(self: Any, c: Any) -> None:
        for name in self.list_segments(None):
            copy._tracker.unregister("/" + name)
        right(self, c)

    server.shutdown = shutdown


@fails("crash.exit.leaves-nothing")
def a_process_tells_its_tracker_that_it_ends(copy: Any) -> None:
    def promise(handle: Any, name: Any, create: bool) -> None:
        if create:
            atexit.register(copy.shared_memory.SharedMemory.unlink, handle)
            atexit.register(copy._tracker.unregister, handle._name)

    after_init(copy, promise)


@fails("crash.create.is-quiet")
def creation_takes_back_what_it_never_said(copy: Any) -> None:
    right = copy._block._announced

    def announced(request: Any) -> Any:
        copy._tracker.unregister(request.name + "_draft")
        return right(request)

    copy._block._announced = announced


def hide_attached(copy: Any, is_meant: Callable[[Any], bool]) -> None:
    """Have an attach hide the block for a moment, if *is_meant(handle)*."""

    def hide(handle: Any, name: Any, create: bool) -> None:
        if not create and is_meant(handle):
            hide_for_a_moment(name)

    after_init(copy, hide)


@fails("crash.attach.spares-the-owner", "crash.unpickle.spares-the-owner")
def attaching_hides_the_block_for_a_moment(copy: Any) -> None:
    hide_attached(copy, lambda handle: True)


def is_sibling(handle: Any, method: str) -> bool:
    """Whether one of two children, started by this method, has the other's block."""
    return _method() == method and _role(handle.name, False) == "sibling"


@fails("crash.fork-siblings.spares-the-owner")
def forked_siblings_hide_the_block_for_a_moment(copy: Any) -> None:
    hide_attached(copy, lambda handle: is_sibling(handle, "fork"))


@fails("crash.spawn-siblings.spares-the-owner")
def spawned_siblings_hide_the_block_for_a_moment(copy: Any) -> None:
    hide_attached(copy, lambda handle: is_sibling(handle, "spawn"))


@fails("crash.forkserver-siblings.spares-the-owner")
def siblings_of_a_server_hide_the_block_for_a_moment(copy: Any) -> None:
    hide_attached(copy, lambda handle: is_sibling(handle, "forkserver"))


@fails("crash.untracked.spares-the-owner")
def untracked_attaching_hides_the_block_for_a_moment(copy: Any) -> None:
    hide_attached(copy, lambda handle: not handle._track)


@fails("crash.list-attach.spares-the-owner")
def attaching_to_a_list_hides_it_for_a_moment(copy: Any) -> None:
    attach = copy.shared_memory.ShareableList._attach

    def hiding(self: Any, name: str, track: bool = True) -> None:
        attach(self, name, track)
        hide_for_a_moment(name)

    copy.shared_memory.ShareableList._attach = hiding


@fails("crash.unpickle.spares-the-owner")
def unpickling_hides_the_block_for_a_moment(copy: Any) -> None:
    def hide(init: Any, name: Any, create: Any, size: int) -> None:
        init(name, create, size)
        if size and not create:
            hide_for_a_moment(name)

    around_init(copy, hide)


@fails("crash.attach.leaves-nothing")
def attaching_untracks_the_block_for_a_moment(copy: Any) -> None:
    def untrack(handle: Any, name: Any, create: bool) -> None:
        if not create:
            copy._tracker.unregister(handle._name)
            copy._tracker.register(handle._name)

    after_init(copy, untrack)


def hide_closed(copy: Any, is_meant: Callable[[Any], bool]) -> None:
    """Have a close() hide the block for a moment, if *is_meant(handle)*."""

    def make(close: Any) -> Any:
        def hiding(self: Any) -> None:
            if self._buf is not None and is_meant(self):
                hide_for_a_moment(self._name)
            close(self)

        return hiding

    replace_close(copy, make)


@fails("crash.close.spares-the-owner")
def closing_hides_the_block_for_a_moment(copy: Any) -> None:
    hide_closed(copy, lambda handle: True)


@fails("crash.list-close.spares-the-owner")
def closing_hides_a_list_for_a_moment(copy: Any) -> None:
    attach, lists = copy.shared_memory.ShareableList._attach, []

    def noted(self: Any, name: str, track: bool = True) -> None:
        attach(self, name, track)
        lists.append(self.shm._name)

    copy.shared_memory.ShareableList._attach = noted
    hide_closed(copy, lambda handle: handle._name in lists)


def tell_first(copy: Any, is_meant: Callable[[Any], bool]) -> None:
    """Have an unlink() tell the tracker before it unlinks, if *is_meant(handle)*."""
    right = copy.shared_memory.SharedMemory.unlink

    def unlink(self: Any) -> None:
        if not is_meant(self):
            right(self)
            return
        if self._track:
            copy._tracker.unregister(self._name)
        copy._posix.remove(self._name)

    copy.shared_memory.SharedMemory.unlink = unlink


@fails("crash.unlink.leaves-nothing")
def unlink_tells_the_tracker_first(copy: Any) -> None:
    tell_first(copy, lambda handle: True)


@fails("crash.attach-unlink.leaves-nothing")
def unlink_by_another_tells_the_tracker_first(copy: Any) -> None:
    tell_first(copy, lambda handle: not handle._flags & os.O_CREAT)


@fails("crash.unlink.is-quiet")
def unlink_tells_the_tracker_twice(copy: Any) -> None:
    right = copy.shared_memory.SharedMemory.unlink

    def unlink(self: Any) -> None:
        right(self)
        copy._tracker.unregister(self._name)

    copy.shared_memory.SharedMemory.unlink = unlink

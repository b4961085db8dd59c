"""Wrong ways that show only when a process is killed in the middle."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

from . import fails
from ._init import after_init, around_init
from .close import replace_close


def hide_for_a_moment(name: str) -> None:
    """Give a block another name, and its own back."""
    place = Path("/dev/shm", name.lstrip("/"))
    place.rename(f"{place}_hidden").rename(place)


@fails("crash.create.leaves-nothing")
def creation_is_announced_by_nobody(copy: Any) -> None:
    copy._block._announced = lambda request: nullcontext()


@fails("crash.first-create.leaves-nothing")
def first_creation_is_announced_by_nobody(copy: Any) -> None:
    announced, is_started = copy._block._announced, copy._tracker._is_started
    copy._block._announced = lambda request: (
        announced(request) if is_started() else nullcontext()
    )


@fails("crash.create.is-quiet")
def creation_takes_back_what_it_never_said(copy: Any) -> None:
    right = copy._block._announced

    def announced(request: Any) -> Any:
        copy._tracker.unregister(request.name + "_draft")
        return right(request)

    copy._block._announced = announced


@fails("crash.attach.spares-the-owner", "crash.unpickle.spares-the-owner")
def attaching_hides_the_block_for_a_moment(copy: Any) -> None:
    def hide(handle: Any, name: Any, create: bool) -> None:
        if not create:
            hide_for_a_moment(name)

    after_init(copy, hide)


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


@fails("crash.close.spares-the-owner")
def closing_hides_the_block_for_a_moment(copy: Any) -> None:
    def make(close: Any) -> Any:
        def hiding(self: Any) -> None:
            if self._buf is not None:
                hide_for_a_moment(self._name)
            close(self)

        return hiding

    replace_close(copy, make)


@fails("crash.unlink.leaves-nothing")
def unlink_tells_the_tracker_first(copy: Any) -> None:
    def unlink(self: Any) -> None:
        if self._track:
            copy._tracker.unregister(self._name)
        copy._posix.remove(self._name)

    copy.shared_memory.SharedMemory.unlink = unlink


@fails("crash.unlink.is-quiet")
def unlink_tells_the_tracker_twice(copy: Any) -> None:
    right = copy.shared_memory.SharedMemory.unlink

    def unlink(self: Any) -> None:
        right(self)
        copy._tracker.unregister(self._name)

    copy.shared_memory.SharedMemory.unlink = unlink

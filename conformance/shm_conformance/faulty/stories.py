"""Wrong ways that stories of the catalogue show, and that no requirement is about alone."""

from __future__ import annotations

import errno
import os
from multiprocessing.managers import Server
from pathlib import Path
from typing import Any

from . import fails
from ._init import after_init, before_init
from .close import Method, replace_close
from .crash import creation_is_announced_by_nobody
from .list_items import assigning
from .race import a_block_without_size_is_a_plain_valueerror


@fails("crash.create.leaves-nothing", "race.create.attach-sees-all-or-nothing")
def a_half_made_block_is_for_ever(copy: Any) -> None:
    creation_is_announced_by_nobody(copy)
    a_block_without_size_is_a_plain_valueerror(copy)


@fails()
def close_unmaps_at_once(copy: Any) -> None:
    def make(close: Method) -> Method:
        def unmap(self: Any) -> None:
            mapping = self._mmap
            close(self)
            if mapping is not None:
                mapping.close()

        return unmap

    replace_close(copy, make)


@fails()
def each_block_has_a_descriptor_more(copy: Any) -> None:
    def open_more(handle: Any, name: Any, create: Any) -> None:
        handle._more = os.dup(handle._fd)

    def make(close: Method) -> Method:
        def close_more(self: Any) -> None:
            close(self)
            more, self._more = getattr(self, "_more", -1), -1
            if more >= 0:
                os.close(more)

        return close_more

    after_init(copy, open_more)
    replace_close(copy, make)


@fails()
def a_manager_does_not_look_after_its_owner(copy: Any) -> None:
    copy.managers.SharedMemoryServer.accepter = Server.accepter


@fails("list.setitem.out-of-range-changes-nothing")
def assignment_far_back_overwrites_the_end(copy: Any) -> None:
    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        if type(position) is int and position < -len(self):
            self.shm.buf[self.shm.size - 1] ^= 0xFF
            raise ValueError("what lies there is no item")
        assign(self, position, value)

    assigning(copy, assign_item)


@fails()
def what_is_not_ascii_is_refused_too_late(copy: Any) -> None:
    def refuse(name: Any, create: Any, size: Any) -> Any:
        if create and isinstance(name, str) and not name.isascii():
            Path("/dev/shm", name).write_bytes(bytes(size))
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), name)
        return name, create, size

    before_init(copy, refuse)


@fails()
def lines_of_a_name_are_messages(copy: Any) -> None:
    from multiprocessing import resource_tracker

    def obey(name: Any, create: Any, size: Any) -> Any:
        for line in name.splitlines() if create and isinstance(name, str) else ():
            if line.startswith("REGISTER:"):
                resource_tracker.register("/" + line.split(":")[1], "shared_memory")
        return name, create, size

    before_init(copy, obey)

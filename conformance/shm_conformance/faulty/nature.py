"""Wrong ways that show only when the system has nothing left to give."""

from __future__ import annotations

import errno
import os
from typing import Any

from . import fails
from ._init import after_failure, around_init


def out_of_order(copy: Any, number: int) -> None:
    """Have an error of the system become one that nobody awaits."""

    def confuse(error: Exception, name: Any, create: Any) -> None:
        if getattr(error, "errno", None) == number:
            raise RuntimeError("the system is out of order")

    after_failure(copy, confuse)


@fails("fault.nature.no-descriptor")
def too_many_files_are_a_runtimeerror(copy: Any) -> None:
    out_of_order(copy, errno.EMFILE)


@fails("fault.nature.no-memory")
def too_little_memory_is_a_runtimeerror(copy: Any) -> None:
    out_of_order(copy, errno.ENOMEM)


@fails("fault.nature.file-size-limit")
def too_large_a_file_is_a_runtimeerror(copy: Any) -> None:
    out_of_order(copy, errno.EFBIG)


@fails("fault.nature.full")
def creation_asks_for_room_and_leaves_without(copy: Any) -> None:
    def resize(descriptor: int, size: int) -> None:
        try:
            os.posix_fallocate(descriptor, 0, size)
        except OSError:
            raise RuntimeError("there is no room") from None

    copy._posix.resize = resize


@fails("fault.nature.no-inode")
def no_room_for_a_file_is_a_runtimeerror(copy: Any) -> None:
    out_of_order(copy, errno.ENOSPC)


@fails("fault.nature.read-only")
def a_read_only_system_is_a_runtimeerror(copy: Any) -> None:
    out_of_order(copy, errno.EROFS)


@fails("fault.nature.of-another-user")
def a_refusal_is_a_runtimeerror(copy: Any) -> None:
    out_of_order(copy, errno.EACCES)


@fails("fault.nature.no-place")
def creation_without_a_place_is_for_ever(copy: Any) -> None:
    refused = []

    def refuse(init: Any, name: Any, create: Any, size: Any) -> None:
        if name in refused:
            raise OSError("it could not be created before")
        try:
            init(name, create, size)
        except FileNotFoundError:
            if create:
                refused.append(name)
            raise

    around_init(copy, refuse)

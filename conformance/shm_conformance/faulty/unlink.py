"""Wrong ways of unlink()."""

from __future__ import annotations

from typing import Any

from . import fails


@fails("shm.unlink.frees-the-name", "shm.unlink.twice-is-an-error")
def unlink_does_nothing(copy: Any) -> None:
    copy.shared_memory.SharedMemory.unlink = lambda self: None


@fails("shm.unlink.twice-is-an-error")
def second_unlink_is_silent(copy: Any) -> None:
    unlink = copy.shared_memory.SharedMemory.unlink

    def quiet(self: Any) -> None:
        try:
            unlink(self)
        except FileNotFoundError:
            return

    copy.shared_memory.SharedMemory.unlink = quiet

"""Returns an object that cannot be shown."""

from multiprocessing import shared_memory
from multiprocessing.shared_memory import ShareableList
from typing import Any

__all__ = ["ShareableList", "SharedMemory"]


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError("no text for you")


class SharedMemory(shared_memory.SharedMemory):
    def unlink(self) -> Any:
        super().unlink()
        return [Unprintable(), 1 << 100_000]

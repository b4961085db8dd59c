"""Raises an error that cannot be shown."""

from multiprocessing import shared_memory
from multiprocessing.shared_memory import ShareableList

__all__ = ["ShareableList", "SharedMemory"]


class UnprintableError(OSError):
    errno = "not a number"  # type: ignore[assignment]

    def __str__(self) -> str:
        raise SystemExit("no text for you")


class SharedMemory(shared_memory.SharedMemory):
    def unlink(self) -> None:
        super().unlink()
        raise UnprintableError

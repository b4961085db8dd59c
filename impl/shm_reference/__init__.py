"""A reference implementation of `multiprocessing.shared_memory`."""

from __future__ import annotations

from .shared_memory import ShareableList, SharedMemory

__all__ = ["ShareableList", "SharedMemory"]

"""Closes every descriptor in unlink(), as a daemon would."""

import os
from multiprocessing import shared_memory
from multiprocessing.shared_memory import ShareableList

__all__ = ["ShareableList", "SharedMemory"]


class SharedMemory(shared_memory.SharedMemory):
    def unlink(self) -> None:
        super().unlink()
        os.closerange(0, 256)

"""Comes back from unlink() twice, in two processes."""

import os
from multiprocessing import shared_memory
from multiprocessing.shared_memory import ShareableList

__all__ = ["ShareableList", "SharedMemory"]


class SharedMemory(shared_memory.SharedMemory):
    def unlink(self) -> None:
        super().unlink()
        if os.fork():
            os.wait()

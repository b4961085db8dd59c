"""Ends the process in unlink(), without a word."""

import os
from multiprocessing import shared_memory
from multiprocessing.shared_memory import ShareableList

__all__ = ["ShareableList", "SharedMemory"]


class SharedMemory(shared_memory.SharedMemory):
    def unlink(self) -> None:
        os._exit(7)

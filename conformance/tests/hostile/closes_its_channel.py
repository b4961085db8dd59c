"""Closes what it has not opened, and lives on."""

import os
import threading
from multiprocessing import shared_memory
from multiprocessing.shared_memory import ShareableList

__all__ = ["ShareableList", "SharedMemory"]


class SharedMemory(shared_memory.SharedMemory):
    def unlink(self) -> None:
        super().unlink()
        os.closerange(3, 256)
        threading.Event().wait()

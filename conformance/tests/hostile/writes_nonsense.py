"""Writes to descriptors that are none of its business."""

import contextlib
import os
from multiprocessing import shared_memory
from multiprocessing.shared_memory import ShareableList

__all__ = ["ShareableList", "SharedMemory"]


class SharedMemory(shared_memory.SharedMemory):
    def unlink(self) -> None:
        super().unlink()
        for number in range(3, 32):
            with contextlib.suppress(OSError):
                os.write(number, b'{"id": [[[{"value": \xff\n')

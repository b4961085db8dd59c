"""Prints while it is imported, as text and past Python."""

import os
from multiprocessing.shared_memory import ShareableList, SharedMemory

__all__ = ["ShareableList", "SharedMemory"]
print("printed at import")  # noqa: T201
os.write(1, b"written to 1 at import\n")

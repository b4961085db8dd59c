"""Starts threads that never end."""

import threading
from multiprocessing.shared_memory import ShareableList, SharedMemory

__all__ = ["ShareableList", "SharedMemory"]

for _ in range(3):
    threading.Thread(target=threading.Event().wait).start()

"""Changes the directory and the umask under everybody's feet."""

import os
from multiprocessing.shared_memory import ShareableList, SharedMemory

__all__ = ["ShareableList", "SharedMemory"]

os.chdir("/")
os.umask(0o777)

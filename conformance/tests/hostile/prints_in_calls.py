"""Prints in each call, with words that look like an answer."""

import os
from multiprocessing import shared_memory
from multiprocessing.shared_memory import ShareableList
from typing import Any

__all__ = ["ShareableList", "SharedMemory"]


class SharedMemory(shared_memory.SharedMemory):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        print('{"id": 2, "value": "printed"}')  # noqa: T201
        os.write(1, b'{"id": 2, "value": "written"}\n')
        super().__init__(*args, **kwargs)

"""Who keeps the address of a block crashes after close().

numpy.ndarray(buffer=shm.buf) takes the address of the memory and keeps the mapping
object, but not the export that would have close() refuse. So close() unmaps the memory,
and the next look at the array is a segmentation fault. Here ctypes does what NumPy does.
"""

from __future__ import annotations

import signal

from shm_conformance.actors import Actors
from shm_conformance.errors import Crashed, TargetError
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Keep mapping and address, close, and read there; that must be a crash."""
    user, name = actors.start("user"), actors.name()
    try:
        user.run("import ctypes")
    except TargetError:
        # A Python without ctypes cannot get at an address.
        return False
    user.run(f"block = shared_memory.SharedMemory({name!r}, create=True, size=4096)")
    user.run("base = block.buf.obj")
    user.run("place = ctypes.addressof(ctypes.c_char.from_buffer(block.buf))")
    user.run("block.unlink()")
    user.run("block.close()")

    try:
        user.run("ctypes.string_at(place, 1)")
    except Crashed:
        return user.process.exit_code == -signal.SIGSEGV
    return False


SCENARIO = Scenario(
    id="an-address-outlives-close",
    kind="memory-safety",
    title="Who keeps the address of a block crashes after close()",
    met=(
        "https://github.com/python/cpython/issues/102349",
        "https://github.com/numpy/numpy/issues/23305",
    ),
    symptom="Segmentation fault on reading a NumPy array whose shared memory was closed",
    cast={
        "user": "keeps an array on the block, closes the block, and reads the array",
    },
    advice="Drop arrays before close(); numpy.frombuffer keeps an export, so that close() is refused instead.",
    shown_by="faulty:close_unmaps_at_once",
    spared="reference",
    steps=steps,
)

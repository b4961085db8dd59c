"""Blocks of a manager vanish with the worker that started it.

A worker starts a SharedMemoryManager, has it make a block, sends the name and
returns. With the worker its manager ends, and with the manager its blocks, before the
main process has attached.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.suite.managing import begin
from shm_scenarios.disturbed import error_of
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Let the worker end; its manager's block must be gone for the main process."""
    main = actors.start("main")
    worker = main.start_child("spawn", "worker")
    manager, _ = begin(worker)
    block = manager.make("SharedMemory", 16)
    worker.end("return")

    return error_of(lambda: main.shared_memory(block.name)) == "FileNotFoundError"


SCENARIO = Scenario(
    id="manager-ends-with-its-worker",
    kind="manager",
    title="Blocks of a manager vanish with the worker that started it",
    met=("https://github.com/python/cpython/issues/110468",),
    symptom="FileNotFoundError on attach, now and then, depending on who is faster",
    cast={
        "main": "starts the worker, and attaches after its end",
        "worker": "starts a manager, makes a block, ends",
    },
    advice="Start the manager in the process that outlives all users of its blocks: so the documentation has it, and no implementation is spared.",
    shown_by="reference",
    spared=None,
    steps=steps,
)

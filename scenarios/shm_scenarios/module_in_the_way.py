"""A file in the current folder keeps the tracker from starting.

The resource tracker is a Python that is started with -c, so that it imports from the
current folder first. A signal.py or threading.py there, the user's own, ends it
before it has begun. The program notices nothing, until it is killed and its blocks
stay.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.scenario import Report, Scenario


def steps(actors: Actors) -> bool:
    """Start the tracker where a signal.py lies, kill its owner; the block must be left."""
    owner, second = actors.start_all("owner", "second")
    second.run("import shutil, tempfile")
    folder = second.run("tempfile.mkdtemp()")
    owner.run("import os, signal")
    owner.run(f"os.chdir({folder!r})")
    owner.run("file = open('signal.py', 'w')")
    owner.run("print('raise SystemExit', file=file, flush=True)")
    block = owner.shared_memory(create=True, size=16)

    owner.kill(9)
    actors.wait_gone(owner)
    second.run(f"shutil.rmtree({folder!r})")

    return actors.look(block.name) is not None


SCENARIO = Scenario(
    id="a-module-in-the-way-of-the-tracker",
    kind="environment",
    title="A file in the current folder keeps the tracker from starting",
    met=(),
    symptom="Blocks stay behind, but only when the program is started from a certain folder",
    cast={
        "owner": "works in a folder with a signal.py, and is killed",
        "second": "makes the folder, and removes it",
    },
    advice="Set PYTHONSAFEPATH, or name modules otherwise. The tracker belongs to the interpreter, so that no implementation that shares it is spared.",
    shown_by="reference",
    spared=None,
    steps=steps,
    report=Report(
        expected="The resource tracker starts from any folder. It needs no module of the user's.",
        actual="It is started with -c, so that sys.path begins with the current folder: a file there that is named like a module which the tracker imports ends it at once. Nothing is said but on stderr, and no block is tracked.",
    ),
)

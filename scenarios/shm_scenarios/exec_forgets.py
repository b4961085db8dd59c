"""A program that execs loses its blocks.

A launcher creates blocks for the program that it then becomes by exec(). The pipe to
the resource tracker is closed by that; the tracker takes it for the end of its owner,
and removes all blocks while the process with the very same pid goes on and looks for
them.
"""

from __future__ import annotations

from contextlib import suppress

from shm_conformance.actors import Actors
from shm_conformance.errors import Crashed
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Exec a program that looks for the block; it must see it disappear."""
    owner = actors.start("owner")
    block = owner.shared_memory(create=True, size=16)
    # It prints when the block goes, and ends with its input or after a while.
    program = (
        "import os, sys, time\n"
        "deadline = time.monotonic() + 5\n"
        f"while os.path.exists('/dev/shm/{block.name}'):\n"
        "    if time.monotonic() > deadline: sys.exit()\n"
        "    time.sleep(0.01)\n"
        "print('the block is gone', file=sys.stderr)\n"
    )
    owner.run("import os, sys")

    with suppress(Crashed):
        owner.run(
            f"os.execv(sys.executable, [sys.executable, '-S', '-c', {program!r}])"
        )
    actors.wait_gone(owner)

    return "the block is gone" in owner.stderr


SCENARIO = Scenario(
    id="exec-loses-the-blocks",
    kind="tracker-destroys-early",
    title="A program that execs loses its blocks",
    met=(),
    symptom="FileNotFoundError in a program that a launcher has prepared blocks for",
    cast={
        "owner": "creates a block, and becomes another program",
    },
    advice="Create blocks after the exec, or with track=False. The tracker belongs to the interpreter, so that no implementation that shares it is spared.",
    shown_by="reference",
    spared=None,
    steps=steps,
)

"""A hangup takes the tracker along, and the blocks stay.

A terminal is closed, or a supervisor sends SIGHUP to the group. The resource tracker
ignores SIGINT and SIGTERM only: it dies with its owner, and nobody removes the
blocks. The same goes for SIGQUIT and SIGUSR1.
"""

from __future__ import annotations

from contextlib import suppress

from shm_conformance.actors import Actors
from shm_conformance.errors import Crashed
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Send SIGHUP to owner and tracker at once; the block must be left."""
    owner = actors.start("owner")
    owner.run("import os, signal")
    # Whoever runs us in the background may have had us ignore it.
    owner.run("signal.signal(signal.SIGHUP, signal.SIG_DFL)")
    block = owner.shared_memory(create=True, size=16)

    with suppress(Crashed):
        owner.run("os.killpg(os.getpgrp(), signal.SIGHUP)")
    actors.wait_gone(owner)

    return actors.look(block.name) is not None


SCENARIO = Scenario(
    id="hangup-takes-the-tracker-along",
    kind="leak-after-crash",
    title="A hangup takes the tracker along, and the blocks stay",
    met=(),
    symptom="Blocks pile up on a machine whose users close their terminals",
    cast={
        "owner": "creates a block, and is hung up with its whole group",
    },
    advice="Handle SIGHUP in the program and unlink there, or have the supervisor send SIGTERM: the tracker outlives that.",
    shown_by="reference",
    spared=None,
    steps=steps,
)

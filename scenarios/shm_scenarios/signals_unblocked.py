"""The first use of shared memory unblocks signals.

A program blocks SIGINT and SIGTERM around a critical section. In it, shared memory is
used for the first time: the resource tracker is started, and the mask that protects
its start is taken off afterwards, with the signals that the caller had blocked.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Block SIGTERM, create the first block; the signal must not be blocked any more."""
    owner = actors.start("owner")
    owner.run("import signal")
    owner.run("signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])")
    owner.shared_memory(create=True, size=16)

    return not owner.run(
        "signal.SIGTERM in signal.pthread_sigmask(signal.SIG_BLOCK, [])"
    )


SCENARIO = Scenario(
    id="first-use-unblocks-signals",
    kind="environment",
    title="The first use of shared memory unblocks signals",
    met=(
        "https://github.com/python/cpython/issues/127586",
        "https://github.com/python/cpython/issues/110844",
    ),
    symptom="A KeyboardInterrupt in a section that had blocked it",
    cast={
        "owner": "blocks SIGTERM, then creates its first block",
    },
    advice="Start the tracker early: multiprocessing.resource_tracker.ensure_running().",
    shown_by="faulty:the_first_creation_unblocks_all_signals",
    spared="reference",
    steps=steps,
)

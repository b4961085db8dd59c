"""A subinterpreter takes the block of its own process with it.

A program runs a plug-in in a subinterpreter, which attaches to a block of the program.
Each interpreter of a process starts a resource tracker of its own. When the
subinterpreter is destroyed, its tracker takes what it has heard of for left behind, and
removes the block while the program still uses it. (Until 3.13.0 it hears of that end
only when the process ends, and then complains of a leak that there was not.)
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.errors import Unsupported
from shm_conformance.suite.subinterpreters import attach_in_subinterpreter
from shm_scenarios.scenario import Report, Scenario


def steps(actors: Actors) -> bool:
    """Attach in a subinterpreter and destroy that; the block must be gone."""
    owner = actors.start("owner")
    block = owner.shared_memory(create=True, size=16)
    try:
        attach_in_subinterpreter(owner, block)
    except Unsupported:
        return False
    return actors.look(block.name) is None


SCENARIO = Scenario(
    id="a-subinterpreter-takes-the-block",
    kind="subinterpreter",
    title="A subinterpreter takes the block of its own process with it",
    met=(),
    symptom="FileNotFoundError from unlink(), after a plug-in that only looked at the block",
    cast={
        "owner": "creates a block, and runs a plug-in in a subinterpreter",
    },
    advice="Attach with track=False in a subinterpreter. The tracker belongs to the interpreter, so that no implementation that shares it is spared.",
    shown_by="faulty:what_is_attached_goes_with_its_interpreter",
    spared=None,
    steps=steps,
    report=Report(
        expected="A block lives as long as a process uses it and nobody unlinks it; the interpreters of one process share a tracker, as processes with a common ancestor do.",
        actual="Each interpreter has a tracker of its own, which removes all that its interpreter has attached to when that is destroyed.",
    ),
)

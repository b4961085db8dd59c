"""Two writers leave an item that neither of them wrote.

Two processes assign values of different types to one item at the same moment, and
stop. What is left has the type of one and the content of the other, for good: bytes
of a number, or a number made of text.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.errors import TargetError
from shm_conformance.suite.together import setting, together
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Let two assign at once, again and again; a mixture must be left some time."""
    one, two = actors.start_all("one", "two")
    for _ in range(10):
        mine = one.shareable_list(["x" * 40])
        theirs = two.shareable_list(name=mine.name)
        together(
            actors, (one, [setting(mine, 0, 7)]), (two, [setting(theirs, 0, "seven")])
        )
        try:
            if mine.apply("getitem", 0) not in (7, "seven"):
                return True
        except TargetError:
            return True
    return False


SCENARIO = Scenario(
    id="two-writers-leave-a-mixture",
    kind="list-corruption",
    title="Two writers leave an item that neither of them wrote",
    met=(),
    symptom="An item that is wrong long after the last assignment",
    cast={
        "one": "assigns 7",
        "two": "assigns seven",
    },
    advice="Use a lock, or an item for each writer. An item is several writes to memory whatever writes it, so that no implementation is spared.",
    shown_by="stdlib",
    spared=None,
    steps=steps,
    is_chance=True,
)

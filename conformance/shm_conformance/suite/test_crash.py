"""What is left when a process is killed at any system call of an operation.

A test for each life that is killed and each outcome that is judged of it.
"""

from __future__ import annotations

from collections.abc import Callable

from shm_conformance.actors import Actors
from shm_conformance.outcomes import KILLED
from shm_conformance.short_lives import LIVES, ShortLife
from shm_conformance.suite import requirement
from shm_conformance.suite.points import crash, judge_points


def _test_of(life: ShortLife, outcome: str) -> Callable[[Actors], None]:
    @requirement(f"crash.{life.name}.{outcome}")
    def test(actors: Actors) -> None:
        judge_points(actors, life, crash, KILLED[outcome].wrong)

    test.__doc__ = KILLED[outcome].text.format(what=life.what)
    return test


for _life in LIVES.values():
    for _outcome in _life.kill:
        _name = f"test_{_life.name}_{_outcome}".replace("-", "_")
        globals()[_name] = _test_of(_life, _outcome)

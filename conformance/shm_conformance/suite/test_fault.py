"""What holds when a system call of an operation fails.

A test for each life that is failed and each outcome that is judged of it.
"""

from __future__ import annotations

from collections.abc import Callable

from shm_conformance.actors import Actors
from shm_conformance.outcomes import FAILED
from shm_conformance.short_lives import LIVES, ShortLife
from shm_conformance.suite import requirement
from shm_conformance.suite.points import fault, judge_points


def _test_of(life: ShortLife, outcome: str) -> Callable[[Actors], None]:
    @requirement(f"fault.{life.name}.{outcome}")
    def test(actors: Actors) -> None:
        judge_points(actors, life, fault, FAILED[outcome].wrong)

    test.__doc__ = FAILED[outcome].text.format(what=life.what)
    return test


for _life in LIVES.values():
    for _outcome in _life.fail:
        _name = f"test_{_life.name}_{_outcome}".replace("-", "_")
        globals()[_name] = _test_of(_life, _outcome)

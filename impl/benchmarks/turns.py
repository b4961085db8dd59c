"""Measure two ways to the same end in turn, in any interpreter: standard library only.

The machine is never quiet, so what is to be compared takes turns, a round of one
and a round of the other. Each round repeats the work until it is long enough to time.
The first rounds are not counted: there PyPy still compiles.
"""

from __future__ import annotations

import json
import sys
from time import perf_counter
from typing import Callable, Dict, List, Mapping

ROUND = 0.005
WARM_UP = 30

Work = Callable[[], object]
Times = Dict[str, List[float]]


def take(ways: Mapping[str, Work], rounds: int, warm_up: int = WARM_UP) -> Times:
    """Return seconds per call, a list for each way; the first rounds only warm up."""
    repeats = {it: _repeats(work) for it, work in ways.items()}
    times: Times = {it: [] for it in ways}
    for _ in range(warm_up + rounds):
        for it, work in ways.items():
            times[it].append(_time(work, repeats[it]) / repeats[it])
    return {it: seconds[warm_up:] for it, seconds in times.items()}


def _repeats(work: Work) -> int:
    repeats = 1
    while _time(work, repeats) < ROUND:
        repeats *= 2
    return repeats


def _time(work: Work, repeats: int) -> float:
    began = perf_counter()
    for _ in range(repeats):
        work()
    return perf_counter() - began


def tell(operation: str, times: Times) -> None:
    """Hand the times of one operation to who has started us."""
    line = json.dumps({"operation": operation, "times": times})
    sys.stdout.write(line + "\n")
    sys.stdout.flush()

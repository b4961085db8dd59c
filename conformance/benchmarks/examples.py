"""How many generated examples a second of processor time the properties of a list try.

    python conformance/benchmarks/examples.py [TARGET] [--examples N]

The machine is never quiet, so what counts is the time of the processor that the
harness took; the actor's share is about as much again on another one.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

from hypothesis.strategies import SearchStrategy

from shm_conformance import checks, strategies
from shm_conformance.actors import Actors
from shm_conformance.budget import EXAMPLES, Budget
from shm_conformance.judging import Bench, Settings

STRATEGIES: dict[str, Callable[[], SearchStrategy[Any]]] = {
    "numbers": strategies.numbers,
    "plain_values": strategies.plain_values,
    "values": strategies.values,
}


def rate(actors: Actors, values: SearchStrategy[Any], examples: int) -> float:
    """Examples a second: each is assigned to a slot of a list, and read back."""
    block = actors.living("owner").shareable_list(["x" * 160])

    def check(value: Any) -> None:
        block.apply("setitem", 0, value)
        checks.alike("item 0", block.apply("getitem", 0), value)

    began = time.process_time()
    actors.explore(check, examples / EXAMPLES["standard"], value=values)
    return examples / (time.process_time() - began)


def main() -> None:
    """Print the rate of each strategy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", nargs="?", default="stdlib")
    parser.add_argument("--examples", type=int, default=2000)
    options = parser.parse_args()
    bench = Bench(Settings())
    try:
        for name, strategy in STRATEGIES.items():
            actors = Actors(bench.stage(options.target), budget=Budget())
            found = rate(actors, strategy(), options.examples)
            print(f"{name:<14}{found:7.0f} examples/s")  # noqa: T201
            actors.end()
    finally:
        bench.close()


if __name__ == "__main__":
    main()

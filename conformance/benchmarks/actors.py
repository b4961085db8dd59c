"""What an actor costs: its start, and one round trip, each beside the bare minimum.

    python conformance/benchmarks/actors.py [TARGET] [--rounds N] [-o FILE]

The machine is never quiet, so both sides of a ratio are measured in turn, a
round of one and a round of the other, and the ratio is that of the medians.
Exits with 1 where a ratio is over its limit. FILE is read by `pyperf stats`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import pyperf

from shm_conformance.actors import Actors
from shm_conformance.judging import Bench, Settings
from shm_conformance.stage import Stage
from shm_conformance.trace import Trace

TRIPS = 200
ECHO = """
import json, sys
out = sys.stdout.buffer
for line in sys.stdin.buffer:
    out.write(json.dumps(json.loads(line)).encode() + b"\\n")
    out.flush()
"""


@dataclass(frozen=True)
class Comparison:
    """Two ways to the same end, and how much dearer the first may be."""

    name: str
    ours: Callable[[], float]
    bare: Callable[[], float]
    limit: float

    def measure(self, rounds: int) -> tuple[pyperf.Benchmark, pyperf.Benchmark]:
        """Take turns; the first round of each only warms up."""
        times: dict[str, list[float]] = {"ours": [], "bare": []}
        for _ in range(rounds + 1):
            times["ours"].append(self.ours())
            times["bare"].append(self.bare())
        ours, bare = (self._benchmark(kind, times[kind][1:]) for kind in times)
        return ours, bare

    def _benchmark(self, kind: str, values: list[float]) -> pyperf.Benchmark:
        metadata = {"name": f"{self.name} ({kind})", "unit": "second"}
        return pyperf.Benchmark([pyperf.Run(values, metadata=metadata)])


def start_of(stage: Stage) -> float:
    """Time an actor from its Popen to its answer to hello."""
    began = time.perf_counter()
    process = stage.launch()
    process.trace = Trace()
    stage.introduce(process)
    took = time.perf_counter() - began
    stage.bury(process)
    return took


def start_of_bare(python: tuple[str, ...]) -> float:
    """Time an interpreter that imports what a program would, and ends."""
    command = [*python, "-c", "import multiprocessing.shared_memory;print(1, end='')"]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.read(1)
        return time.perf_counter() - began


def trip_of(actors: Actors) -> Callable[[], float]:
    """Time one operation of an actor: the test's call to the test's value."""
    block = actors.start().shared_memory(create=True, size=16)

    def trip() -> float:
        began = time.perf_counter()
        for _ in range(TRIPS):
            block.get("size")
        return (time.perf_counter() - began) / TRIPS

    return trip


def trip_of_bare(process: subprocess.Popen[bytes]) -> Callable[[], float]:
    """Time one line of JSON to a child and back."""
    assert process.stdin is not None
    assert process.stdout is not None
    request, answer = process.stdin, process.stdout
    message = {"id": 1, "op": "get", "handle": "SharedMemory1", "name": "size"}

    def trip() -> float:
        began = time.perf_counter()
        for _ in range(TRIPS):
            request.write(json.dumps(message).encode() + b"\n")
            request.flush()
            json.loads(answer.readline())
        return (time.perf_counter() - began) / TRIPS

    return trip


def compare(stage: Stage, rounds: int) -> tuple[bool, list[pyperf.Benchmark]]:
    """Measure both pairs and print them; says whether both keep their limit."""
    actors = Actors(stage)
    command = [*stage.target.python, "-c", ECHO]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as echo:  # type: ignore[call-overload]
        pairs = (
            Comparison(
                "start-up of an actor / import multiprocessing.shared_memory",
                lambda: start_of(stage),
                lambda: start_of_bare(stage.target.python),
                1.3,
            ),
            Comparison(
                "round trip of an operation / JSON line echoed",
                trip_of(actors),
                trip_of_bare(echo),
                2.5,
            ),
        )
        outcomes = [report(pair, *pair.measure(rounds)) for pair in pairs]
        echo.stdin.close()
    actors.end()
    return all(kept for kept, _ in outcomes), [b for _, both in outcomes for b in both]


def report(
    pair: Comparison, ours: pyperf.Benchmark, bare: pyperf.Benchmark
) -> tuple[bool, tuple[pyperf.Benchmark, pyperf.Benchmark]]:
    """Print one pair."""
    ratio = ours.median() / bare.median()
    times = " / ".join(b.format_value(b.median()) for b in (ours, bare))
    print(f"{pair.name}: {times} = {ratio:.2f} (limit {pair.limit})")  # noqa: T201
    return ratio <= pair.limit, (ours, bare)


def main() -> int:
    """Measure the target that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", nargs="?", default="stdlib")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("-o", "--output", metavar="FILE")
    options = parser.parse_args()
    bench = Bench(Settings())
    try:
        kept, benchmarks = compare(bench.stage(options.target), options.rounds)
    finally:
        bench.close()
    if options.output:
        pyperf.BenchmarkSuite(benchmarks).dump(options.output, replace=True)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())

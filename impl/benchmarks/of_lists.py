"""What is measured of lists, run by `lists.py` in each interpreter.

python impl/benchmarks/of_lists.py ROUNDS
"""

from __future__ import annotations

import runpy
import sys
from collections import deque
from functools import partial
from multiprocessing import shared_memory as standard
from pathlib import Path
from typing import Any, Callable

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.turns import Work, take, tell
from shm_reference import shared_memory as reference

COUNT = 1_000
MANY = 100_000

KINDS: dict[str, Any] = {
    "stdlib": standard.ShareableList,
    "reference": reference.ShareableList,
}


def mixed(count: int) -> list[Any]:
    """Return values of all six types in turn; the last one stands only there."""
    kinds: list[Callable[[int], Any]] = [
        lambda it: it * 7919,
        lambda it: it / 7,
        lambda it: f"item {it}",
        lambda it: b"%d bytes" % it,
        lambda it: it % 4 == 0,
        lambda it: None,
    ]
    return [kinds[it % len(kinds)](it) for it in range(count - 1)] + ["the last"]


VALUES = mixed(COUNT)
NUMBERS = [(at, it) for at, it in enumerate(VALUES) if type(it) in (int, float)]
TEXTS = [(at, it) for at, it in enumerate(VALUES) if type(it) is str]


# Longer than the strings whose formats the reference knows beforehand.
LONG = [f"{it:03}" * 700 for it in range(100)]


def read(items: Any, what: Any) -> None:
    for position, _ in what:
        items[position]


def write(items: Any, what: Any) -> None:
    for position, value in what:
        items[position] = value


def construct(kind: Any) -> None:
    items = kind(VALUES)
    items.shm.close()
    items.shm.unlink()


def attach(kind: Any, name: str) -> None:
    kind(name=name).shm.close()


OPERATIONS: dict[str, Callable[[Any], object]] = {
    "read a number": lambda items: read(items, NUMBERS),
    "write a number": lambda items: write(items, NUMBERS),
    "read a short str": lambda items: read(items, TEXTS),
    "write a short str": lambda items: write(items, TEXTS),
    "iterate": lambda items: deque(items, 0),
    "count": lambda items: items.count(7919),
    "index": lambda items: items.index("the last"),
    "list()": list,
    "repr": repr,
    "format": lambda items: items.format,
    "len": lambda items: [len(items) for _ in range(COUNT)],
}
OPERATIONS_ON_LONG: dict[str, Callable[[Any], object]] = {
    "read a long str": lambda items: read(items, [*enumerate(LONG)]),
    "write a long str": lambda items: write(items, [*enumerate(LONG)]),
}


def main(rounds: int) -> None:
    operate("OPERATIONS", VALUES, rounds)
    operate("OPERATIONS_ON_LONG", LONG, rounds)
    tell(
        "construct",
        take({it: partial(construct, kind) for it, kind in KINDS.items()}, rounds),
    )
    long = {it: kind(range(MANY)) for it, kind in KINDS.items()}
    works: dict[str, Work] = {
        it: partial(attach, KINDS[it], long[it].shm.name) for it in long
    }
    tell("attach to 100,000", take(works, rounds))
    dispose(long)


def operate(operations: str, values: list[Any], rounds: int) -> None:
    """Measure a table of operations on lists of the values."""
    lists = {it: kind(values) for it, kind in KINDS.items()}
    # PyPy compiles a loop for what it meets first: each kind has loops of its own.
    copies = {it: runpy.run_path(__file__)[operations] for it in KINDS}
    for name in globals()[operations]:
        works: dict[str, Work] = {
            it: partial(copies[it][name], lists[it]) for it in lists
        }
        tell(name, take(works, rounds))
    dispose(lists)


def dispose(lists: dict[str, Any]) -> None:
    for it in lists.values():
        it.shm.close()
        it.shm.unlink()


if __name__ == "__main__":
    main(int(sys.argv[1]))

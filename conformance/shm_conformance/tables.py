"""Many targets at a glance: a row for each target, a grid for pairs. Pure."""

from __future__ import annotations

from typing import Any

from shm_conformance.results import described, python_name
from shm_conformance.target import is_pair, sides

Json = dict[str, Any]
Rows = list[list[str]]
# What is counted, and how a column calls it.
COUNTS = {
    "conforms": "conform",
    "known": "known",
    "new": "new",
    "fixed": "fixed",
    "unsupported": "unsupported",
    "broken": "broken",
    "not-run": "not run",
}
# What stands behind a count in the cell of a pair; conforming needs no mark.
MARKS = {
    "known": "k",
    "new": "!",
    "fixed": "f",
    "unsupported": "u",
    "broken": "b",
    "not-run": "n",
}
LEGEND = "u unsupported, k known, ! new, f fixed, b broken, n not run"


def side_names(target: Json) -> list[str]:
    """Name each side of a target: implementation, interpreter, machine."""
    texts = sides(target["target"])
    known = described(target) if target["python"] else []
    names = [_implementation(text) for text in texts]
    pythons = [python_text(side) for side in known[: len(texts)]]
    if len(pythons) < len(texts):
        return list(texts)
    return [f"{name} {python}" for name, python in zip(names, pythons, strict=True)]


def _implementation(text: str) -> str:
    return text.partition("@")[0]


def python_text(side: Json) -> str:
    """An interpreter on its machine; PyPy has a version of its own besides Python's.

    An emulator is named, as what was seen under it was not seen on the real thing.
    """
    python = side["python"]
    name = python_name(side)
    if python.get("build") not in (None, python.get("version")):
        name += f" ({python['build']})"
    words = [name, side["platform"].get("machine", "")]
    # A kernel of 64 bits says so to a program of 32 bits as well.
    words += ["32-bit"] if side["platform"].get("pointer_bits") == 32 else []
    words += ["musl"] if side["platform"].get("libc") == "musl" else []
    emulator = side["platform"].get("emulator")
    words += [f"under {emulator}"] if emulator else []
    return " ".join(words).strip()


def counted(document: Json) -> Rows:
    """A row for each target that is no pair, below a row of what is counted."""
    head = ["target", "planned", *COUNTS.values()]
    rows = [
        [*side_names(target), str(target["planned"]), *_counts(target)]
        for target in document["targets"]
        if not is_pair(target["target"])
    ]
    return [head, *rows] if rows else []


def _counts(target: Json) -> list[str]:
    return [str(target["summary"][name]) for name in COUNTS]


def grid(document: Json) -> Rows:
    """A row for each maker and a column for each taker, by the numbers of the rows."""
    pairs = [it for it in document["targets"] if is_pair(it["target"])]
    cells = {tuple(side_names(pair)): _cell(pair["summary"]) for pair in pairs}
    names = list(dict.fromkeys(name for key in cells for name in key))
    head = ["made by, below; handed to, right", *map(str, range(1, len(names) + 1))]
    rows = [
        [f"{number} {maker}", *(cells.get((maker, taker), "") for taker in names)]
        for number, maker in enumerate(names, 1)
    ]
    return [head, *rows] if rows else []


def _cell(counts: dict[str, int]) -> str:
    words = [f"{counts[name]}{mark}" for name, mark in MARKS.items() if counts[name]]
    return " ".join([str(counts["conforms"]), *words])


def of_kinds(document: Json) -> dict[str, Rows]:
    """The tables that a result has something for: of targets, and of pairs."""
    found = {"targets": counted(document), "pairs": grid(document)}
    return {kind: rows for kind, rows in found.items() if rows}


def aligned(rows: Rows) -> list[str]:
    """Rows as lines in which columns stand below each other, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            [row[0].ljust(widths[0])]
            + [it.rjust(width) for it, width in zip(row[1:], widths[1:], strict=True)]
        )
        for row in rows
    ]

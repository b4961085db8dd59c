"""Points in a row: what was found wrong at each call of an operation. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]
# What can be wrong at a point, the gravest first, and its sign.
FINDINGS = {
    "hung": "H",
    "destroyed": "D",
    "corrupt": "C",
    "left behind": "L",
    "left empty": "0",
    "leaked": "K",
    "unusable": "U",
    "wrong error": "E",
    "noise": "N",
    "missed": "?",
}
CLEAN = "."
LEGEND = f"{CLEAN} clean, " + ", ".join(f"{it} {name}" for name, it in FINDINGS.items())


def cell(label: str, call: str, findings: dict[str, str]) -> Json:
    """A point as it stands in a result: its sign, and what was found there in words."""
    return {
        "point": label,
        "call": call,
        "cell": sign(findings),
        "findings": list(findings),
        "detail": "; ".join(findings.values()),
    }


def sign(findings: Iterable[str]) -> str:
    """The sign of the gravest finding at a point."""
    found = set(findings)
    return next((it for name, it in FINDINGS.items() if name in found), CLEAN)


def strip(points: Iterable[Json]) -> str:
    """A sign for each point."""
    return "".join(sign(point["findings"]) for point in points)


def strips(target: Json) -> dict[str, str]:
    """The strips of a target by what was done to which operation, such as `crash create`."""
    found: dict[str, str] = {}
    for result in target["results"]:
        if result["points"]:
            kind, scene, what = result["requirement"].split(".")
            # A life has the same points for all its requirements, others have their own.
            is_own = kind == "race" or scene == "nature"
            name = f"{kind} {scene}" + (f" {what}" if is_own else "")
            found[name] = strip(result["points"])
    return found

"""The result of a run: the JSON that is the truth, and the exit code it stands for."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from shm_conformance.errors import UsageError
from shm_conformance.requirements import by_id
from shm_conformance.target import interpreter_of, sides
from shm_conformance.verdicts import Result, summary

FORMAT = "shm-conformance/1"
CONFORMS, DEVIATES, USAGE, INCOMPLETE, BROKEN = range(5)
Json = dict[str, Any]
Pair = tuple[str, str]


def document(
    targets: list[str],
    plan: list[Pair],
    found: dict[Pair, Result],
    facts: dict[str, Json],
    proofs: Sequence[Pair] = (),
    seed: int = 0,
    repeat: Callable[[str, str], str] = lambda target, requirement: "",
) -> Json:
    """Put a session together: planned pairs, their results, the targets' facts.

    A planned pair without a result is not-run: the process that was to judge it
    has gone. *proofs* are pairs that must deviate for the run to be certified.
    *repeat* gives the command that judges one requirement on one target again.
    """
    planned = set(plan)
    caught = {
        pair: pair in found and found[pair].is_new for pair in proofs if pair in planned
    }
    return {
        "format": FORMAT,
        "harness": {
            "version": version("shm-conformance"),
            "seed": seed,
            "certified": bool(caught) and all(caught.values()),
            "proofs": [
                _proof(*pair, is_caught, found.get(pair) or _lost(pair[1]))
                for pair, is_caught in caught.items()
            ],
        },
        "targets": [
            _target(target, plan, found, facts, partial(repeat, target))
            for target in targets
        ],
    }


def _proof(target: str, requirement: str, is_caught: bool, result: Result) -> Json:
    return {
        "target": target,
        "requirement": requirement,
        "caught": is_caught,
        "verdict": result.verdict,
        "detail": result.detail,
    }


def _target(
    target: str,
    plan: list[Pair],
    found: dict[Pair, Result],
    facts: dict[str, Json],
    repeat: Callable[[str], str],
) -> Json:
    wanted = [requirement for name, requirement in plan if name == target]
    results = [found.get((target, id_)) or _lost(id_) for id_ in wanted]
    traits: dict[str, str] = {}
    for result in results:
        traits.update(result.traits)
        result.reproduce = repeat(result.requirement)
    known = facts.get(target, {})
    return {
        "target": target,
        "implementation": known.get("implementation", {}),
        "python": known.get("python", {}),
        "platform": known.get("platform", {}),
        **({"partner": known["partner"]} if "partner" in known else {}),
        "planned": len(results),
        "run": sum(result.verdict != "not-run" for result in results),
        "results": [result.as_json() for result in results],
        "traits": traits,
        "summary": summary(results),
    }


def _lost(requirement: str) -> Result:
    detail = "no verdict came: the process that was to judge it has ended"
    return Result(requirement, by_id(requirement).level, "not-run", detail)


def exit_code(doc: Json) -> int:
    """The exit code that a result stands for; the worst of its targets."""
    codes = [
        _exit_code(target["summary"], target["planned"]) for target in doc["targets"]
    ]
    if any(not proof["caught"] for proof in due_proofs(doc)):
        codes.append(BROKEN)
    return max(codes, default=INCOMPLETE, key=_SEVERITY.index)


def due_proofs(doc: Json) -> list[Json]:
    """The proofs that count: those that ran, and where one was missing.

    Where nothing was judged, nothing was to be certified.
    """
    judged = {
        interpreter_of(side)
        for it in doc["targets"]
        if it["run"]
        for side in sides(it["target"])
    }
    return [
        proof
        for proof in doc["harness"]["proofs"]
        if proof["verdict"] != "not-run" or interpreter_of(proof["target"]) in judged
    ]


# A deviation is a finding even if the rest of the run is not whole.
_SEVERITY = (CONFORMS, INCOMPLETE, DEVIATES, USAGE, BROKEN)


def _exit_code(counts: dict[str, int], planned: int) -> int:
    if counts["new"] or counts["fixed"]:
        return DEVIATES
    if counts["broken"] or counts["not-run"] or not planned:
        return INCOMPLETE
    return CONFORMS


def headline(target: Json) -> str:
    """One line on a target: what it is and how it did."""
    counts = target["summary"]
    words = [f"{counts['conforms']} conform"]
    words += [
        f"{counts[name]} {LABELS[name]}"
        for name in ("known", "new", "fixed", "unsupported", "broken", "not-run")
        if counts[name]
    ]
    places = " | ".join(python_name(side) for side in described(target))
    return f"{target['target']} ({places}): {target['planned']} planned, {', '.join(words)}"


def described(target: Json) -> list[Json]:
    """What is known of a target, or of each side of a pair."""
    return [target, *([target["partner"]] if "partner" in target else [])]


def python_name(side: Json) -> str:
    """An interpreter in two words: what it is, and of which version."""
    python = side["python"]
    name = python.get("implementation", "?")
    return f"{name} {python.get('version', '')}{python.get('flags', '')}".strip()


LABELS = {
    "known": "known to deviate",
    "new": "deviate",
    "fixed": "fixed (the baseline says they deviate)",
    "unsupported": "unsupported",
    "broken": "broken (harness or machine)",
    "not-run": "not run",
}


def write(doc: Json, path: Path) -> None:
    """Write a result, whole or not at all."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(json.dumps(doc, indent=1) + "\n", "utf-8")
    fresh.replace(path)


def read(path: Path) -> Json:
    """Read a result back; raises UsageError for what is none."""
    try:
        doc = json.loads(path.read_text("utf-8"))
        if doc["format"] != FORMAT:
            raise UsageError(f"{path} is of format {doc['format']!r}, not {FORMAT!r}")
        _check_shape(doc)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} is no result of ours: {error}") from None
    result: Json = doc
    return result


def _check_shape(doc: Json) -> None:
    """Touch what every reader needs; raises KeyError or TypeError where it lacks."""
    exit_code(doc)
    for target in doc["targets"]:
        headline(target)
        for result in target["results"]:
            by_id(result["requirement"])

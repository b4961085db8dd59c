"""The last screen of a run: counts, then each deviation with all that explains it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rich.console import Console
from rich.text import Text

from shm_conformance import results, strips, tables
from shm_conformance.requirements import LEVELS, by_id
from shm_conformance.trace import Step, Trace, printable
from shm_conformance.verdicts import DEVIATIONS, word

STYLES = {
    "conforms": "green",
    "deviates": "red",
    "crashed": "red",
    "hung": "red",
    "broken": "magenta",
    "not-run": "yellow",
    "unsupported": "yellow",
}
Json = dict[str, Any]
# So many that have one reason not to be judged are told in one line.
MANY = 5


def show(document: Json) -> None:
    """Print a result for a person to read."""
    console = Console(highlight=False, soft_wrap=True)
    for target in document["targets"]:
        _show_target(console, target)
    _show_certification(console, document)


def show_all(document: Json) -> None:
    """Print many targets as a table, and shortly what kept them from conforming."""
    console = Console(highlight=False, soft_wrap=True)
    found = tables.of_kinds(document)
    for line in [line for rows in found.values() for line in tables.aligned(rows)]:
        console.print(Text(printable(line)))
    if "pairs" in found:
        console.print(tables.LEGEND, markup=False)
    for alike in _alike(document).values():
        _show_alike(console, alike, len(document["targets"]))
    _show_certification(console, document)


def _alike(document: Json) -> dict[tuple[str, str], list[tuple[Json, Json]]]:
    """What did not conform, by its word and requirement, with the targets it was on."""
    groups: dict[tuple[str, str], list[tuple[Json, Json]]] = {}
    for target in document["targets"]:
        for result in target["results"]:
            what = word(result)
            if what not in ("conforms", "known"):
                key = what, result["requirement"]
                groups.setdefault(key, []).append((target, result))
    return groups


def _show_alike(console: Console, found: list[tuple[Json, Json]], total: int) -> None:
    target, result = found[0]
    what = word(result)
    head = Text(f"{what}  {result['requirement']}", STYLES.get(what, "cyan"))
    console.print(head.append(f"  on {len(found)} of {total}", "default"))
    first = " | ".join(tables.side_names(target))
    console.print(Text(printable(f"  {first}: {result['detail']}")))
    if what not in ("unsupported", "not-run"):
        console.print(Text(f"  repeat    {result['reproduce']}"))


def _show_target(console: Console, target: Json) -> None:
    console.print(Text(printable(results.headline(target)), "bold"))
    if not target["run"] and target["results"]:
        console.print(Text(f"  did not start: {target['results'][0]['detail']}", "red"))
        return
    for level in LEVELS:
        _show_level(console, level, target["results"])
    _show_strips(console, target)
    _show_results(console, target["results"])
    for name, value in sorted(target["traits"].items()):
        console.print(Text(printable(f"  trait     {name}: {value}"), "dim"))


def _show_results(console: Console, found: list[Json]) -> None:
    together = _together(found)
    for (verdict, detail), number in together.items():
        line = f"  {verdict:<9} {number} requirements: {detail}"
        console.print(Text(printable(line), "yellow"))
    for result in found:
        if (result["verdict"], result["detail"]) not in together:
            _show_result(console, result)


def _together(found: list[Json]) -> dict[tuple[str, str], int]:
    """What many requirements were not judged for, and how many those are."""
    unjudged = ("unsupported", "not-run")
    whys = [(it["verdict"], it["detail"]) for it in found if it["verdict"] in unjudged]
    return {why: number for why, number in Counter(whys).items() if number > MANY}


def _show_strips(console: Console, target: Json) -> None:
    found = strips.strips(target)
    width = max(map(len, found), default=0)
    for name, cells in found.items():
        console.print(f"  {name:<{width}}  {cells}", markup=False)
    if found:
        console.print(f"  {strips.LEGEND}", style="dim", markup=False)


def _show_level(console: Console, level: str, found: list[Json]) -> None:
    of_level = [result for result in found if result["level"] == level]
    if not of_level:
        return
    kept = sum(result["verdict"] == "conforms" for result in of_level)
    console.print(f"  {level:<9} {kept} of {len(of_level)} conform", markup=False)


def _show_result(console: Console, result: Json) -> None:
    verdict, known = result["verdict"], result["known"]
    if verdict == "conforms" and not known:
        return
    if known and verdict in DEVIATIONS:
        why = " ".join(filter(None, (known["reason"], known["issue"])))
        line = f"  known     {result['requirement']}: {why}"
        console.print(Text(printable(line), "dim"))
        return
    if verdict in ("unsupported", "not-run"):
        line = f"  {verdict:<9} {result['requirement']}: {result['detail']}"
        console.print(Text(printable(line), "yellow"))
        return
    _show_deviation(console, result)


def _show_deviation(console: Console, result: Json) -> None:
    is_fixed = result["verdict"] == "conforms"
    word = "fixed" if is_fixed else result["verdict"]
    console.print()
    head = Text(f"{word}  {result['requirement']}", STYLES.get(word, "cyan"))
    console.print(head.append(f"  [{result['level']}]", "default"))
    console.print(f"  {by_id(result['requirement']).text}", markup=False)
    for label, text in _explanation(result):
        console.print(Text(printable(f"  {label:<9} {text}")))
    lines = Trace([Step(**step) for step in result["trace"]]).lines()
    if lines and not is_fixed:
        console.print("  trace")
        for line in lines:
            console.print(Text("    " + line.replace("\n", "\n    ")))
    console.print(Text(f"  repeat    {result['reproduce']}"))


def _explanation(result: Json) -> list[tuple[str, str]]:
    if result["verdict"] == "conforms":
        known = result["known"]["reason"]
        return [("baseline", f"says it deviates: {known}"), ("actual", "it conforms")]
    if result["expected"] is None:
        return [("detail", result["detail"])]
    return [("expected", result["expected"]), ("actual", result["actual"])]


def _show_certification(console: Console, document: Json) -> None:
    proofs = results.due_proofs(document)
    missed = [proof for proof in proofs if not proof["caught"]]
    if not proofs:
        console.print("not certified: no faulty target was run", markup=False)
        return
    caught = f"{len(proofs) - len(missed)} of {len(proofs)} faulty targets caught"
    console.print(f"harness check: {caught}", markup=False)
    for proof in missed:
        line = f"  missed    {proof['requirement']} by {proof['target']}: "
        line += f"{proof['verdict']} {proof.get('detail', '')}".rstrip()
        console.print(Text(printable(line), "magenta"))

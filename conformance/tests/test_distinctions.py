"""Which faulty targets tell requirements apart."""

from __future__ import annotations

from typing import Any

from shm_conformance import distinctions

ONE, TWO, THREE = "shm.unlink.before-close", "shm.unlink.after-close", "shm.close.twice"


def target(name: str, **verdicts: str) -> dict[str, Any]:
    ids = {"one": ONE, "two": TWO, "three": THREE}
    results = [{"requirement": ids[it], "verdict": verdicts[it]} for it in verdicts]
    return {"target": name, "results": results}


DOCUMENT = {
    "targets": [
        target("reference", one="conforms", two="conforms", three="conforms"),
        target("faulty:x", one="deviates", two="hung", three="conforms"),
        target("faulty:y", one="crashed", two="deviates", three="broken"),
        target("faulty:z", one="conforms", two="conforms", three="not-run"),
    ]
}


def test_who_fails_what() -> None:
    """A deviation of any kind counts; what is broken or not run tells nothing."""
    found = distinctions.failing(DOCUMENT)

    assert found == {ONE: {"x", "y"}, TWO: {"x", "y"}, THREE: set()}


def test_twins_are_failed_by_the_same() -> None:
    """Those that nothing fails, permitted variations among them, are no twins."""
    apart = {ONE: frozenset("x"), TWO: frozenset("xy"), THREE: frozenset()}

    assert distinctions.twins(distinctions.failing(DOCUMENT)) == [[ONE, TWO]]
    assert distinctions.twins({**apart, "shm.close.keeps-the-name": frozenset()}) == []


def test_a_line_for_each() -> None:
    """Counts, and a few names."""
    lines = distinctions.lines({ONE: frozenset("vwxyz"), TWO: frozenset()}, 7)

    assert lines[1].split() == [ONE, "5", "2", "v,", "w,", "x,", "and", "2", "more"]
    assert lines[2].split() == [TWO, "0", "7"]

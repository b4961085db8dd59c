"""The record of a test: what was said in pieces is one step, and nobody else's."""

from __future__ import annotations

from shm_conformance.trace import Trace


def test_what_comes_in_pieces_is_one_step() -> None:
    """A crash is written down word by word, by whoever has just crashed."""
    trace = Trace()
    for piece in ("Fatal Python error: ", "Bus error", "\n", "\nCurrent thread\n"):
        trace.hear("one", piece)

    assert [step.text for step in trace.steps] == [
        "Fatal Python error: Bus error\n\nCurrent thread"
    ]


def test_what_an_operation_causes_does_not_come_before_it() -> None:
    """What was printed for one operation is no part of what the next one prints."""
    trace = Trace()
    trace.hear("one", "warning of the first\n")
    place = trace.seal()
    trace.hear("one", "warning of the ")
    trace.hear("one", "second\n")
    trace.insert(place, "one", "operation", "second -> ok")

    assert [step.text for step in trace.steps] == [
        "warning of the first",
        "second -> ok",
        "warning of the second",
    ]


def test_what_happens_in_between_parts_what_is_heard() -> None:
    """The order of steps is that in which they were seen."""
    trace = Trace()
    trace.hear("one", "first\n")
    trace.hear("two", "second\n")
    trace.add("one", "operation", "close()")
    trace.hear("one", "third\n")

    texts = [(step.actor, step.text) for step in trace.steps]
    assert texts == [
        ("one", "first"),
        ("two", "second"),
        ("one", "close()"),
        ("one", "third"),
    ]

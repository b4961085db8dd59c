"""Several actors at work at once: calls repeated side by side, and what came of them.

Each actor does its calls in turn whenever nothing is asked of it. A run is over
when each has done enough of them since the last one began, so that the work of all
has overlapped, however busy the machine is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from shm_conformance.actors import Actor, Actors
from shm_conformance.errors import Crashed, Violation
from shm_conformance.messages import encode
from shm_conformance.remotes import Block, encoded, short_text

# So many calls of each actor for an example of the profile.
CALLS = 100.0
# In seconds: rounds are quick, but a busy machine or an emulated one is not.
LIMIT = 60.0


@dataclass(frozen=True)
class Call:
    """An operation to repeat, and what to call it in the trace."""

    label: str
    operation: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """A value or, as a type's name, an error; and how often it came."""

    kind: str
    value: Any
    count: int

    def __str__(self) -> str:
        return f"{self.kind} {short_text(self.value)}, {self.count} times"


# What came of one call in all its rounds.
Outcomes = list[Outcome]


def applying(function: str, *args: object) -> Call:
    """Call a builtin function or operator."""
    label = f"{function}({', '.join(map(short_text, args))})"
    return Call(label, "apply", {"function": function, "args": encoded(args)})


def calling(block: Block, method: str, *args: object) -> Call:
    """Call a method."""
    label = f"{block.handle}.{method}({', '.join(map(short_text, args))})"
    words = {"handle": block.handle, "method": method, "args": encoded(args)}
    return Call(label, "call", words)


def getting(block: Block, position: int) -> Call:
    """Read an item."""
    return applying("getitem", block, position)


def setting(block: Block, position: int, value: object) -> Call:
    """Assign an item."""
    return applying("setitem", block, position, value)


def reading(block: Block, start: int, stop: int) -> Call:
    """Read bytes."""
    words = {"handle": block.handle, "start": start, "stop": stop}
    return Call(f"read {block.handle}[{start}:{stop}]", "read", words)


def writing(block: Block, start: int, data: bytes) -> Call:
    """Write bytes."""
    label = f"write {block.handle}[{start}:] = {short_text(data)}"
    words = {"handle": block.handle, "start": start, "data": encode(data)}
    return Call(label, "write", words)


def attaching(name: str, handle: str) -> list[Call]:
    """Attach by name, read a byte, and close."""
    new = {"kind": "SharedMemory", "into": handle, "args": [name]}
    return [
        Call(f"{handle} = SharedMemory({name!r})", "new", new),
        Call(f"read {handle}[0:1]", "read", {"handle": handle, "start": 0, "stop": 1}),
        Call(f"{handle}.close()", "call", {"handle": handle, "method": "close"}),
    ]


def together(
    actors: Actors, *works: tuple[Actor, Sequence[Call]]
) -> list[list[Outcomes]]:
    """Have actors repeat their calls at once; tells for each what came of each call."""
    for actor, calls in works:
        label = "from now on, in turn: " + "; ".join(call.label for call in calls)
        words = [{"op": it.operation, "arguments": it.arguments} for it in calls]
        actor.do("repeat", label, calls=words)
    begun = [_tally(actor)[0] for actor, _ in works]
    for (actor, calls), rounds in zip(works, begun, strict=True):
        due = actors.budget.examples(CALLS / len(calls))
        _tally(actor, rounds=rounds + due)
    # They end as nearly at once as they can: what the last to end has overwritten
    # would not be seen.
    ends = [
        actor.begin("tally", "the last tally", LIMIT, stop=True) for actor, _ in works
    ]
    return [_read(actor, end())[1] for (actor, _), end in zip(works, ends, strict=True)]


def _tally(actor: Actor, **words: Any) -> tuple[int, list[Outcomes]]:
    label = f"tally {words or ''}".rstrip()
    return _read(actor, actor.do("tally", label, LIMIT, **words))


def _read(actor: Actor, value: Any) -> tuple[int, list[Outcomes]]:
    try:
        calls = [[Outcome(*it) for it in seen] for seen in value["calls"]]
        return int(value["rounds"]), calls
    except (KeyError, TypeError, ValueError):
        raise Crashed(f"{actor.name} gave a tally of {value!r:.200}") from None


def only(what: str, outcomes: Iterable[Outcome], *due: object) -> None:
    """Check that nothing came but these values, alike in type."""
    expected = [repr(value) for value in due]
    for outcome in outcomes:
        if outcome.kind != "value" or repr(outcome.value) not in expected:
            raise Violation(f"{what} gave {outcome}", f"one of {', '.join(expected)}")


def rate(outcomes: Sequence[Outcome], *due: object) -> str:
    """How often something else came than these values: never, or over so many %."""
    expected = [repr(value) for value in due]
    total = sum(outcome.count for outcome in outcomes)
    others = [
        it for it in outcomes if it.kind != "value" or repr(it.value) not in expected
    ]
    odd = sum(outcome.count for outcome in others)
    if not odd:
        return "never"
    order = 10.0 ** math.floor(math.log10(100 * odd / total))
    kinds = sorted(
        {it.value if it.kind == "error" else "another value" for it in others}
    )
    return f"over {order:g} %: {', '.join(kinds)}"

"""A list that is attached while it is made has no items for ever.

A consumer waits for a list by trying to attach again and again. It succeeds as soon as
there is a block, before the values are in it: what lies where is read once, and there
is nothing yet. However long the creator has been done, len() tells of all the items,
and each of them is out of range.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.remotes import Block
from shm_conformance.suite.endings import with_tracker
from shm_scenarios.disturbed import error_of, hold_after, listing
from shm_scenarios.scenario import Report, Scenario


def steps(actors: Actors) -> bool:
    """Hold the creator when its block has its size, attach; an item must be missing for good."""
    creator, consumer = with_tracker(actors.start("creator")), actors.start("consumer")
    name = actors.name()
    attached: list[Block] = []

    def attach() -> None:
        error_of(lambda: attached.append(consumer.shareable_list(name=name)))

    hold_after(
        creator,
        "ftruncate(",
        lambda: creator.shareable_list([1, 2, 3], name=actors.name()),
        listing(creator, name, [1, 2, 3]),
        attach,
    )

    if not attached:
        return False
    length = attached[0].apply("len")
    return length == 3 and bool(error_of(lambda: attached[0].apply("getitem", 0)))


SCENARIO = Scenario(
    id="a-list-attached-while-it-is-made-has-no-items",
    kind="create-attach-race",
    title="A list that is attached while it is made has no items for ever",
    met=(),
    symptom="IndexError for every item of a list whose len() is right, until the process is started anew",
    cast={
        "creator": "makes a list, and is held when its block has its size",
        "consumer": "attaches to the list meanwhile",
    },
    advice="Hand the name over when the list is made, by a queue or an event, instead of trying.",
    shown_by="faulty:who_attached_early_has_no_items",
    spared="reference",
    steps=steps,
    report=Report(
        expected="An attach sees the whole list, or none: FileNotFoundError, as before the creation.",
        actual="The block is there, and can be attached to, before the values are in it. The handle keeps the offsets that it found, which are none, for ever.",
    ),
)

"""A value just below the documented limit fails an assertion.

The documentation allows str and bytes of less than 10M bytes. From 9,999,992 bytes on
the room for one needs a format of nine characters, where eight are kept: an
AssertionError, and a block that is left behind.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.disturbed import error_of
from shm_scenarios.scenario import Report, Scenario


def steps(actors: Actors) -> bool:
    """Make a list of the longest value that is allowed; it must be refused."""
    owner = actors.start("owner")

    return bool(error_of(lambda: owner.shareable_list([b"x" * 9_999_999])))


SCENARIO = Scenario(
    id="ten-million-bytes",
    kind="size",
    title="A value just below the documented limit fails an assertion",
    met=(),
    symptom="AssertionError from ShareableList for a value of nearly 10 MB",
    cast={
        "owner": "makes a list of one value of 9,999,999 bytes",
    },
    advice="Stay below 9,999,992 bytes.",
    shown_by="faulty:bytes_end_below_a_full_slot",
    spared="reference",
    steps=steps,
    platforms="all",
    report=Report(
        expected="Every str and bytes of less than 10,000,000 bytes is taken, as the documentation says.",
        actual="The format of an item has room for eight characters. From 9,999,992 bytes on it takes nine, and an assertion fails; without assertions the format is cut.",
    ),
)

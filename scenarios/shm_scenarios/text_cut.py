"""A str in a ShareableList comes back cut, or not at all.

The room for a str is measured in characters, and filled with its UTF-8. Names,
currency signs and emoji take more bytes than characters: what does not fit is cut
off, in the middle of a character, and reading it raises UnicodeDecodeError.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_conformance.errors import TargetError
from shm_scenarios.scenario import Scenario


def steps(actors: Actors) -> bool:
    """Store text that is longer in bytes; it must come back changed, or not at all."""
    text = "0\U0001f600\U0001f600"
    block = actors.start("owner").shareable_list([text])

    try:
        return bool(block.apply("getitem", 0) != text)
    except TargetError as error:
        return error.failure.type == "UnicodeDecodeError"


SCENARIO = Scenario(
    id="text-is-cut-in-a-character",
    kind="list-corruption",
    title="A str in a ShareableList comes back cut, or not at all",
    met=(
        "https://github.com/python/cpython/issues/88336",
        "https://github.com/python/cpython/issues/145261",
    ),
    symptom="UnicodeDecodeError on reading an item that was accepted, or a str that is shorter than it was",
    cast={
        "owner": "makes a list of one str of three characters, nine bytes",
    },
    advice="Store bytes, encoded by yourself, or pad the str.",
    shown_by="faulty:room_for_text_is_counted_in_characters",
    spared="reference",
    steps=steps,
    platforms="all",
)

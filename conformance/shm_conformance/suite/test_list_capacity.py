"""What assignment to an item promises: other types, the room, what a refusal leaves."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from functools import partial

from shm_conformance import checks
from shm_conformance.actors import Actors
from shm_conformance.errors import TargetError
from shm_conformance.messages import Special
from shm_conformance.remotes import Block
from shm_conformance.suite import requirement

# One of each type, and another one, that fits into the smallest room.
VALUES = (7, 2.5, True, None, "text", b"bytes")
ANOTHER = (-1, -0.0, False, None, "other", b"")
OTHERS: dict[str, object] = {
    "list": [1],
    "bytearray": bytearray(b"a"),
    "complex": Special("instance", "complex"),
    "object": Special("instance", "object"),
}
TOO_LARGE = (2**63, -(2**63) - 1, 2**200)
SURROGATE = "a\ud800"


def between(actors: Actors, *values: object) -> Block:
    """A list in which each value has a neighbour that would show an overflow."""
    items: list[object] = ["start"]
    for value in values:
        items += [value, "guard"]
    return actors.start().shareable_list(items)


def refuses(block: Block, position: int, value: object, error: str) -> None:
    with checks.raises(error):
        block.apply("setitem", position, value)


def changes_nothing(block: Block, value: object) -> None:
    """Try to assign to every item, and see values and format afterwards."""
    values, form = block.apply("list"), block.get("format")
    for position in range(len(values)):
        # Which error is due is for other tests.
        with suppress(TargetError):
            block.apply("setitem", position, value)
    checks.alike("the list", block.apply("list"), values)
    checks.same("format", block.get("format"), form)


@requirement("list.setitem.keeps-the-type")
def test_an_item_can_be_replaced(actors: Actors) -> None:
    """Each item takes another value of its type."""
    block = actors.start().shareable_list(VALUES)

    for position, value in enumerate(ANOTHER):
        block.apply("setitem", position, value)

    checks.alike("the list", block.apply("list"), list(ANOTHER))


@requirement("list.setitem.changes-the-type")
def test_the_type_of_an_item_can_change(actors: Actors) -> None:
    """Each item takes each type, from each other type."""
    block = between(actors, *VALUES)
    positions = range(1, 12, 2)
    turned = deque(VALUES)

    # Six turns by each number lead from each type to each other one somewhere.
    for turn in (it for it in range(1, 6) for _ in VALUES):
        turned.rotate(turn)
        for position, value in zip(positions, turned, strict=True):
            block.apply("setitem", position, value)
        due = ["start", *(item for value in turned for item in (value, "guard"))]
        checks.alike("the list", block.apply("list"), due)


@requirement("list.setitem.seven-bytes-fit-anywhere")
def test_seven_bytes_fit_anywhere(actors: Actors) -> None:
    """As the documented 'dry ice' replaces a float, it replaces every other value."""
    block = actors.start().shareable_list([*VALUES, "", b""])

    for text in ("dry ice", b"dry ice"):
        for position in range(8):
            block.apply("setitem", position, text)
        checks.alike("the list", block.apply("list"), [text] * 8)


@requirement("list.setitem.too-long-is-refused")
def test_a_longer_value_is_refused(actors: Actors) -> None:
    """What is far too long for its item raises ValueError."""
    block = actors.start().shareable_list(VALUES)

    for position in range(6):
        for value in ("x" * 500, b"x" * 500):
            refuses(block, position, value, "ValueError")


@requirement("list.setitem.too-long-changes-nothing")
def test_a_longer_value_changes_nothing(actors: Actors) -> None:
    """Values and format are the same after assignments of what is too long."""
    block = between(actors, *VALUES)

    for value in ("x" * 500, b"x" * 500, "\u20ac" * 200):
        changes_nothing(block, value)


@requirement("list.setitem.stored-is-whole")
def test_what_is_stored_is_whole(actors: Actors) -> None:
    """From what fits to what does not, no length is cut off or runs over."""
    block = between(actors, 7, "12345678", b"123456789", None)
    due = block.apply("list")

    for length in (7, 8, 9, 15, 16, 17, 24, 25):
        for position in range(1, 9, 2):
            value = "y" * length if position in (1, 3) else b"\xfe" * length
            try:
                block.apply("setitem", position, value)
                due[position] = value
            except TargetError as error:
                is_due = "ValueError" in error.failure.bases
                checks.that(is_due, error.actual, "ValueError")
        checks.alike(f"the list after {length} bytes", block.apply("list"), due)


@requirement("list.setitem.room-is-counted-in-bytes")
def test_room_is_counted_in_bytes(actors: Actors) -> None:
    """Text of few characters and many bytes is refused just as those bytes are."""
    block = between(actors, 7, "1234567", None)

    def is_refused(position: int, value: object) -> bool:
        try:
            block.apply("setitem", position, value)
        except TargetError:
            return True
        return False

    for position in (1, 3, 5):
        for text in ("\u20ac" * 2, "\u20ac" * 7, "\U0001f600" * 6, "\xe9" * 50):
            due = is_refused(position, text.encode())
            what = f"[{position}] = {text!a:.20} refused"
            checks.same(what, is_refused(position, text), due)


@requirement("list.setitem.no-room-beyond-a-word")
def test_no_room_beyond_a_word(actors: Actors) -> None:
    """Whatever its first value was, an item refuses what is nine bytes longer."""
    texts = ("", "x" * 7, "x" * 8, "\u20ac" * 5, b"", b"y" * 23, b"y" * 800)
    block = between(actors, 7, 2.5, True, None, *texts)

    def case(position: int, first: object) -> None:
        content = first.encode() if isinstance(first, str) else first
        length = len(content) if isinstance(content, bytes) else 0
        for value in ("z" * (length + 9), b"z" * (length + 9)):
            refuses(block, position, value, "ValueError")

    values = (7, 2.5, True, None, *texts)
    places = enumerate(values)
    checks.each({f"item {at}": partial(case, 2 * at + 1, it) for at, it in places})


@requirement("list.setitem.room-stays")
def test_room_stays(actors: Actors) -> None:
    """What was there at first fits again after shorter values and other types."""
    longest = ["x" * 40, b"\xff" * 33, "z" * 8]
    block = actors.start().shareable_list(longest)

    for other in ("", b"", None, 7, "short"):
        for position, value in enumerate(longest):
            block.apply("setitem", position, other)
            block.apply("setitem", position, value)
        checks.alike(f"the list after {other!r}", block.apply("list"), longest)


@requirement("list.setitem.same-encoded-length-fits")
def test_the_same_encoded_length_fits(actors: Actors) -> None:
    """ASCII text fits where text of as many bytes was, and the other way about."""
    texts = ["\u20ac" * 8, "\U0001f600" * 6, "\xe9" * 20, "z" * 24]
    block = actors.start().shareable_list(texts)

    for replacement in ([len(text.encode()) * "y" for text in texts], texts):
        for position, text in enumerate(replacement):
            block.apply("setitem", position, text)
        checks.alike("the list", block.apply("list"), replacement)


@requirement("list.setitem.shorter-leaves-no-rest")
def test_a_shorter_value_leaves_no_rest(actors: Actors) -> None:
    """Of a longer value nothing is left behind a shorter one of any kind."""
    long = ["x" * 40, b"\xff" * 40, "x" * 3000, b"\xff" * 3000]
    block = actors.start().shareable_list(long)

    for value in ("y" * 20, "", b"y" * 9, b"", 7, "", 2.5, b"y"):
        for position in range(4):
            block.apply("setitem", position, value)
        checks.alike("the list", block.apply("list"), [value] * 4)


@requirement("list.setitem.other-type-is-refused")
def test_other_types_are_refused(actors: Actors) -> None:
    """Containers, a bytearray, a complex number and a bare object are not stored."""
    block = actors.start().shareable_list(VALUES)

    checks.each(
        {
            name: partial(refuses, block, 0, value, "Exception")
            for name, value in OTHERS.items()
        }
    )


@requirement("list.setitem.other-type-changes-nothing")
def test_other_types_change_nothing(actors: Actors) -> None:
    """Values and format are the same after assignments of other types."""
    block = between(actors, *VALUES)

    for value in OTHERS.values():
        changes_nothing(block, value)


@requirement("list.setitem.int-beyond-64-bit-is-refused")
def test_larger_ints_are_refused(actors: Actors) -> None:
    """2**63, -2**63 - 1 and beyond are not stored, whatever was there."""
    block = actors.start().shareable_list(VALUES)

    for position in range(6):
        for value in TOO_LARGE:
            refuses(block, position, value, "Exception")


@requirement("list.setitem.int-beyond-64-bit-changes-nothing")
def test_larger_ints_change_nothing(actors: Actors) -> None:
    """Values and format are the same after assignments of too large an int."""
    block = between(actors, *VALUES)

    for value in TOO_LARGE:
        changes_nothing(block, value)


@requirement("list.setitem.surrogate-is-refused")
def test_a_lone_surrogate_is_refused(actors: Actors) -> None:
    """A str that cannot be encoded is not stored, whatever was there."""
    block = actors.start().shareable_list(VALUES)

    for position in range(6):
        refuses(block, position, SURROGATE, "Exception")


@requirement("list.setitem.surrogate-changes-nothing")
def test_a_lone_surrogate_changes_nothing(actors: Actors) -> None:
    """Values and format are the same after assignments of a lone surrogate."""
    block = between(actors, *VALUES)

    changes_nothing(block, SURROGATE)

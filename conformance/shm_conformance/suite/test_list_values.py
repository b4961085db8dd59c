"""Which values a ShareableList stores, and which it refuses."""

from __future__ import annotations

import math
import sys
from functools import partial
from typing import Any

from shm_conformance import checks
from shm_conformance.actors import Actor, Actors
from shm_conformance.errors import TargetError, Violation
from shm_conformance.messages import Special, iterator_over, subclass_of
from shm_conformance.suite import requirement

MIXED = [7, "text", b"bytes", 2.5, True, False, None]
TOO_LARGE = (2**63, -(2**63) - 1, 2**64, 2**200)
SURROGATES = ("\ud800", "a\udfff")
LENGTHS = range(34)
# Their UTF-8 is longer than a slot that was sized by the number of characters.
MULTI_BYTE: tuple[str, ...] = (
    "0\U0001f600\U0001f600",
    "\u20ac" * 4,
    "\xe9" * 7,
    "\xe9" * 40,
)
MULTI_BYTE += ("\U0010ffff" * 9, "\u20ac", "a\xe9\u20ac\U0001f600" * 5)
OTHERS: dict[str, object] = {
    "list": [1],
    "tuple": (1,),
    "dict": {"a": 1},
    "bytearray": bytearray(b"a"),
    "range": range(2),
    "complex": Special("instance", "complex"),
    "object": Special("instance", "object"),
}
SUBCLASSED: dict[str, object] = {"int": 7, "float": 2.5, "str": "text", "bytes": b"by"}
ENDING_IN_NULS = ("a\0", "\0", "a\0b\0\0", b"a\0", b"\0\0", b"a\0b" + bytes(13))


def comes_back(actor: Actor, values: list[Any]) -> None:
    block = actor.shareable_list(values)
    checks.alike("the list", block.apply("list"), values)


def is_refused(actor: Actor, *values: object) -> None:
    with checks.raises("Exception"):
        actor.shareable_list(list(values))


def leaves_no_block(actors: Actors, sequence: object) -> None:
    """Fail to make a list between good values, and see whether a block is there."""
    actor, name = actors.start(), actors.name()
    try:
        actor.shareable_list(sequence, name=name)
    except TargetError:
        checks.gone(actors, name, "after the list was refused")


@requirement("list.int.signed-64-bit")
def test_every_64_bit_int_comes_back(actors: Actors) -> None:
    """The limits and their neighbours, powers of two, and small ones come back."""
    powers = [
        sign * 2**n + d for n in (7, 8, 31, 32, 53) for sign in (1, -1) for d in (-1, 0)
    ]
    limits = [2**63 - 1, 2**63 - 2, -(2**63), -(2**63) + 1, 0, 1, -1]

    comes_back(actors.start(), limits + powers)


@requirement("list.int.beyond-64-bit-is-refused")
def test_larger_ints_are_refused(actors: Actors) -> None:
    """2**63, -2**63 - 1 and beyond are stored in no list."""
    actor = actors.start()

    checks.each({str(it): partial(is_refused, actor, 1, it) for it in TOO_LARGE})


@requirement("list.float.exact")
def test_floats_come_back_exactly(actors: Actors) -> None:
    """Sign, exponent and every digit of a float stay."""
    largest, smallest = sys.float_info.max, sys.float_info.min
    values = [0.1, -0.0, 0.0, math.inf, -math.inf, largest, -largest, smallest, 5e-324]

    comes_back(actors.start(), [*values, 1 / 3, 1e16, math.pi])


@requirement("list.float.nan")
def test_a_nan_comes_back(actors: Actors) -> None:
    """A NaN is a float that is not equal to itself, in the list as well."""
    block = actors.start().shareable_list([math.nan])

    value = block.apply("getitem", 0)

    checks.alike("the item", value, math.nan)


@requirement("list.types.come-back")
def test_types_come_back(actors: Actors) -> None:
    """A bool is no int, bytes are no str, None is None."""
    comes_back(actors.start(), [*MIXED, 1, 0, 1.0, 0.0, "1", b"1"])


@requirement("list.bytes.every-byte")
def test_every_byte_comes_back(actors: Actors) -> None:
    """Each value of a byte comes back, alone and among the others."""
    single = [bytes([value]) for value in range(1, 256)]

    comes_back(
        actors.start(), [bytes(range(256)), bytes(range(255, -1, -1)) + b"z", *single]
    )


@requirement("list.bytes.every-length")
def test_bytes_of_every_length_come_back(actors: Actors) -> None:
    """Bytes come back below, at and above each multiple of eight, and empty."""
    comes_back(actors.start(), [b"\xff" * length for length in LENGTHS])


@requirement("list.str.every-length")
def test_a_str_of_every_length_comes_back(actors: Actors) -> None:
    """A str comes back below, at and above each multiple of eight, and empty."""
    comes_back(actors.start(), ["x" * length for length in LENGTHS])


@requirement("list.str.encoded-longer-than-its-length")
def test_multi_byte_text_comes_back(actors: Actors) -> None:
    """Characters of two, three and four bytes are not cut off."""
    actor = actors.start()

    checks.each(
        {ascii(text)[:20]: partial(comes_back, actor, [text]) for text in MULTI_BYTE}
    )


@requirement("list.str.not-normalised")
def test_text_is_not_normalised(actors: Actors) -> None:
    """A composed letter and a letter with a combining accent are kept apart."""
    # Each with ASCII behind, so that room is no matter here.
    texts = [
        "\xe9 plain text",
        "e\u0301 plain text",
        "\ufeff plain text",
        "\r\n\t plain",
    ]

    comes_back(actors.start(), texts)


@requirement("list.nul.inner-is-kept")
def test_inner_nuls_are_kept(actors: Actors) -> None:
    """NULs at the start and in the middle come back."""
    comes_back(
        actors.start(),
        ["a\0b", "\0a", "\0" * 9 + "z", b"a\0b", b"\0a", bytes(9) + b"z"],
    )


@requirement("list.nul.padded-is-whole")
def test_the_documented_padding_keeps_nuls(actors: Actors) -> None:
    """With one more byte behind its NULs a value comes back as it went."""
    padded = ["?\0\x07", "\0\x07", b"\x03\x02\x01\0\0\0\x07", bytes(7) + b"\x07"]

    comes_back(actors.start(), [*padded, bytes(8) + b"\x07", "\0" * 15 + "\x07"])


@requirement("list.nul.trailing")
def test_trailing_nuls_may_be_stripped(actors: Actors) -> None:
    """Whether NULs at the end come back is recorded."""
    block = actors.start().shareable_list(["a\0", b"a\0\0"])

    is_kept = block.apply("list") == ["a\0", b"a\0\0"]

    actors.trait("NULs at the end of str and bytes", "kept" if is_kept else "stripped")


@requirement("list.nul.trailing-all-or-none")
def test_trailing_nuls_are_stripped_all_or_none(actors: Actors) -> None:
    """No value comes back with a part of its NULs, or more of them."""
    block = actors.start().shareable_list(list(ENDING_IN_NULS))
    stripped = [
        it.rstrip("\0") if isinstance(it, str) else it.rstrip(b"\0")
        for it in ENDING_IN_NULS
    ]

    values = block.apply("list")

    checks.that(
        values in (stripped, list(ENDING_IN_NULS)),
        f"the values are {values!r}",
        f"{list(ENDING_IN_NULS)!r}, or each without its NULs at the end",
    )


@requirement("list.types.others-are-refused")
def test_other_types_are_refused(actors: Actors) -> None:
    """Containers, a bytearray, a complex number and a bare object are not stored."""
    actor = actors.start()

    checks.each(
        {name: partial(is_refused, actor, 1, it) for name, it in OTHERS.items()}
    )


@requirement("list.types.subclasses")
def test_subclasses_may_be_taken(actors: Actors) -> None:
    """For which types an instance of a subclass is taken is recorded."""
    actor, taken = actors.start(), []

    for name, value in SUBCLASSED.items():
        try:
            actor.shareable_list([subclass_of(value)], name=actors.name())
        except TargetError:
            continue
        taken.append(name)

    actors.trait("subclasses taken in a list", ", ".join(taken) or "none")


@requirement("list.types.subclass-is-equal-or-refused")
def test_a_subclass_is_equal_or_refused(actors: Actors) -> None:
    """What is taken of a subclass comes back with the value that it had."""
    actor = actors.start()

    def is_equal_or_refused(value: object) -> None:
        try:
            block = actor.shareable_list([subclass_of(value), 8])
        except TargetError:
            return
        values = block.apply("list")
        checks.that(values == [value, 8], f"the list is {values!r}", f"{[value, 8]!r}")

    checks.each(
        {name: partial(is_equal_or_refused, it) for name, it in SUBCLASSED.items()}
    )


@requirement("list.str.surrogate-is-refused")
def test_a_lone_surrogate_is_refused(actors: Actors) -> None:
    """A str that cannot be encoded is stored in no list."""
    actor = actors.start()

    checks.each({ascii(it): partial(is_refused, actor, 1, it) for it in SURROGATES})


@requirement("list.create.refused-type-leaves-no-block")
def test_a_refused_type_leaves_no_block(actors: Actors) -> None:
    """A list with a value of another type leaves its name free."""
    leaves_no_block(actors, [1, "text", [2], None])


@requirement("list.create.refused-int-leaves-no-block")
def test_a_refused_int_leaves_no_block(actors: Actors) -> None:
    """A list with too large an int leaves its name free."""
    leaves_no_block(actors, [1, "text", 2**63, None])


@requirement("list.create.refused-str-leaves-no-block")
def test_a_refused_str_leaves_no_block(actors: Actors) -> None:
    """A list with a lone surrogate leaves its name free."""
    leaves_no_block(actors, [1, "text", "\ud800", None])


@requirement("list.create.refused-iterator-leaves-no-block")
def test_a_refused_iterator_leaves_no_block(actors: Actors) -> None:
    """An iterator that is not taken leaves its name free."""
    leaves_no_block(actors, iterator_over([1, "text", None]))


def holds_long(actors: Actors, char: str, *lengths: int) -> None:
    """Make the actor store long values by itself; they are too long to send about."""
    actor = actors.start()

    def holds(length: int) -> None:
        actor.run(f"value = {char} * {length}")
        name = actors.name()
        try:
            actor.run(f"l = shared_memory.ShareableList([1, value, 2], name={name!r})")
        except TargetError as error:
            raise Violation(error.actual, "a list that holds it") from None
        is_whole = actor.run("[l[0], l[1] == value, l[2]]")
        checks.alike("the list with it", is_whole, [1, True, 2])

    checks.each({f"{length} bytes": partial(holds, length) for length in lengths})


@requirement("list.bytes.nearly-10m")
def test_nearly_10m_bytes_come_back(actors: Actors) -> None:
    """Bytes a little shorter than the limit come back."""
    holds_long(actors, "b'x'", 9_999_000)


@requirement("list.str.nearly-10m")
def test_a_str_of_nearly_10m_comes_back(actors: Actors) -> None:
    """A str a little shorter than the limit comes back."""
    holds_long(actors, "'x'", 9_999_000)


@requirement("list.bytes.just-below-10m")
def test_bytes_just_below_10m_come_back(actors: Actors) -> None:
    """The longest bytes that are shorter than 10M come back."""
    holds_long(actors, "b'x'", 9_999_992, 9_999_999)


@requirement("list.str.just-below-10m")
def test_a_str_just_below_10m_comes_back(actors: Actors) -> None:
    """The longest str that is shorter than 10M comes back."""
    holds_long(actors, "'x'", 9_999_992, 9_999_999)


@requirement("list.types.10m-is-refused")
def test_10m_bytes_are_refused(actors: Actors) -> None:
    """A str and bytes of 10M bytes are stored in no list."""
    actor = actors.start()

    for char in ("'x'", "b'x'"):
        name = actors.name()
        with checks.raises("Exception"):
            actor.run(f"shared_memory.ShareableList([{char} * 10**7], name={name!r})")


@requirement("list.create.refused-length-leaves-no-block")
def test_a_refused_length_leaves_no_block(actors: Actors) -> None:
    """A list with 10M bytes in one value leaves its name free."""
    actor, name = actors.start(), actors.name()

    try:
        actor.run(f"shared_memory.ShareableList([b'x' * 10**7], name={name!r})")
    except TargetError:
        checks.gone(actors, name, "after the list was refused")

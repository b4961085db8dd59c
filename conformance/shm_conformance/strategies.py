"""Hypothesis strategies for what shared memory is given: values, names, sizes, writes.

Public, for tests of your own:

    from hypothesis import given
    from shm_conformance import strategies

    @given(strategies.values())
    def test_a_value_comes_back(value): ...

They lean towards where implementations go wrong: lengths around multiples of
eight bytes, characters of one to four bytes, NULs, the limits of 64 bits.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from shm_conformance.layout import Value
from shm_conformance.messages import Special, subclass_of

WORD = 8
INT_MIN, INT_MAX = -(2**63), 2**63 - 1
# The longest str or bytes of the documentation: below 10M bytes.
LONGEST = 9_999_999
# Characters whose UTF-8 has one, two, three and four bytes, combining ones too.
ALPHABET = "ab \n\x01\x7f\x80\xe9\u0301\u20ac\ufeff\uffff\U0001f600\U0010ffff"
LONE_SURROGATES = ("\ud800", "\udfff", "a\udc80b")


def ints() -> SearchStrategy[int]:
    """Every int that a list stores: 64 bits, signed."""
    limits = [INT_MIN, INT_MIN + 1, INT_MAX, INT_MAX - 1, 2**32, -(2**31), 255]
    return st.integers(INT_MIN, INT_MAX) | st.sampled_from(limits)


def floats() -> SearchStrategy[float]:
    """Every float: NaN, the infinities, -0.0 and subnormal ones."""
    return st.floats()


def lengths(most: int = 40) -> SearchStrategy[int]:
    """Lengths in bytes, mostly next to a multiple of eight."""
    near = st.builds(
        lambda words, off: max(0, min(most, words * WORD + off)),
        st.integers(0, most // WORD),
        st.sampled_from((0, 0, -1, 1)),
    )
    return near | st.integers(0, most)


def ascii_texts(most: int = 40) -> SearchStrategy[str]:
    """Text of one byte a character, with NULs anywhere but at its end."""
    mixed = st.text("ab \0\n\x01\x7f", max_size=most)
    return (mixed | st.builds("x".__mul__, lengths(most))).map(without_nuls)


def texts(most: int = 40) -> SearchStrategy[str]:
    """Text of up to *most* characters of any kind, no NULs at its end."""
    one = st.builds(str.__mul__, st.sampled_from(ALPHABET), lengths(most))
    some = st.text("\0" + ALPHABET, max_size=min(most, 12))
    # Each character is a draw, and takes its time.
    anything = st.text(st.characters(codec="utf-8"), max_size=min(most, 5))
    return (one | some | anything).map(without_nuls)


def byte_strings(most: int = 40) -> SearchStrategy[bytes]:
    """Bytes of any value, NULs anywhere but at their end."""
    one = st.builds(bytes.__mul__, st.binary(min_size=1, max_size=1), lengths(most))
    return (one | st.binary(max_size=most)).map(without_nuls)


def without_nuls(value: Any) -> Any:
    """A str or bytes without the NULs at its end; what else ends in none, as it is."""
    return value.rstrip("\0" if isinstance(value, str) else b"\0")


def numbers() -> SearchStrategy[int | float | bool | None]:
    """What always takes a slot of eight bytes."""
    return st.none() | st.booleans() | ints() | floats()


def plain_values() -> SearchStrategy[Value]:
    """Storable values, but for text whose characters take several bytes."""
    return numbers() | ascii_texts() | byte_strings()


def values() -> SearchStrategy[Value]:
    """Every kind of value that a ShareableList stores and gives back as it was."""
    return numbers() | texts() | byte_strings()


def with_nuls() -> SearchStrategy[str | bytes]:
    """Strings that end in NULs, which the documentation reads in two ways."""
    count = st.integers(1, 2 * WORD + 1)
    text = st.builds(lambda head, nuls: head + "\0" * nuls, ascii_texts(), count)
    return text | st.builds(
        lambda head, nuls: head + bytes(nuls), byte_strings(), count
    )


def large_ints() -> SearchStrategy[int]:
    """Ints that 64 bits do not hold."""
    return st.integers(min_value=INT_MAX + 1) | st.integers(max_value=INT_MIN - 1)


def refused_values() -> SearchStrategy[Any]:
    """What else a list must refuse: lone surrogates, values of other types."""
    kinds = [Special("instance", "object"), Special("instance", "complex")]
    others = st.sampled_from([*kinds, [1], (1,), {"a": 1}, range(2), bytearray(b"a")])
    return st.sampled_from(LONE_SURROGATES) | others


def subclass_instances() -> SearchStrategy[Special]:
    """Instances of subclasses of the types that a list stores."""
    return st.sampled_from((7, 2.5, "text", b"bytes")).map(subclass_of)


def kilobytes() -> SearchStrategy[str | bytes]:
    """Strings of a few hundred to some thousand bytes, mostly next to a multiple of 8."""
    length = lengths(9_999).filter(lambda it: it > 200)
    return st.builds(str.__mul__, st.sampled_from("x\n"), length) | st.builds(
        bytes.__mul__, st.binary(min_size=1, max_size=1).filter(bytes.strip), length
    )


def long_strings() -> SearchStrategy[str | bytes]:
    """Strings of almost, and of exactly, the longest size."""
    return st.builds(
        _long, st.sampled_from(("x", "\xe9", "\u20ac", b"x")), st.integers(0, WORD + 1)
    )


def _long(unit: str | bytes, short: int) -> str | bytes:
    size = len(unit.encode()) if isinstance(unit, str) else 1
    return unit * ((LONGEST - short) // size)


def names() -> SearchStrategy[str]:
    """Names, good and bad: any length, any character, slashes, colons, NULs, dots."""
    plain = st.text("aB.: \xe9\u20ac%-_", max_size=12)
    hostile = st.text("a./\0\n:", max_size=12)
    odd = ("", "/", ".", "..", "//", "/a/b", "../up", "a:b", "n" * 230, "n" * 255)
    return plain | hostile | st.sampled_from(odd)


def sizes() -> SearchStrategy[int]:
    """Sizes of blocks in bytes: small, and around multiples of a page."""
    pages = st.builds(
        lambda pages, off: max(1, pages * 4096 + off),
        st.integers(0, 17),
        st.integers(-1, 1),
    )
    return pages | st.integers(1, 200_000)


def refused_sizes() -> SearchStrategy[Any]:
    """What is no size: zero, negative, not an int, larger than any memory."""
    numbers = st.integers(max_value=0) | st.integers(min_value=2**63)
    return numbers | st.sampled_from(("1", b"1", [1], {"a": 1}))


def writes(size: int) -> SearchStrategy[list[tuple[int, bytes]]]:
    """Writes (offset, content) that stay inside a block of *size* bytes."""
    one = st.tuples(st.integers(0, size - 1), st.binary(min_size=1, max_size=64))
    inside = one.map(lambda write: (write[0], write[1][: size - write[0]]))
    return st.lists(inside, min_size=1, max_size=8)

"""Which values a ShareableList stores, and which it refuses."""

from shm_conformance.requirements._requirement import may, must, should

TYPES = "ShareableList: constrains storable values"
NUL = "ShareableList: note on trailing NULs"
ENCODED = "ShareableList: str (less than 10M bytes each when encoded as UTF-8)"
RESIDUE = "a creation that fails returns nothing by which its block could be removed"
REQUIREMENTS = (
    must(
        "list.int.signed-64-bit",
        "Every int from -2**63 to 2**63 - 1 comes back.",
        TYPES,
        smoke=True,
    ),
    must(
        "list.int.beyond-64-bit-is-refused",
        "A list with an int that needs more than 64 bits, with its sign, is not made:"
        " an error is raised.",
        TYPES,
    ),
    must(
        "list.float.exact",
        "Every float comes back exactly: infinities, minus zero, the smallest and"
        " the largest too.",
        TYPES,
    ),
    must("list.float.nan", "A NaN comes back as a NaN.", TYPES),
    must(
        "list.types.come-back",
        "An int, a float, a bool, a str, bytes and None come back with that very type.",
        f"{TYPES}; first example",
        smoke=True,
    ),
    must(
        "list.bytes.every-byte",
        "bytes with each of the 256 values come back.",
        TYPES,
    ),
    must(
        "list.bytes.every-length",
        "bytes of each length from 0 to 33 come back.",
        TYPES,
    ),
    must(
        "list.str.every-length",
        "An ASCII str of each length from 0 to 33 comes back.",
        TYPES,
    ),
    must(
        "list.str.encoded-longer-than-its-length",
        "A str whose UTF-8 is longer than its number of characters comes back whole.",
        f"{ENCODED}; https://github.com/python/cpython/issues/88336",
    ),
    must(
        "list.str.not-normalised",
        "A str comes back with the very same code points, composed or not.",
        TYPES,
    ),
    must(
        "list.nul.inner-is-kept",
        "NULs before the last character or byte that is none come back.",
        NUL,
    ),
    must(
        "list.nul.padded-is-whole",
        "A value that ends in NULs and one more byte comes back with all of them.",
        NUL,
    ),
    may(
        "list.nul.trailing",
        "NULs at the end of a str or bytes may be stripped or kept.",
        NUL,
    ),
    should(
        "list.nul.trailing-all-or-none",
        "The NULs at the end of a str or bytes are stripped all, or none of them.",
        NUL,
    ),
    must(
        "list.types.others-are-refused",
        "A list with a value of any other built-in type is not made: an error is"
        " raised.",
        TYPES,
    ),
    may(
        "list.types.subclasses",
        "An instance of a subclass of a storable type may be taken or refused.",
        TYPES,
    ),
    should(
        "list.types.subclass-is-equal-or-refused",
        "An instance of a subclass of a storable type comes back as an equal value,"
        " or an error is raised.",
        TYPES,
    ),
    should(
        "list.str.surrogate-is-refused",
        "A list with a str that UTF-8 cannot encode is not made: an error is raised.",
        ENCODED,
    ),
    should(
        "list.create.refused-type-leaves-no-block",
        "No block is left by a list that was not made for the type of a value.",
        RESIDUE,
    ),
    should(
        "list.create.refused-int-leaves-no-block",
        "No block is left by a list that was not made for an int beyond 64 bits.",
        RESIDUE,
    ),
    should(
        "list.create.refused-str-leaves-no-block",
        "No block is left by a list that was not made for a str without an encoding.",
        RESIDUE,
    ),
    should(
        "list.create.refused-iterator-leaves-no-block",
        "No block is left by a list that was not made because an iterator is no"
        " sequence.",
        RESIDUE,
    ),
    must(
        "list.bytes.nearly-10m",
        "bytes of 9,999,000 bytes come back.",
        "ShareableList: bytes (less than 10M bytes each)",
    ),
    must(
        "list.str.nearly-10m",
        "A str of 9,999,000 bytes comes back.",
        ENCODED,
    ),
    must(
        "list.bytes.just-below-10m",
        "bytes of 9,999,992 and of 9,999,999 bytes come back.",
        "ShareableList: bytes (less than 10M bytes each)",
    ),
    must(
        "list.str.just-below-10m",
        "A str of 9,999,992 and one of 9,999,999 bytes come back.",
        ENCODED,
    ),
    should(
        "list.types.10m-is-refused",
        "A list with a str or bytes of 10,000,000 bytes is not made, and an error is"
        " raised.",
        TYPES,
    ),
    should(
        "list.create.refused-length-leaves-no-block",
        "No block is left by a list that was not made for a str or bytes of"
        " 10,000,000 bytes.",
        RESIDUE,
    ),
)

"""What assignment to an item promises: other types, the room, what a refusal leaves."""

from shm_conformance.requirements._requirement import must, should

CHANGING = "ShareableList, first example: changing data types is supported"
ROOM = "ShareableList, first example: exceeds available storage"
TYPES = "ShareableList: constrains storable values"
WHOLE = "ShareableList, first example: the old value after a refused assignment"
ISSUE = "https://github.com/python/cpython/issues/88336"
REQUIREMENTS = (
    must(
        "list.setitem.keeps-the-type",
        "A value replaced by another one of its type comes back as that other one.",
        CHANGING,
    ),
    must(
        "list.setitem.changes-the-type",
        "A value of any storable type can be replaced by one of any other type.",
        CHANGING,
    ),
    should(
        "list.setitem.seven-bytes-fit-anywhere",
        "Every item, whatever it was made with, takes a str or bytes of seven bytes.",
        f"{CHANGING}; every known implementation",
    ),
    must(
        "list.setitem.too-long-is-refused",
        "A str or bytes that is larger than the room of its item raises ValueError.",
        ROOM,
        smoke=True,
    ),
    must(
        "list.setitem.too-long-changes-nothing",
        "A str or bytes that is too long for its item leaves the whole list as it was.",
        WHOLE,
    ),
    must(
        "list.setitem.stored-is-whole",
        "A str or bytes of any length is refused with ValueError or comes back whole,"
        " and the items beside it stay.",
        ROOM,
    ),
    must(
        "list.setitem.room-is-counted-in-bytes",
        "A str is refused just where bytes as many as its UTF-8 are.",
        f"{ROOM}; https://github.com/python/cpython/issues/84510",
    ),
    should(
        "list.setitem.no-room-beyond-a-word",
        "An item has no more room than its first value needs, but for eight bytes.",
        "ShareableList, first example: exceeds available storage; both known rules of"
        " how long a slot is",
    ),
    should(
        "list.setitem.room-stays",
        "A str or bytes fits again where it was, after shorter ones and other types.",
        "ShareableList, first example: previously allocated storage space",
    ),
    should(
        "list.setitem.same-encoded-length-fits",
        "A str fits where another str with as many bytes of UTF-8 was from the start.",
        f"ShareableList, first example: previously allocated storage space; {ISSUE}",
    ),
    should(
        "list.setitem.shorter-leaves-no-rest",
        "A shorter str or bytes comes back without a rest of the longer one before it.",
        CHANGING,
    ),
    must(
        "list.setitem.other-type-is-refused",
        "Assignment of a value of a type that cannot be stored raises an error.",
        TYPES,
    ),
    should(
        "list.setitem.other-type-changes-nothing",
        "Assignment of a value of a type that cannot be stored leaves the list as it"
        " was.",
        WHOLE,
    ),
    must(
        "list.setitem.int-beyond-64-bit-is-refused",
        "Assignment of an int that needs more than 64 bits raises an error.",
        TYPES,
    ),
    should(
        "list.setitem.int-beyond-64-bit-changes-nothing",
        "Assignment of an int that needs more than 64 bits leaves the list as it was.",
        WHOLE,
    ),
    should(
        "list.setitem.surrogate-is-refused",
        "Assignment of a str that UTF-8 cannot encode raises an error.",
        TYPES,
    ),
    should(
        "list.setitem.surrogate-changes-nothing",
        "Assignment of a str that UTF-8 cannot encode leaves the list as it was.",
        WHOLE,
    ),
)

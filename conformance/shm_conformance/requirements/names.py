"""What names promise: which block a name means, and which names are none."""

from shm_conformance.requirements._requirement import may, must, should

NAME = "SharedMemory, parameter name"
UNIQUE = "SharedMemory: each block has a unique name"
ATTRIBUTE = "SharedMemory.name"
NUL = "https://github.com/python/cpython/issues/115886"
COLON = "https://github.com/python/cpython/issues/98896"
SLASH = "https://github.com/python/cpython/issues/105380"
POSIX = "POSIX shm_open: a slash, and no further one"
REQUIREMENTS = (
    must(
        "shm.name.is-the-given-one",
        "The name of a handle is the one it was opened with.",
        ATTRIBUTE,
        smoke=True,
    ),
    must(
        "shm.name.is-the-same-everywhere",
        "A generated name is the same in every handle on the block.",
        UNIQUE,
    ),
    must(
        "shm.name.attaches",
        "Another process attaches by the name that a handle tells.",
        UNIQUE,
    ),
    must(
        "shm.name.is-a-string",
        "name is a str, whether it was given or generated.",
        NAME + ": a str",
    ),
    must(
        "shm.name.is-read-only",
        "To assign to name raises AttributeError, and name stays.",
        ATTRIBUTE + ": read-only access",
    ),
    must(
        "shm.name.tells-blocks-apart",
        "Names that differ in case, or in a last character, are of different blocks.",
        UNIQUE,
    ),
    must(
        "shm.name.must-be-a-string",
        "A name that is neither str nor None raises TypeError, in create and attach.",
        NAME + ": str | None",
    ),
    should(
        "shm.name.with-nul-is-not-created",
        "create=True with a NUL in the name raises ValueError and makes no block.",
        NUL,
    ),
    should(
        "shm.name.with-nul-is-not-attached",
        "To attach with a NUL in the name raises ValueError, whatever blocks exist.",
        NUL,
    ),
    should(
        "shm.name.too-long-is-refused",
        "A name longer than the system allows raises an OSError or ValueError.",
        NAME,
        "posix",
    ),
    should(
        "shm.name.inner-slash-is-refused",
        "create=True with a slash inside the name raises an OSError or ValueError.",
        POSIX,
        "posix",
    ),
    should(
        "shm.name.empty-is-refused",
        "An empty name, or a mere slash, raises an OSError or ValueError.",
        NAME + ": only None asks for a novel one",
        "posix",
    ),
    should(
        "shm.name.refused-leaves-nothing",
        "A create that is refused for its name leaves nothing under any part of it.",
        NAME,
    ),
    may(
        "shm.name.unusual-characters",
        "Names with other characters than letters, digits and _ may be refused.",
        NAME,
    ),
    should(
        "shm.name.unusual-leaves-nothing",
        "A name with any character is refused, or its block goes with its process.",
        COLON,
        "posix",
    ),
    should(
        "shm.name.unusual-is-quiet",
        "Blocks whose names were accepted, closed and unlinked cause no output.",
        COLON,
        "posix",
    ),
    may(
        "shm.name.leading-slash",
        "A name with a slash in front may be that of the block without it.",
        POSIX,
        "posix",
    ),
    should(
        "shm.name.leading-slash-is-quiet",
        "A block opened with and without a slash in front, and unlinked once, causes"
        " no output.",
        SLASH,
        "posix",
    ),
)

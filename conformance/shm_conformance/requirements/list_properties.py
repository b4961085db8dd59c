"""What a ShareableList promises for every value, tried on generated ones."""

from shm_conformance.requirements._requirement import may, must, should

STORED = "ShareableList, parameter sequence: int, float, bool, str, bytes, None"
ACCESS = "ShareableList: element access, count, index, like a list"
NULS = "ShareableList: the warning on trailing NULs, and its work-around"
ASSIGN = "ShareableList: values and types can be changed, within the room allotted"
REFUSED = "ShareableList: a refused assignment is no assignment"
ATTACH = "ShareableList, parameter name"
PICKLE = "ShareableList: objects can be pickled and unpickled"
MANAGER = "SharedMemoryManager.ShareableList"
LAYOUT = "CPython 3.9 and later and PyPy read each other's lists"
REQUIREMENTS = (
    must(
        "list.any-values.come-back",
        "Any numbers, bools, None, ASCII text and bytes come back as they were.",
        STORED,
    ),
    must(
        "list.any-text.comes-back",
        "Any text comes back as it was, whatever its characters.",
        STORED,
    ),
    must(
        "list.any-values.by-every-means",
        "Positions from both ends, iteration, count and index find any values.",
        ACCESS,
    ),
    should(
        "list.any-values.repr",
        "repr shows any values as a list shows them.",
        ACCESS,
    ),
    must(
        "list.any-values.elsewhere",
        "A second process that attaches reads any values as they were.",
        ATTACH,
    ),
    must(
        "list.any-values.pickled",
        "A list that was pickled and unpickled elsewhere has any values as they were.",
        PICKLE,
    ),
    must(
        "list.any-values.by-a-manager",
        "A list that a manager made has any values, in its owner and elsewhere.",
        MANAGER,
    ),
    must(
        "list.any-overwrites.come-back",
        "After any assignments that fit, of any types, each item is the last one.",
        ASSIGN,
    ),
    must(
        "list.any-overwrites.by-every-means",
        "After any assignments that fit, count, index and repr tell of the last values.",
        ASSIGN,
    ),
    must(
        "list.any-long.by-every-means",
        "Positions, count, index and repr find any strings of kilobytes, also later on.",
        ACCESS,
    ),
    must(
        "list.any-overwrites.elsewhere",
        "Any assignments made in two processes in turn are seen in both.",
        ASSIGN,
    ),
    must(
        "list.any-nulls.one-documented-way",
        "NULs at the end of any str and bytes all come back, or none of them.",
        NULS,
    ),
    must(
        "list.any-nulls.padded-is-whole",
        "Any str and bytes with one more character behind come back whole.",
        NULS,
    ),
    must(
        "list.any-refused.is-not-stored",
        "No list is made with a value that is none of the storable ones.",
        STORED,
    ),
    should(
        "list.any-refused.leaves-no-block",
        "A list that is refused for any of its values leaves no block behind.",
        STORED,
    ),
    should(
        "list.any-refused.changes-nothing",
        "A refused assignment changes nothing in the block, byte for byte.",
        REFUSED,
    ),
    should(
        "list.any-large-int.changes-nothing",
        "An int beyond 64 bits, refused in an assignment, changes no byte of the block.",
        REFUSED,
    ),
    may(
        "list.any-subclass.assigned",
        "An instance of a subclass may be assigned, or refused.",
        STORED,
    ),
    must(
        "list.any-length.up-to-the-limit",
        "str and bytes of almost 10M bytes come back as they were.",
        "ShareableList, parameter sequence: less than 10M bytes each",
    ),
    should(
        "list.any-layout.is-the-common-one",
        "Any list, after any assignments, lies as other implementations read it.",
        LAYOUT,
    ),
    should(
        "list.any-layout.reads-the-common-one",
        "Any list that another implementation has laid out is read.",
        LAYOUT,
    ),
    may(
        "list.layout.generation",
        "Which of the two known layouts a list has.",
        "CPython 3.8, and CPython 3.9 and later",
    ),
)

"""What a ShareableList promises between handles and processes: attach, life, layout."""

from shm_conformance.requirements._requirement import may, must, should

ATTACH = "ShareableList, parameter name; second example"
PICKLE = "ShareableList: objects can be pickled and unpickled"
LIFE = "ShareableList.shm; SharedMemory.close, SharedMemory.unlink"
PASSED = "SharedMemoryManager: lists passed to the processes of an example"
LAYOUT = "CPython 3.9 and later and PyPy read each other's lists"
REQUIREMENTS = (
    must(
        "list.attach.sees-the-values",
        "Another process that attaches by name reads every value.",
        ATTACH,
        smoke=True,
    ),
    must(
        "list.attach.sees-later-writes",
        "What the creator assigns is read by a process that had attached before.",
        ATTACH,
    ),
    must(
        "list.attach.sees-changed-types",
        "A value of another type, assigned in one process, is read as that in others.",
        ATTACH,
    ),
    must(
        "list.attach.writes-reach-the-creator",
        "What an attached process assigns is read by the creator.",
        ATTACH,
    ),
    must(
        "list.attach.same-format",
        "format is the same for every handle, in the creator and elsewhere.",
        "ShareableList.format",
    ),
    should(
        "list.attach.changes-nothing",
        "To attach and to read leaves every byte of the block as it was.",
        ATTACH,
    ),
    must(
        "list.attach.missing-is-an-error",
        "To attach to a name that no block bears raises FileNotFoundError.",
        ATTACH,
    ),
    should(
        "list.attach.no-list-is-an-error",
        "To attach to a block that holds no list raises an error.",
        ATTACH,
    ),
    should(
        "list.attach.no-list-stays",
        "A block that holds no list keeps name and content when attached to as one.",
        ATTACH,
    ),
    should(
        "list.attach.larger-block",
        "A list is read in a block that is larger than it, whatever is in the rest.",
        "SharedMemory, parameter size: the block may be larger than requested",
    ),
    must(
        "list.handles.share-the-values",
        "Two handles in one process read each other's writes.",
        ATTACH,
    ),
    must(
        "list.close.leaves-the-others",
        "After shm.close() of one handle, another one reads and writes.",
        LIFE,
    ),
    should(
        "list.close.access-is-an-error",
        "After shm.close(), reading or assigning an item raises an error.",
        LIFE,
    ),
    must(
        "list.drop.keeps-the-block",
        "A block and its values outlive all handles of the process that made it.",
        LIFE,
        "posix",
    ),
    must(
        "list.unlink.frees-the-name",
        "After shm.unlink() the block's name is nobody's.",
        LIFE,
        "posix",
    ),
    must(
        "list.pickle.is-the-same-list",
        "An unpickled list, of any protocol, shares the values of the pickled one.",
        PICKLE,
        smoke=True,
    ),
    must(
        "list.pickle.works-in-another-process",
        "A list unpickled in another process shares the values of the pickled one.",
        PICKLE,
    ),
    should(
        "list.pickle.holds-no-values",
        "A list of a thousand items pickles to no more bytes than a list of one.",
        "ShareableList: it will still be the same shared object",
    ),
    must(
        "list.pickle.unlinked-is-an-error",
        "To unpickle a list whose block is unlinked raises FileNotFoundError.",
        "ShareableList: attached to an existing object, if still alive",
        "posix",
    ),
    must(
        "list.child.by-spawn",
        "A spawned child that is handed a list reads it, and its writes are seen.",
        PASSED,
    ),
    must(
        "list.child.by-fork",
        "A forked child that is handed a list reads it, and its writes are seen.",
        PASSED,
        "posix",
    ),
    must(
        "list.child.by-forkserver",
        "A child of the fork server that is handed a list reads it, and its writes"
        " are seen.",
        PASSED,
        "posix",
    ),
    should(
        "list.layout.is-the-common-one",
        "A new list lies in its block so that other implementations read it.",
        LAYOUT,
    ),
    should(
        "list.layout.reads-the-common-one",
        "A list that another implementation has laid out is read, and its format is"
        " the one written there.",
        LAYOUT,
    ),
    should(
        "list.layout.keeps-the-common-one",
        "Assignments of every type leave a list that other implementations read.",
        LAYOUT,
    ),
    may(
        "list.layout.room",
        "The room for a str or bytes of eight bytes may be eight bytes, or more.",
        LAYOUT,
    ),
)

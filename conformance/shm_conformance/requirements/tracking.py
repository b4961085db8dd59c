"""What tracking promises: who removes a block when its users have died.

Most of it is the table of `model`: a requirement for each of its rows.
"""

from shm_conformance.model import ROWS, Row
from shm_conformance.requirements._requirement import Requirement, may, must, should

TRACK = "SharedMemory, parameter track"
FAMILY = f"{TRACK}: relatives share a tracker, lifetimes are automatic among them"
CLEANUP = f"{TRACK}: cleanup even if all processes exit without doing so"
NOISE = f"{TRACK}: lifetimes are automatic; CPython's own tests"


def _of(row: Row) -> Requirement:
    source = f"{TRACK}: {row.because}"
    return must(row.requirement, row.text, source, "posix")


REQUIREMENTS: tuple[Requirement, ...] = (
    *map(_of, ROWS),
    must(
        "tracker.forked-before-use.siblings-share",
        "Children forked before their parent used shared memory share a tracker:"
        " one that attaches to the other's block and ends leaves it there.",
        FAMILY,
        "posix",
    ),
    must(
        "tracker.forked-before-use.hands-over",
        "A block that a child leaves is there for its parent after the child's end,"
        " even if the child was forked before the parent used shared memory.",
        FAMILY,
        "posix",
    ),
    should(
        "tracker.forked-before-use.says-nothing",
        "A child forked before its parent used shared memory says nothing on stderr"
        " about a block that the parent has attached and unlinked.",
        NOISE,
        "posix",
    ),
    must(
        "tracker.hand-over.keeps-the-contents",
        "What a child of any start method wrote into a block before it closed it"
        " and ended is there for its parent afterwards.",
        FAMILY,
        "posix",
    ),
    must(
        "tracker.killed-parent.leaves-the-block",
        "A block that a child created outlives the kill of its parent, and is gone"
        " when the child has ended as well.",
        FAMILY,
        "posix",
    ),
    should(
        "tracker.name-drawn-twice.is-cleaned",
        "A block is still tracked after 32 random bits, as many as CPython's names have,"
        " were drawn again for the name of another one.",
        CLEANUP,
        "posix",
    ),
    must(
        "tracker.terminated-group.is-cleaned",
        "A block is removed if SIGTERM ends all processes of its creator's group.",
        CLEANUP,
        "posix",
    ),
    must(
        "tracker.killed-list-creator.is-cleaned",
        "The block behind a ShareableList is removed when its creator was killed.",
        CLEANUP,
        "posix",
    ),
    must(
        "tracker.untracked-block.goes-with-a-tracking-stranger",
        "An untracked block to which an unrelated process attaches with tracking"
        " is removed when that process ends.",
        f"{TRACK}: the tracker of the first process that terminates deletes",
        "posix",
    ),
    must(
        "tracker.parameter.is-keyword-only",
        "track cannot be given by position: TypeError.",
        "SharedMemory, signature",
    ),
    should(
        "tracker.relative-unlink.is-final",
        "A child's unlink() of its parent's block frees the name, and neither's"
        " end says anything about it on stderr.",
        NOISE,
        "posix",
    ),
    should(
        "tracker.correct-use.says-nothing",
        "A parent that creates, closes and unlinks a block, and a child of any start"
        " method that attaches and closes, say nothing on stderr.",
        NOISE,
        "posix",
    ),
    should(
        "tracker.many-handles.say-nothing",
        "Several handles on a block, each closed, and one unlink() leave the tracker"
        " nothing to say on stderr.",
        NOISE,
        "posix",
    ),
    should(
        "tracker.leak.is-reported",
        "The tracker reports on stderr the leak of a block whose users ended"
        " without unlinking it.",
        f"{CLEANUP}; CPython's own tests",
        "posix",
    ),
    should(
        "tracker.untracked-leak.is-not-reported",
        "Nothing is said on stderr about an untracked block that nobody unlinked.",
        f"{TRACK}: without it nothing is registered; CPython's own tests",
        "posix",
    ),
    should(
        "tracker.untracked-unlink.says-nothing",
        "unlink() of an untracked block frees the name and says nothing on stderr.",
        NOISE,
        "posix",
    ),
    should(
        "tracker.attached-list-unlink.says-nothing",
        "unlink() of a list by a handle that has attached to it frees the name and says"
        " nothing on stderr.",
        NOISE,
        "posix",
    ),
    should(
        "tracker.finished-family.leaves-no-process",
        "When a program has ended, nothing that tracking started runs on.",
        f"{TRACK}: a tracker is there for the processes with access",
        "posix",
    ),
    may(
        "tracker.untracked-pickle.keeps-its-track",
        "Whether a pickled untracked handle is untracked where it is unpickled.",
        "SharedMemory, pickling",
        "posix",
    ),
    may(
        "tracker.untracked-unlink.of-a-tracked-block",
        "Whether the tracker complains of a leak after a tracked block was unlinked"
        " through an untracked handle.",
        "SharedMemory.unlink",
        "posix",
    ),
)

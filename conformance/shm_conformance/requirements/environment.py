"""What decides whether a block lives or dies, besides its users: signals, trackers, ends.

What managers and families add to that stands in their own chapters.
"""

from shm_conformance.requirements._requirement import Requirement, may, must, should

TRACK = "SharedMemory, parameter track"
CLEANUP = f"{TRACK}: cleanup even if all processes exit without doing so"
FAMILY = f"{TRACK}: relatives share a tracker, lifetimes are automatic among them"
ANYWHERE = "SharedMemory: nothing is said of moments at which it must not be used"
REENTRY = f"{ANYWHERE}; python/cpython#109593"

REQUIREMENTS: tuple[Requirement, ...] = (
    must(
        "environment.interrupted-group.is-cleaned",
        "A block is removed if SIGINT ends its creator, and its whole group gets it.",
        CLEANUP,
        "posix",
    ),
    may(
        "environment.signalled-group.fate-of-the-block",
        "What becomes of a block if the whole group of its creator, tracker included,"
        " gets SIGHUP, SIGQUIT or SIGKILL.",
        CLEANUP,
        "posix",
    ),
    may(
        "environment.killed-tracker.fate-of-the-blocks",
        "What becomes of blocks that were created before and after the kill of their"
        " tracker.",
        CLEANUP,
        "posix",
    ),
    should(
        "environment.stopped-tracker.holds-nobody-up",
        "A block can be created, attached, closed and unlinked while the tracker is"
        " stopped, and is cleaned up when it goes on.",
        f"{TRACK}: a separate process; {CLEANUP}",
        "posix",
    ),
    should(
        "environment.full-pipe.is-waited-for",
        "A creation whose tracker does not come to read works as soon as it does.",
        f"{TRACK}: a separate process; {CLEANUP}",
        "posix",
    ),
    may(
        "environment.first-process.fate-of-the-block",
        "What becomes of a block if its creator is the first process of a namespace,"
        " with whose end the system kills all others.",
        CLEANUP,
        "posix",
    ),
    should(
        "environment.exec.is-cleaned",
        "A block is removed when its only user has become another program by exec.",
        CLEANUP,
        "posix",
    ),
    may(
        "environment.swept-descriptors.fate-of-the-blocks",
        "What becomes of blocks after a program has closed every descriptor that it"
        " does not know.",
        CLEANUP,
        "posix",
    ),
    must(
        "environment.warnings-as-errors.are-no-hindrance",
        "Where warnings are errors, a block is created, and removed when its creator is"
        " killed.",
        CLEANUP,
        "posix",
    ),
    may(
        "environment.shadowing-module.fate-of-the-block",
        "What becomes of a block if the tracker is started where a file of the user's"
        " has the name of a module of the standard library.",
        CLEANUP,
        "posix",
    ),
    should(
        "environment.blocked-signals.stay-blocked",
        "The first use of shared memory leaves the signal mask as it was.",
        f"{ANYWHERE}; python/cpython#127586",
        "posix",
    ),
    should(
        "environment.signal-handler.can-use-blocks",
        "A signal handler can create and unlink a block while the first creation of its"
        " process is under way.",
        REENTRY,
        "posix",
    ),
    should(
        "environment.finaliser.can-use-blocks",
        "A finaliser can create and unlink a block while the first creation of its"
        " process is under way.",
        REENTRY,
        "posix",
    ),
    should(
        "environment.shutdown.can-use-blocks",
        "At the end of a program a function can create, close and unlink a block, and"
        " nothing is said about it.",
        ANYWHERE,
        "posix",
    ),
    should(
        "environment.last-finaliser.can-unlink",
        "A finaliser that runs when the interpreter ends can close and unlink a block,"
        " and nothing is said about it.",
        ANYWHERE,
        "posix",
    ),
    may(
        "environment.subinterpreter.fate-of-the-block",
        "What becomes of a block if a subinterpreter of its own process has attached to"
        " it, and is destroyed.",
        FAMILY,
        "posix",
    ),
    may(
        "environment.dropped-privileges.fate-of-the-block",
        "Whether a process that has given up root can unlink its block, and what becomes"
        " of that when the process is killed.",
        CLEANUP,
        "posix",
    ),
    must(
        "environment.daemon.keeps-the-block",
        "A block outlives its creator as long as a process lives that was forked, and"
        " forked again, with it, and is removed after that one.",
        FAMILY,
        "posix",
    ),
)

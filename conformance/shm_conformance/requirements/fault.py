"""What must hold when a system call of an operation fails."""

from shm_conformance.requirements._requirement import must, should

ERRORS = "SharedMemory: errors of the system are OSError, as everywhere"
WHOLE = "what failed has not happened"
CLOSE = "SharedMemory.close: other processes are not affected"
TRACKER = "SharedMemory, parameter track: what is tracked is what exists"
REQUIREMENTS = (
    must(
        "fault.create.leaves-nothing",
        "Whatever call of a creation fails, no block is left by a creation that failed.",
        "SharedMemory, parameter create; " + WHOLE,
        "posix",
    ),
    should(
        "fault.create.is-an-oserror",
        "Whatever call of a creation fails, it raises OSError or works all the same.",
        ERRORS,
        "posix",
    ),
    should(
        "fault.create.is-quiet",
        "Whatever call of a creation fails, no tracker fails for it.",
        TRACKER,
        "posix",
    ),
    should(
        "fault.create.keeps-nothing-open",
        "Whatever call of a creation fails, no descriptor stays open for it.",
        WHOLE,
        "posix",
    ),
    should(
        "fault.create.can-be-repeated",
        "Whatever call of a creation has failed, the next creation of the name works.",
        WHOLE,
        "posix",
    ),
    must(
        "fault.attach.spares-the-owner",
        "Whatever call of an attach fails, the block stays as it was.",
        CLOSE,
        "posix",
    ),
    should(
        "fault.attach.is-an-oserror",
        "Whatever call of an attach fails, it raises OSError or works all the same.",
        ERRORS,
        "posix",
    ),
    should(
        "fault.attach.is-quiet",
        "Whatever call of an attach fails, no tracker fails for it.",
        TRACKER,
        "posix",
    ),
    should(
        "fault.attach.keeps-nothing-open",
        "Whatever call of an attach fails, no descriptor stays open for it.",
        WHOLE,
        "posix",
    ),
    should(
        "fault.attach.can-be-repeated",
        "Whatever call of an attach has failed, the next attach works.",
        WHOLE,
        "posix",
    ),
    should(
        "fault.unlink.is-an-oserror",
        "Whatever call of an unlink() fails, it raises OSError or works all the same.",
        ERRORS,
        "posix",
    ),
    should(
        "fault.unlink.is-all-or-nothing",
        "Whatever call of an unlink() fails, the name exists if it raised, and not if it"
        " did not.",
        WHOLE,
        "posix",
    ),
    should(
        "fault.unlink.can-be-repeated",
        "Whatever call of an unlink() has failed, the next one works.",
        WHOLE,
        "posix",
    ),
)

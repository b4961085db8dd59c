"""What must hold when the system has nothing left to give."""

from shm_conformance.requirements._requirement import Requirement, may, should

ERRORS = "SharedMemory: errors of the system are OSError, as everywhere"
HARM = (
    "they raise OSError or work; the block of others stays as it was, nothing is left,"
    " and afterwards they work"
)


def _harmless(name: str, condition: str) -> Requirement:
    text = f"If one creates or attaches {condition}, {HARM}."
    return should(f"fault.nature.{name}", text, ERRORS, "posix")


REQUIREMENTS: tuple[Requirement, ...] = (
    _harmless("no-descriptor", "with no descriptor free, or one"),
    _harmless("no-memory", "with no memory free for the block"),
    _harmless("file-size-limit", "with a limit of file sizes below that of the block"),
    _harmless("full", "on a full /dev/shm"),
    may(
        "fault.nature.write-without-room",
        "What comes of a write into a block for which there is no room.",
        ERRORS,
        "posix",
    ),
    _harmless("read-only", "(or unlinks) on a read-only /dev/shm"),
    _harmless("no-inode", "on a /dev/shm that may have no file more"),
    _harmless("no-place", "where there is no /dev/shm"),
    _harmless("of-another-user", "by the name of a block that is another user's"),
)

"""System calls as `strace` writes them down, and how each of them can fail. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

# What takes or makes files, descriptors and processes; and the end of a mapping.
CLASSES = "%file,%desc,%process,munmap"
# With the children of a process, its id goes first.
LINE = re.compile(r"(?:(\d+) +)?([a-z_0-9]+)\(")
# Whoever starts or feeds a tracker or a manager does it with these.
OF_PROCESSES = ("pipe", "pipe2", "clone", "clone3", "vfork", "fork")
# What the harness hears is no part of an operation.
ANSWER = re.compile(r'write\(\d+<[^>]*>, "\{\\"id\\"')
PLACE = "/dev/shm/"
SEGMENT = re.compile(re.escape(PLACE) + r'[^>"/]+')
ERRNOS: dict[str, tuple[str, ...]] = {
    "open": ("EMFILE", "ENFILE", "ENOMEM", "EACCES"),
    "openat": ("EMFILE", "ENFILE", "ENOMEM", "EACCES"),
    "ftruncate": ("ENOSPC", "EINTR", "EIO"),
    "fallocate": ("ENOSPC", "EINTR"),
    "fstat": ("ENOMEM", "EIO"),
    "newfstatat": ("ENOMEM", "EIO"),
    "fcntl": ("EMFILE",),
    "dup": ("EMFILE",),
    "mmap": ("ENOMEM", "EMFILE", "EACCES"),
    # A pipe has no other errors as long as a tracker reads it.
    "write": ("EINTR",),
    "unlink": ("EACCES", "EIO"),
    "pipe": ("EMFILE", "ENFILE"),
    "pipe2": ("EMFILE", "ENFILE"),
    "clone": ("EAGAIN", "ENOMEM"),
    "clone3": ("EAGAIN", "ENOMEM"),
    "vfork": ("EAGAIN", "ENOMEM"),
    "fork": ("EAGAIN", "ENOMEM"),
}


@dataclass(frozen=True)
class Call:
    """A system call of a process: the *nth* of its name, beginning with 1.

    With a *place* it is the *nth* of those that touch this file.
    """

    name: str
    nth: int
    text: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.nth}"


def calls(log: str, places: Collection[str] = ()) -> Iterator[Call]:
    """The calls in a log, in their order, but the answers of an operation.

    Those that touch one of the *places* are counted for each place. In a log with the
    threads of a process the calls of each are counted, as strace does.
    """
    counts: Counter[tuple[str, str, str]] = Counter()
    for line in log.splitlines():
        if match := LINE.match(line):
            who, name = match[1] or "", match[2]
            found = SEGMENT.search(line)
            place = found[0] if found and found[0] in places else ""
            # strace counts what it is to disturb anywhere, or what touches one file.
            counts[who, name, ""] += 1
            counts[who, name, place] += bool(place)
            if not ANSWER.match(line):
                yield Call(name, counts[who, name, place], line, place)


def touches(call: Call) -> bool:
    """Whether a call has to do with a segment, or with a tracker's pipe or birth."""
    if PLACE in call.text or call.name in OF_PROCESSES:
        return True
    # Of the harness's own channel only requests are read.
    return "<pipe:" in call.text and call.name in ("write", "close")


def is_steady(call: Call) -> bool:
    """Whether a call has the same number each time; an allocator maps as it likes."""
    return bool(call.place) or call.name != "mmap"


def faults(call: Call) -> tuple[str, ...]:
    """The errors with which a call can plausibly fail."""
    return ERRNOS.get(call.name, ())

"""System calls as `strace` writes them down, and how each of them can fail. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

# What takes or makes files, descriptors and processes; and the end of a mapping.
CLASSES = "%file,%desc,%process,munmap"
LINE = re.compile(r"([a-z_0-9]+)\(")
# Whoever starts or feeds a tracker or a manager does it with these.
OF_PROCESSES = ("pipe", "pipe2", "clone", "clone3", "vfork", "fork", "kill", "wait4")
# The end of an operation is its answer to us.
ANSWER = re.compile(r'write\(\d+<[^>]*>, "\{\\"id\\"')
PLACE = "/dev/shm/"
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
    """A system call of a process: the *nth* of its name, beginning with 1."""

    name: str
    nth: int
    text: str

    def __str__(self) -> str:
        return f"{self.name} {self.nth}"


def calls(log: str) -> Iterator[Call]:
    """The calls of an operation in a log, in their order; its answer ends it."""
    counts: Counter[str] = Counter()
    for line in log.splitlines():
        if ANSWER.match(line):
            return
        if match := LINE.match(line):
            counts[match[1]] += 1
            yield Call(match[1], counts[match[1]], line)


def touches(call: Call) -> bool:
    """Whether a call has to do with a segment, or with a tracker or manager."""
    if call.name in OF_PROCESSES or PLACE in call.text:
        return True
    # Of the harness's own channel only requests are read.
    is_pipe = "<pipe:" in call.text or "<socket:" in call.text or "<UNIX" in call.text
    return is_pipe and call.name in ("write", "close", "sendmsg", "sendto")


def faults(call: Call) -> tuple[str, ...]:
    """The errors with which a call can plausibly fail."""
    return ERRNOS.get(call.name, ())

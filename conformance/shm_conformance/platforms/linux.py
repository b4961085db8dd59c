"""Linux: POSIX segments are files of the tmpfs on /dev/shm; /proc tells the rest."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import psutil

from shm_conformance.platforms import Family, Segment

FAMILY: Family = "posix"
UNLINK_FREES_NAMES = True
PATH_SEPARATOR = ":"
HAS_SOCKET_FILES = True
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def _root(view: int | None) -> Path:
    return Path("/dev/shm") if view is None else Path(f"/proc/{view}/root/dev/shm")


def _segment(name: str, status: os.stat_result) -> Segment:
    return Segment(
        name=name,
        size=status.st_size,
        mode=status.st_mode & 0o7777,
        uid=status.st_uid,
        device=status.st_dev,
        inode=status.st_ino,
        changed=status.st_ctime,
    )


def segment(name: str, view: int | None) -> Segment | None:
    """Look at /dev/shm/NAME; leading slashes fold, as the C library has it."""
    bare = name.lstrip("/")
    if not bare or "/" in bare or "\0" in bare or bare in (".", ".."):
        return None
    try:
        return _segment(bare, (_root(view) / bare).lstat())
    except (OSError, ValueError):  # a lone surrogate names no file
        return None


def segments(view: int | None) -> list[Segment]:
    """List the files of /dev/shm."""
    try:
        names = os.listdir(_root(view))  # noqa: PTH208 - bare names are what we want
    except OSError:
        return []
    return [found for name in names if (found := segment(name, view))]


def content(segment_: Segment, length: int, view: int | None) -> bytes:
    """Read the file in /dev/shm, and nothing that has been put in its place."""
    path = _root(view) / segment_.name
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return b""
    try:
        found = os.fstat(file)
        is_same = (found.st_dev, found.st_ino) == (segment_.device, segment_.inode)
        return os.read(file, length) if is_same else b""
    finally:
        os.close(file)


def remove(segment_: Segment, view: int | None) -> bool:
    """Unlink a segment unless something else bears its name by now."""
    now = segment(segment_.name, view)
    if now is None or (now.device, now.inode) != (segment_.device, segment_.inode):
        return False
    (_root(view) / now.name).unlink()
    return True


# A file that a process has: device, inode, and the path by which we would see it.
Seen = tuple[int, int, str]


def _opened(pid: int) -> Iterator[Seen]:
    with contextlib.suppress(OSError), os.scandir(f"/proc/{pid}/fd") as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                found = os.stat(entry.path)  # noqa: PTH116 - follows the link
                yield found.st_dev, found.st_ino, os.readlink(entry.path)  # noqa: PTH115


def _mapped(pid: int) -> Iterator[Seen]:
    with (
        contextlib.suppress(OSError),
        Path(f"/proc/{pid}/maps").open(errors="surrogateescape") as lines,
    ):
        for line in lines:
            fields = line.rstrip("\n").split(maxsplit=5)
            if len(fields) == 6:
                major, minor = (int(part, 16) for part in fields[3].split(":"))
                yield os.makedev(major, minor), int(fields[4]), fields[5]


def descriptors(pid: int, segment_: Segment | None) -> int:
    """Count the entries of /proc/PID/fd: all, or with the segment's device and inode."""
    if segment_ is None:
        return int(psutil.Process(pid).num_fds())
    return _count(_opened(pid), segment_)


def mappings(pid: int, segment_: Segment) -> int:
    """Count the lines of /proc/PID/maps with the segment's device and inode."""
    return _count(_mapped(pid), segment_)


def _count(seen: Iterator[Seen], segment_: Segment) -> int:
    key = (segment_.device, segment_.inode)
    return sum((device, inode) == key for device, inode, _ in seen)


def await_end(pid: int) -> None:
    """Targets are processes of this system."""


def path(folder: str) -> str:
    """Targets share our files."""
    return folder


def births(token: str) -> Callable[[object], object]:
    """Targets share our pids."""
    return lambda pid: pid


def below(pid: int, token: str) -> set[psutil.Process]:
    """List children and their children."""
    return set(psutil.Process(pid).children(recursive=True))


def close() -> None:
    """Nothing was started."""


def held(pid: int) -> list[Segment]:
    """List the segments that a process has open or maps, and that still have a name."""
    found = set()
    for device, inode, path in (*_mapped(pid), *_opened(pid)):
        if path.startswith("/dev/shm/"):
            now = segment(path.rpartition("/")[2], pid)
            if now and (now.device, now.inode) == (device, inode):
                found.add(now)
    return sorted(found, key=lambda held_: held_.name)


def exit_watch(pid: int) -> int:
    """Open a pidfd; raises ProcessLookupError where the process has gone."""
    return os.pidfd_open(pid)


def send_signal(watch: int, number: int) -> None:
    """Signal by pidfd: the pid may be somebody else's by now."""
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(watch, number)


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def adopt_orphans() -> None:
    """Become a subreaper, so that orphaned trackers do not linger as zombies."""
    _libc().prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the thread that started it ends."""
    _libc().prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    # The kernel says nothing of a parent that had gone before we asked.
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def forbid_core_dumps(pid: int) -> None:
    """Set the core size limit of a process to zero; it may have gone by now."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


_MOUNT = 'mount -t tmpfs -o mode=1777 shm-conformance /dev/shm && exec "$@"'


@cache
def private_view() -> Sequence[str]:
    """A mount namespace with a /dev/shm of its own: as root, or as a user's root."""
    if not (shutil.which("unshare") and shutil.which("nsenter")):
        return ()
    for flags in (["--mount"], ["--user", "--map-root-user", "--mount"]):
        prefix = ["unshare", *flags, "--propagation", "private"]
        prefix += ["sh", "-c", _MOUNT, "sh"]
        done = subprocess.run([*prefix, "true"], capture_output=True, check=False)
        if done.returncode == 0:
            return tuple(prefix)
    return ()


def enter(view: int) -> Sequence[str]:
    """Join the namespaces of a process, keeping directory, user and group."""
    flags = [f"--mount=/proc/{view}/ns/mnt"]
    if "--user" in private_view():
        flags += [f"--user=/proc/{view}/ns/user", "--preserve-credentials"]
    # A directory that was opened outside has no path inside, and musl's getcwd() fails.
    change = ("sh", "-c", 'cd "$0" && exec "$@"', str(Path.cwd()))
    return ("nsenter", *flags, "--", *change)


def state_directory() -> Path:
    """A folder in the temporary directory that only this user can read."""
    folder = Path(tempfile.gettempdir()) / f"shm-conformance-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise PermissionError(f"{folder} is not ours alone: remove it, or set TMPDIR")
    return folder

"""A /dev/shm of one test's own, which can be full, read-only, starved or missing.

It is a tmpfs in the mount namespace of one process, and of all that enter it.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from shm_conformance.errors import NotRun
from shm_conformance.platforms import linux

_MOUNT = 'mount -t tmpfs -o mode=1777 shm-conformance /dev/shm && exec "$@"'
# Whatever starts meanwhile needs these.
_HIDE = """
mount -t tmpfs shm-conformance /dev/shm
for device in null zero random urandom; do
    : > /dev/shm/$device
    mount --bind /dev/$device /dev/shm/$device
done
mount --rbind /dev/shm /dev
"""


def own() -> Sequence[str]:
    """What goes before a command for a /dev/shm of its own; raises NotRun without."""
    if not linux.private_view():
        raise NotRun("no mount namespace can be had here (unshare failed)")
    flags = ["--mount", "--propagation", "private"]
    return ("unshare", *flags, "sh", "-c", _MOUNT, "sh")


def without_privileges(view: int) -> Sequence[str]:
    """What goes before a command for access as the modes of files have it, and no more."""
    if os.getuid():
        raise NotRun("only root can give a block to another user")
    drop = "-dac_override,-dac_read_search,-fowner,-chown"
    return (*linux.enter(view), "setpriv", "--inh-caps=-all", f"--bounding-set={drop}")


def change(view: int, *options: str) -> None:
    """Remount the /dev/shm of a process with options such as `size=4k`."""
    _within(view, "mount", "-o", ",".join(("remount", *options)), "/dev/shm")


def hide(view: int) -> None:
    """Take away /dev/shm: a /dev that lacks it is put over the one that has it."""
    _within(view, "sh", "-ec", _HIDE)


def show(view: int) -> None:
    """Give back what `hide` took."""
    _within(view, "sh", "-ec", "umount -l /dev && umount -l /dev/shm")


def used_inodes(view: int) -> int:
    """Count what cannot be taken away any more."""
    place = os.statvfs(f"/proc/{view}/root/dev/shm")
    return place.f_files - place.f_ffree


def give_to(view: int, name: str, user: int) -> None:
    """Make a segment another user's."""
    os.chown(Path(f"/proc/{view}/root/dev/shm", name), user, user)


def lowest_free_descriptors(pid: int, number: int) -> list[int]:
    """The numbers that a process gives to the next files that it opens."""
    taken = {int(it.name) for it in Path(f"/proc/{pid}/fd").iterdir()}
    free = [it for it in range(max(taken) + 2 + number) if it not in taken]
    return free[:number]


def _within(view: int, *command: str) -> None:
    done = subprocess.run(
        [*linux.enter(view), *command], capture_output=True, check=False, text=True
    )
    if done.returncode:
        raise NotRun(f"{command[0]} {command[-1]}: {done.stderr.strip()}")

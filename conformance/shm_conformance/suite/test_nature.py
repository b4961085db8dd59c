"""What fails because the system has nothing left to give, and what is left then."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress

from shm_conformance import checks, processes
from shm_conformance.actors import Actors
from shm_conformance.errors import Crashed, TargetError
from shm_conformance.life import SIZE
from shm_conformance.platforms import linux_ground
from shm_conformance.suite import requirement
from shm_conformance.suite.nature import (
    Ground,
    Nature,
    Trial,
    attach,
    creation,
    judge,
    unlink,
)

# Beyond what an actor needs besides a block.
ROOM = 1 << 25
LARGE = 1 << 28
OTHER_USER = 1
FREE = "import resource as r; r.setrlimit(r.{0}, (r.getrlimit(r.{0})[1],) * 2)"


def limited(resource: str, soft: Callable[[Ground], int]) -> Nature:
    """The victim may not have more of something than this."""
    return Nature(
        lambda ground: ground.victim.limit(resource, soft(ground)),
        lambda ground: ground.victim.run(FREE.format(resource)),
    )


def changed(imposed: Callable[[Ground], str], lifted: str) -> Nature:
    """The ground is mounted with one option, then with another one."""
    return Nature(
        lambda ground: linux_ground.change(ground.view, imposed(ground)),
        lambda ground: linux_ground.change(ground.view, lifted),
    )


def few_descriptors(room: int) -> Nature:
    """There is room for so many files more."""

    def soft(ground: Ground) -> int:
        pid = ground.victim.process.pid
        return linux_ground.lowest_free_descriptors(pid, room + 1)[room]

    return limited("RLIMIT_NOFILE", soft)


@requirement("fault.nature.no-descriptor")
def test_without_descriptors(actors: Actors) -> None:
    """RLIMIT_NOFILE leaves room for no descriptor, then for one."""
    natures = {f"room-{room}": few_descriptors(room) for room in (0, 1)}

    judge(Ground(actors), natures, creation, attach)


@requirement("fault.nature.no-memory")
def test_without_memory(actors: Actors) -> None:
    """RLIMIT_AS leaves no room for a mapping of the block."""

    def soft(ground: Ground) -> int:
        return processes.address_space(ground.victim.process.pid) + ROOM

    nature = limited("RLIMIT_AS", soft)

    judge(Ground(actors, LARGE), {"": nature}, creation, attach)


@requirement("fault.nature.file-size-limit")
def test_with_a_limit_of_file_sizes(actors: Actors) -> None:
    """RLIMIT_FSIZE is less than the block."""
    nature = limited("RLIMIT_FSIZE", lambda ground: 8)

    judge(Ground(actors), {"": nature}, creation, attach)


def full() -> Nature:
    """There is no page left."""
    page = os.sysconf("SC_PAGE_SIZE")
    return changed(lambda ground: f"size={page}", "size=1m")


@requirement("fault.nature.full")
def test_on_a_full_ground(actors: Actors) -> None:
    """There is no page left in /dev/shm."""
    judge(Ground(actors), {"": full()}, creation, attach)


@requirement("fault.nature.write-without-room")
def test_a_write_without_room(actors: Actors) -> None:
    """What comes of the first write into a block that there is no room for."""
    ground, seen = Ground(actors), "refused at creation"

    with full().imposed(ground), suppress(TargetError):
        block = ground.victim.shared_memory(actors.name(), create=True, size=SIZE)
        try:
            block.write(0, b"1")
            seen = "works"
        except TargetError as error:
            seen = error.failure.type
        except Crashed:
            seen = ground.victim.process.ending

    actors.trait("a write where /dev/shm is full", seen)


@requirement("fault.nature.read-only")
def test_on_a_read_only_ground(actors: Actors) -> None:
    """/dev/shm is mounted read-only."""
    ground = Ground(actors)
    trials = [make(ground) for make in (creation, attach, unlink)]
    # What is open for writing keeps a mount from becoming read-only.
    ground.block.close()

    judge(ground, {"": changed(lambda ground: "ro", "rw")}, *map(constant, trials))


def constant(trial: Trial) -> Callable[[Ground], Trial]:
    """A trial that is prepared already."""
    return lambda ground: trial


@requirement("fault.nature.no-inode")
def test_without_inodes(actors: Actors) -> None:
    """/dev/shm may have no file more."""

    def used(ground: Ground) -> str:
        return f"nr_inodes={linux_ground.used_inodes(ground.view)}"

    nature = changed(used, "nr_inodes=1k")

    judge(Ground(actors), {"": nature}, creation, attach)


@requirement("fault.nature.no-place")
def test_without_a_place(actors: Actors) -> None:
    """There is no /dev/shm."""
    nature = Nature(
        lambda ground: linux_ground.hide(ground.view),
        lambda ground: linux_ground.show(ground.view),
    )

    judge(Ground(actors), {"": nature}, creation, attach)


@requirement("fault.nature.of-another-user")
def test_a_block_of_another_user(actors: Actors) -> None:
    """The owner's block is another user's, and the victim has no privileges."""
    ground = Ground(actors, before=linux_ground.without_privileges)

    def give(user: int) -> None:
        linux_ground.give_to(ground.view, ground.block.name, user)

    def same_name(ground: Ground) -> Trial:
        def act() -> None:
            with checks.raises("FileExistsError"):
                name = ground.block.name
                ground.victim.shared_memory(name, create=True, size=SIZE)

        return Trial("create", act)

    nature = Nature(lambda ground: give(OTHER_USER), lambda ground: give(0))

    judge(ground, {"": nature}, attach, same_name)

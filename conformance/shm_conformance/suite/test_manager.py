"""What SharedMemoryManager promises: a process that owns blocks, and lets go of them."""

from __future__ import annotations

import psutil

from shm_conformance import checks
from shm_conformance.actors import Actors
from shm_conformance.suite import requirement
from shm_conformance.suite.managing import END_LIMIT, begin

IN_A_WITH_STATEMENT = """
names = []
try:
    with SharedMemoryManager() as smm:
        names.append(smm.SharedMemory(16).name)
        names.append(smm.ShareableList([1, "two"]).shm.name)
        {last}
except RuntimeError:
    pass
"""


# -- what a manager is, and what it makes --------------------------------------------


@requirement("manager.class.is-a-base-manager")
def test_class_is_a_base_manager(actors: Actors) -> None:
    """One of the ancestors of SharedMemoryManager is a BaseManager."""
    actor = actors.start()
    actor.manager()

    names = actor.run("[base.__name__ for base in SharedMemoryManager.__mro__]")

    checks.that("BaseManager" in names, f"the ancestors are {names}", "a BaseManager")


@requirement("manager.start.begins-a-process")
def test_start_begins_a_process(actors: Actors) -> None:
    """start() leaves a new process running below its caller."""
    owner = actors.start("owner")

    _, started = begin(owner)

    checks.that(bool(started), "start() started no process", "a new process")


@requirement("manager.before-start.is-refused")
def test_use_before_start_is_refused(actors: Actors) -> None:
    """SharedMemory() of a manager that was not started raises."""
    manager = actors.start("owner").manager()

    with checks.raises("Exception"):
        manager.make("SharedMemory", 16)


@requirement("manager.memory.has-the-size")
def test_memory_has_the_size(actors: Actors) -> None:
    """A block from a manager has room for what was asked for."""
    manager, _ = begin(actors.start("owner"))

    size = manager.make("SharedMemory", 5000).get("size")

    checks.that(size >= 5000, f"the size is {size}", "5000 bytes or more")


@requirement("manager.blocks.are-of-the-classes")
def test_blocks_are_of_the_classes(actors: Actors) -> None:
    """A manager returns instances of SharedMemory and ShareableList."""
    owner = actors.start("owner")
    owner.manager()
    owner.run("smm = SharedMemoryManager(); smm.start()")

    owner.run("block, items = smm.SharedMemory(16), smm.ShareableList([1])")
    memory = owner.run("isinstance(block, shared_memory.SharedMemory)")
    items = owner.run("isinstance(items, shared_memory.ShareableList)")
    owner.run("smm.shutdown()")

    checks.same("(is a SharedMemory, is a ShareableList)", (memory, items), (True,) * 2)


@requirement("manager.list.has-the-values")
def test_list_has_the_values(actors: Actors) -> None:
    """A list from a manager holds the values of the sequence, in order."""
    manager, _ = begin(actors.start("owner"))
    values = [1, "two", 3.0, b"four", None, True]

    items = manager.make("ShareableList", values)

    checks.same("the list", items.apply("list"), values)


@requirement("manager.bad-size.is-refused")
def test_bad_size_is_refused(actors: Actors) -> None:
    """Sizes of zero and less raise ValueError, and the next block is made."""
    manager, _ = begin(actors.start("owner"))

    for size in (0, -1):
        with checks.raises("ValueError"):
            manager.make("SharedMemory", size)

    checks.exists(actors, manager.make("SharedMemory", 16).name)


# -- the life of its blocks ----------------------------------------------------------


@requirement("manager.dropped-handle.keeps-the-block")
def test_dropped_handle_keeps_the_block(actors: Actors) -> None:
    """A block is there after close(), and after its handle was deleted."""
    manager, _ = begin(actors.start("owner"))
    closed, dropped = manager.make("SharedMemory", 16), manager.make("SharedMemory", 16)

    closed.close()
    dropped.drop()

    checks.exists(actors, closed.name, "after close()")
    checks.exists(actors, dropped.name, "after the deletion of its handle")


@requirement("manager.shutdown.unlinks-every-block")
def test_shutdown_unlinks_every_block(actors: Actors) -> None:
    """After shutdown() no block and no list of the manager exists."""
    manager, _ = begin(actors.start("owner"))
    blocks = [manager.make("SharedMemory", 16) for _ in range(2)]
    lists = [manager.make("ShareableList", [1, "two"]).shm for _ in range(2)]
    names = [block.get("name") for block in (*blocks, *lists)]

    manager.call("shutdown")

    for name in names:
        checks.gone(actors, name, "after shutdown()")


@requirement("manager.shutdown.ends-the-process")
def test_shutdown_ends_the_process(actors: Actors) -> None:
    """After shutdown() the manager's process does not run any more."""
    manager, started = begin(actors.start("owner"))

    manager.call("shutdown")

    # A fork server, older than the manager's process, may stay.
    _, alive = psutil.wait_procs(started[-1:], END_LIMIT)
    checks.that(not alive, f"still running: {alive}", "the end of the process")


@requirement("manager.shutdown.twice-is-harmless")
def test_second_shutdown_is_harmless(actors: Actors) -> None:
    """A second shutdown() raises nothing."""
    manager, _ = begin(actors.start("owner"))
    manager.call("shutdown")

    second = manager.call("shutdown")

    checks.same("the second shutdown()", second, None)


@requirement("manager.shutdown.passes-over-unlinked-blocks")
def test_shutdown_passes_over_unlinked_blocks(actors: Actors) -> None:
    """shutdown() removes a block that was made after one that has been unlinked."""
    manager, _ = begin(actors.start("owner"))
    first, second = manager.make("SharedMemory", 16), manager.make("SharedMemory", 16)
    first.unlink()

    manager.call("shutdown")

    checks.gone(actors, second.name, "after shutdown()")


@requirement("manager.shutdown.leaves-mappings")
def test_shutdown_leaves_mappings(actors: Actors) -> None:
    """A handle that is open at shutdown() reads what was written before."""
    manager, _ = begin(actors.start("owner"))
    block = manager.make("SharedMemory", 16)
    block.write(0, b"kept")

    manager.call("shutdown")

    checks.same("the content after shutdown()", block.read(0, 4), b"kept")


@requirement("manager.after-shutdown.is-refused")
def test_use_after_shutdown_is_refused(actors: Actors) -> None:
    """SharedMemory() of a manager that was shut down raises."""
    manager, _ = begin(actors.start("owner"))
    manager.call("shutdown")

    with checks.raises("Exception"):
        manager.make("SharedMemory", 16)


@requirement("manager.two.are-independent")
def test_two_managers_are_independent(actors: Actors) -> None:
    """The shutdown() of one manager leaves the other's block."""
    owner = actors.start("owner")
    (first, _), (second, _) = begin(owner), begin(owner)
    first.make("SharedMemory", 16)
    block = second.make("SharedMemory", 16)

    first.call("shutdown")

    checks.exists(actors, block.name, "after the shutdown() of the other manager")


@requirement("manager.with.releases-every-block")
def test_with_releases_every_block(actors: Actors) -> None:
    """At the end of a with statement block and list are gone."""
    owner = actors.start("owner")
    owner.manager()

    owner.run(IN_A_WITH_STATEMENT.format(last="pass"))

    for name in owner.run("names"):
        checks.gone(actors, name, "after the with statement")


@requirement("manager.with.releases-after-an-error")
def test_with_releases_after_an_error(actors: Actors) -> None:
    """At the end of a with statement that raises block and list are gone."""
    owner = actors.start("owner")
    owner.manager()

    owner.run(IN_A_WITH_STATEMENT.format(last="raise RuntimeError"))

    for name in owner.run("names"):
        checks.gone(actors, name, "after the with statement")

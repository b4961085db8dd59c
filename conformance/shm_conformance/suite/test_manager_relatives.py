"""What SharedMemoryManager promises to other processes, and when some of them die."""

from __future__ import annotations

import signal
from functools import partial

import psutil

from shm_conformance import checks
from shm_conformance.actors import Actor, Actors
from shm_conformance.remotes import Remote
from shm_conformance.suite import requirement
from shm_conformance.suite.managing import END_LIMIT, begin
from shm_conformance.suite.test_pickling import methods_of

SERVE = """
import threading
server = SharedMemoryManager(authkey=b"key").get_server()
threading.Thread(target=server.serve_forever, daemon=True).start()
"""

# -- its blocks in other processes ---------------------------------------------------


@requirement("manager.block.is-attachable-by-name")
def test_block_is_attachable_by_name(actors: Actors) -> None:
    """An unrelated process reads what the owner wrote."""
    owner, other = actors.start_all("owner", "other")
    manager, _ = begin(owner)
    block = manager.make("SharedMemory", 16)
    block.write(0, b"hello")

    read = other.shared_memory(block.name).read(0, 5)

    checks.same("what the other process read", read, b"hello")


@requirement("manager.worker.shares-the-list")
def test_worker_shares_the_list(actors: Actors) -> None:
    """What a child writes into a list that it was passed is seen by the owner."""
    owner = actors.start("owner")
    manager, _ = begin(owner)
    methods = methods_of(owner)
    items = manager.make("ShareableList", [0] * len(methods))

    for index, method in enumerate(methods):
        worker = owner.start_child(method, method, items)
        Remote(worker, items.handle).apply("setitem", index, index + 1)

    due = list(range(1, len(methods) + 1))
    checks.same("the list", items.apply("list"), due)


@requirement("manager.worker-end.leaves-the-block")
def test_worker_end_leaves_the_block(actors: Actors) -> None:
    """A block that a child was passed is there after the child's end."""
    owner = actors.start("owner")
    manager, _ = begin(owner)

    def case(method: str) -> None:
        block = manager.make("SharedMemory", 16)
        worker = owner.start_child(method, method, block)
        Remote(worker, block.handle).call("close")
        worker.end("return")
        actors.wait_gone(worker)
        checks.exists(actors, block.name, "after the worker's end")

    checks.each({method: partial(case, method) for method in methods_of(owner)})


# -- the end of its owner, and its own -----------------------------------------------


@requirement("manager.owner-end.releases-every-block")
def test_owner_end_releases_every_block(actors: Actors) -> None:
    """The end of a program that forgot shutdown() leaves no process and no block."""
    owner = actors.start("owner")
    manager, _ = begin(owner)
    block = manager.make("SharedMemory", 16)

    owner.end("return")
    actors.wait_gone(owner)

    checks.gone(actors, block.name, "after the end of the manager's owner")


@requirement("manager.killed-owner.releases-every-block")
def test_killed_owner(actors: Actors) -> None:
    """Whether a block goes when the manager's owner is killed."""
    owner = actors.start("owner")
    manager, started = begin(owner)
    block = manager.make("SharedMemory", 16)

    owner.kill(signal.SIGKILL)
    _, alive = psutil.wait_procs(started, END_LIMIT / 2)
    for process in alive:
        process.kill()

    fate = "are released" if not alive else "stay, as the manager's process does"
    actors.trait("the blocks of a killed manager's owner", fate)
    actors.wait_gone(owner)
    actors.look(block.name)


@requirement("manager.killed-process.is-cleaned-up-after")
def test_killed_manager_is_cleaned_up_after(actors: Actors) -> None:
    """When manager and owner are killed, no block is left."""
    owner = actors.start("owner")
    manager, started = begin(owner)
    block = manager.make("SharedMemory", 16)

    started[-1].kill()
    owner.kill(signal.SIGKILL)
    actors.wait_gone(owner)

    checks.gone(actors, block.name, "after the kill of manager and owner")


@requirement("manager.sigint.is-survived")
def test_sigint_is_survived(actors: Actors) -> None:
    """A manager whose process got SIGINT runs on, and makes blocks as before."""
    manager, started = begin(actors.start("owner"))
    manager.make("SharedMemory", 16)

    started[-1].send_signal(signal.SIGINT)

    for _ in range(5):
        checks.exists(actors, manager.make("SharedMemory", 16).name, "after SIGINT")
    checks.that(started[-1].is_running(), "SIGINT ended it", "a manager that runs")


@requirement("manager.clean-run.says-nothing")
def test_clean_run_says_nothing(actors: Actors) -> None:
    """A manager's whole life leaves stderr empty."""
    owner = actors.start("owner")
    manager, _ = begin(owner)
    manager.make("SharedMemory", 16).close()
    manager.make("ShareableList", [1, "two"])

    manager.call("shutdown")
    owner.end("return")
    actors.wait_gone(owner)

    checks.silent(owner.stderr, "the owner")


# -- its other clients ---------------------------------------------------------------


def connect(other: Actor, manager: Remote, authkey: bytes) -> Remote:
    """Connect another process to a manager."""
    client = other.manager(address=manager.get("address"), authkey=authkey)
    client.call("connect")
    return client


@requirement("manager.connect.serves-others")
def test_connected_process_is_served(actors: Actors) -> None:
    """A connected process's block is there for the owner until its shutdown()."""
    owner, other = actors.start_all("owner", "other")
    manager, _ = begin(owner, authkey=b"key")

    block = connect(other, manager, b"key").make("SharedMemory", 16)
    block.write(0, b"hello")

    read = owner.shared_memory(block.name).read(0, 5)
    checks.same("what the owner read", read, b"hello")
    manager.call("shutdown")
    checks.gone(actors, block.name, "after the owner's shutdown()")


@requirement("manager.get-server.serves-others")
def test_own_process_serves_others(actors: Actors) -> None:
    """A client asks for a block of who has started no process, but serves itself."""
    owner, other = actors.start_all("owner", "other")
    owner.run(SERVE)
    address = owner.run("server.address")
    client = other.manager(address=address, authkey=b"key")
    client.call("connect")

    block = client.make("SharedMemory", 16)
    block.write(0, b"hello")

    read = owner.shared_memory(block.name).read(0, 5)
    checks.same("what the serving process read", read, b"hello")


@requirement("manager.connected-end.leaves-its-blocks")
def test_connected_process_leaves_its_blocks(actors: Actors) -> None:
    """A connected process's block is there after that process has ended."""
    owner, other = actors.start_all("owner", "other")
    manager, _ = begin(owner, authkey=b"key")
    block = connect(other, manager, b"key").make("SharedMemory", 16)

    other.end("return")
    actors.wait_gone(other)

    checks.exists(actors, block.name, "after the end of the process that made it")


@requirement("manager.wrong-authkey.is-refused")
def test_wrong_authkey_is_refused(actors: Actors) -> None:
    """connect() with another key raises AuthenticationError."""
    owner, other = actors.start_all("owner", "other")
    manager, _ = begin(owner, authkey=b"key")

    with checks.raises("AuthenticationError"):
        connect(other, manager, b"another key")

"""What SharedMemoryManager promises to those of one program who ask at the same time.

What happens between a request and its answer is done where every implementation that
uses `multiprocessing.connection` waits. A block has at least the size asked for, so
who gets somebody else's is told by asking for more.
"""

from __future__ import annotations

from collections.abc import Iterator

from shm_conformance import checks
from shm_conformance.actors import Actor, Actors
from shm_conformance.errors import Unsupported
from shm_conformance.suite import requirement

LITTLE, MORE, MOST = 4096, 3 * 4096, 9 * 4096
# More often than any known implementation awaits an answer for one request.
WAITS = 3

ASK = """
import os
from multiprocessing.connection import Connection

connection = Connection.__base__
receive = connection.recv

def start():
    global manager
    manager = SharedMemoryManager()
    manager.start()

def ask(size):
    block = manager.SharedMemory(size)
    try:
        return block.size
    finally:
        block.close()

def ask_with(size, meanwhile, skip=0):
    answers = [None] * skip
    met = []

    def wait(self):
        if answers:
            answers.pop()
        else:
            connection.recv = receive
            met.append(meanwhile())
        return receive(self)

    connection.recv = wait
    try:
        return ask(size), met
    finally:
        connection.recv = receive
"""
THREADS = """
from concurrent.futures import ThreadPoolExecutor

def ask_at_once(sizes):
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(ask, sizes))
"""
INTERRUPT = """
class Interruption(BaseException):
    pass

def interrupt():
    raise Interruption

def is_interrupted(skip):
    try:
        ask_with(little, interrupt, skip)
    except Interruption:
        return True
    return False
"""
FORK = """
def ask_in_a_fork_as_well():
    waits, goes_on = os.pipe(), os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.close(goes_on[1])
            size, _ = ask_with(
                more, lambda: (os.write(waits[1], b"."), os.read(goes_on[0], 1))
            )
            status = 0 if size >= more else 2
        finally:
            os._exit(status)
    os.close(waits[1])
    os.read(waits[0], 1)
    size = ask(most)
    os.close(goes_on[1])
    status = os.waitpid(child, 0)[1]
    return size, os.WEXITSTATUS(status) if os.WIFEXITED(status) else -status
"""


def asking(actors: Actors, *sources: str) -> Actor:
    """An actor whose manager has not been asked yet."""
    owner = actors.start("owner")
    owner.run(f"little, more, most = {LITTLE}, {MORE}, {MOST}")
    for source in (ASK, *sources):
        owner.run(source)
    owner.run("start()")
    return owner


def each_wait(owner: Actor) -> Iterator[int]:
    """Yield how often an answer is awaited before the one that something happens at.

    The manager is a new one each time, and one that has answered at last.
    """
    for skip in range(WAITS):
        yield skip
        owner.run("manager.shutdown()")
        owner.run("start()")
    owner.run("ask(little)")
    yield 0


def has(what: str, size: int, asked: int) -> None:
    checks.that(size >= asked, f"{what} has {size} bytes", f"{asked}, as asked")


def is_met(count: int) -> None:
    if not count:
        raise Unsupported("a request does not wait by Connection.recv()")


@requirement("manager.threads.ask-at-once")
def test_threads_ask_at_once(actors: Actors) -> None:
    """Eight threads ask for blocks of forty sizes."""
    owner = asking(actors, THREADS)
    asked = [LITTLE * it for it in range(1, 41)]

    sizes = owner.run(f"ask_at_once({asked})")

    for size, due in zip(sizes, asked, strict=True):
        has("a block", size, due)


@requirement("manager.request.within-a-request")
def test_a_request_within_a_request(actors: Actors) -> None:
    """Asked at each moment at which the outer request waits for an answer."""
    owner = asking(actors)

    met = 0
    for skip in each_wait(owner):
        outer, within = owner.run(f"ask_with(little, lambda: ask(more), {skip})")
        has("the outer block", outer, LITTLE)
        for size in within:
            has("the block within", size, MORE)
        met += len(within)
    is_met(met)


@requirement("manager.request.after-an-interruption")
def test_a_request_after_an_interruption(actors: Actors) -> None:
    """Interrupted at each moment at which the first request waits for an answer."""
    owner = asking(actors, INTERRUPT)

    met = 0
    for skip in each_wait(owner):
        met += owner.run(f"is_interrupted({skip})")
        has("the next block", owner.run("ask(more)"), MORE)
    is_met(met)


@requirement("manager.forked-child.asks-as-well")
def test_a_forked_child_asks_as_well(actors: Actors) -> None:
    """The parent asks, and is answered, while the child waits for its answer."""
    owner = asking(actors, FORK)
    owner.run("ask(little)")

    size, status = owner.run("ask_in_a_fork_as_well()")

    has("the parent's block", size, MOST)
    checks.same("the exit status of a child that got its block", status, 0)

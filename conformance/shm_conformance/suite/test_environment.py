"""What becomes of blocks under signals, without a tracker, at ends of an odd kind."""

from __future__ import annotations

import os
import signal

from shm_conformance import checks
from shm_conformance.actors import Actor, Actors
from shm_conformance.errors import TargetError, Unsupported
from shm_conformance.suite import requirement
from shm_conformance.suite.endings import with_tracker
from shm_conformance.suite.managing import kill, trackers_of
from shm_conformance.suite.subinterpreters import attach_in_subinterpreter
from shm_conformance.suite.surroundings import (
    await_end,
    await_hold_up,
    fate,
    feeds,
    fill_pipe,
    foreign_to_the_protocol,
    tracker_of,
)

NOBODY = 65534
USE = """
def use():
    block = shared_memory.SharedMemory(create=True, size=1)
    block.close()
    block.unlink()
"""


def creator_of(actors: Actors, name: str) -> Actor:
    """A process that has created a block."""
    creator = actors.start("creator")
    creator.shared_memory(name, create=True, size=16)
    return creator


# -- signals to all -------------------------------------------------------------------


def signal_group(actors: Actors, number: int) -> str:
    """Send a signal to a creator and its tracker; returns the fate of the block."""
    name = actors.name()
    creator = creator_of(actors, name)
    # It must be what it is going to be: a fork knows no signals to be ignored yet.
    tracker_of(creator)
    os.killpg(creator.process.pid, number)
    actors.wait_gone(creator)
    return fate(creator, name)


@requirement("environment.interrupted-group.is-cleaned")
def test_interrupted_group_is_cleaned(actors: Actors) -> None:
    """SIGINT to the creator's whole process group, as by Ctrl-C, leaves no block."""
    found = signal_group(actors, signal.SIGINT)

    checks.same("the block after SIGINT", found, "removed")


@requirement("environment.signalled-group.fate-of-the-block")
def test_signalled_group(actors: Actors) -> None:
    """Trackers ignore some signals; nobody promises which."""
    for name in ("SIGHUP", "SIGQUIT", "SIGKILL"):
        found = signal_group(actors, signal.Signals[name])
        actors.trait(f"a block after {name} to its creator's group", found)


# -- the tracker ----------------------------------------------------------------------


@requirement("environment.killed-tracker.fate-of-the-blocks")
def test_killed_tracker(actors: Actors) -> None:
    """A block from before the kill of the tracker, and one from after."""
    before, after = actors.name(), actors.name()
    creator = creator_of(actors, before)
    kill(actors, trackers_of(creator))
    try:
        creator.shared_memory(after, create=True, size=16)
        outcome = ""
    except TargetError as error:
        outcome = f"{error.failure.type}, "

    creator.kill(signal.SIGKILL)
    actors.wait_gone(creator)

    actors.trait("a block whose tracker was killed", fate(creator, before))
    actors.trait("a block of after that kill", outcome + fate(creator, after))


@requirement("environment.stopped-tracker.holds-nobody-up")
def test_stopped_tracker(actors: Actors) -> None:
    """All is done while the tracker stands still; then it removes what was left."""
    name, other = actors.name(), actors.name()
    creator = creator_of(actors, name)
    tracker = tracker_of(creator)

    tracker.suspend()
    block = creator.shared_memory(other, create=True, size=16)
    creator.shared_memory(other).close()
    block.close()
    block.unlink()
    creator.kill(signal.SIGKILL)
    checks.exists(actors, name, "while its tracker is stopped")
    tracker.resume()
    actors.wait_gone(creator)

    checks.gone(actors, name, "after its tracker went on")
    checks.gone(actors, other, "after unlink()")


@requirement("environment.full-pipe.is-waited-for")
def test_full_pipe(actors: Actors) -> None:
    """A creation is begun while the pipe is full, and done when the tracker reads."""
    creator, name = with_tracker(actors.start("creator")), actors.name()
    tracker = tracker_of(creator)

    tracker.suspend()
    fill_pipe(creator, tracker)
    finish = creator.begin(
        "new",
        "SharedMemory(create=True)",
        kind="SharedMemory",
        into="late",
        args=[name],
        kwargs={"create": True, "size": 16},
    )
    await_hold_up(creator)
    tracker.resume()

    finish()
    checks.exists(actors, name, "after its creation")


@requirement("environment.shadowing-module.fate-of-the-block")
def test_shadowing_module(actors: Actors) -> None:
    """The tracker is started where there is a signal.py."""
    folder = actors.stage.run.folder / actors.name()
    folder.mkdir()
    (folder / "signal.py").write_text("raise ImportError('not the one you want')\n")
    creator, name = actors.start("creator"), actors.name()
    creator.run(f"import os; os.chdir({str(folder)!r})")
    try:
        creator.shared_memory(name, create=True, size=16)
        outcome = ""
    except TargetError as error:
        outcome = f"{error.failure.type}, "

    creator.kill(signal.SIGKILL)
    actors.wait_gone(creator)

    what = "a block created where a signal.py lies"
    actors.trait(what, outcome + fate(creator, name))


@requirement("environment.warnings-as-errors.are-no-hindrance")
def test_warnings_as_errors(actors: Actors) -> None:
    """PYTHONWARNINGS=error holds for the creator and for its tracker."""
    name = actors.name()
    creator = actors.start_within(("env", "PYTHONWARNINGS=error"), "creator")
    creator.shared_memory(name, create=True, size=16)

    creator.kill(signal.SIGKILL)
    actors.wait_gone(creator)

    checks.gone(actors, name, "after the kill of its creator")


# -- odd ends -------------------------------------------------------------------------


@requirement("environment.first-process.fate-of-the-block")
def test_first_process(actors: Actors) -> None:
    """PID 1 of a namespace ends in order, and leaves a block."""
    name = actors.name()
    words = ("unshare", "--pid", "--fork", "--kill-child")
    creator = actors.start_within(words, "creator")
    creator.shared_memory(name, create=True, size=16)

    creator.end("return")
    actors.wait_gone(creator)

    actors.trait("a block of the first process of a namespace", fate(creator, name))


@requirement("environment.exec.is-cleaned")
def test_exec(actors: Actors) -> None:
    """The creator becomes a program that only waits; its tracker ends."""
    name = actors.name()
    creator = creator_of(actors, name)
    tracker = tracker_of(creator)
    wait = "import os; os.read(os.pipe()[0], 1)"
    words = f"(sys.executable, [sys.executable, '-c', {wait!r}])"

    creator.begin("run", "exec", source=f"import os, sys; os.execv(*{words})")
    await_end(creator, tracker, "after the exec of its only user")

    checks.gone(actors, name, "after the exec of its creator")


@requirement("environment.swept-descriptors.fate-of-the-blocks")
def test_swept_descriptors(actors: Actors) -> None:
    """A program closes all descriptors as daemons do, but those of the harness."""
    before, after = actors.name(), actors.name()
    creator = creator_of(actors, before)
    numbers = foreign_to_the_protocol(creator)
    creator.run(f"import os; [os.close(it) for it in {numbers}]")
    try:
        creator.shared_memory(after, create=True, size=16)
        outcome = "works"
    except TargetError as error:
        outcome = error.failure.type
    creator.kill(signal.SIGKILL)
    actors.wait_gone(creator)

    actors.trait("a creation after descriptors were swept", outcome)
    actors.trait("its block in the end", fate(creator, after))
    actors.trait("a block of before the sweep, in the end", fate(creator, before))


@requirement("environment.subinterpreter.fate-of-the-block")
def test_subinterpreter(actors: Actors) -> None:
    """It attaches, closes, and is destroyed; its process has the block."""
    owner = actors.start("owner")
    block = owner.shared_memory(create=True, size=16)

    attach_in_subinterpreter(owner, block)

    what = "a block to which a subinterpreter had attached"
    actors.trait(what, fate(owner, block.name))


@requirement("environment.dropped-privileges.fate-of-the-block")
def test_dropped_privileges(actors: Actors) -> None:
    """A daemon that was root when it created its block, and is no more."""
    name = actors.name()
    creator = with_tracker(actors.start("creator"))
    if creator.run("__import__('os').getuid()"):
        raise Unsupported("who is not root cannot give it up")
    block = creator.shared_memory(name, create=True, size=16)
    try:
        creator.run(f"__import__('os').setuid({NOBODY})")
    except TargetError:
        raise Unsupported("there is no other user in this namespace") from None

    try:
        block.unlink()
        outcome = "works"
    except TargetError as error:
        outcome = error.failure.type
    creator.kill(signal.SIGKILL)
    actors.wait_gone(creator)

    actors.trait("unlink() by who has given up root", outcome)
    actors.trait("the block of who has given up root, in the end", fate(creator, name))


@requirement("environment.daemon.keeps-the-block")
def test_daemon(actors: Actors) -> None:
    """A double fork: both ancestors end at once, the daemon has the block."""
    name = actors.name()
    creator = creator_of(actors, name)
    tracker = tracker_of(creator)
    middle = creator.start_child("fork", "middle")
    daemon = middle.start_child("fork", "daemon")

    creator.end("os._exit")
    middle.end("os._exit")
    daemon.run("import os; os.setsid()")
    if not feeds(daemon, tracker):
        await_end(daemon, tracker, "without anybody who feeds it")
    checks.exists(actors, name, "after the end of all ancestors")
    daemon.shared_memory(name).close()
    daemon.kill(signal.SIGKILL)
    actors.wait_gone(creator, middle, daemon)

    checks.gone(actors, name, "after the end of the daemon")


@requirement("environment.shutdown.can-use-blocks")
def test_shutdown(actors: Actors) -> None:
    """A function that was registered for the end uses a block."""
    actor = actors.start()
    actor.run(f"{USE}\nimport atexit; atexit.register(use)")
    with_tracker(actor)

    actor.end("return")
    actors.wait_gone(actor)

    checks.silent(actor.stderr, "the end of the program")


RUNS = "the finaliser runs\n"
LAST_OWNER = """
import os, __main__

class Owner:
    def __init__(self):
        self.itself = self
        self.block = shared_memory.SharedMemory({name!r}, create=True, size=1)

    def __del__(self, write=os.write):
        write(2, {runs!r})
        self.block.close()
        self.block.unlink()

__main__.owner = Owner()
"""


@requirement("environment.last-finaliser.can-unlink")
def test_last_finaliser(actors: Actors) -> None:
    """It belongs to a cycle of the main module, which is collected last of all."""
    actor, name = actors.start(), actors.name()
    actor.run(LAST_OWNER.format(name=name, runs=RUNS.encode()))

    actor.end("return")
    actors.wait_gone(actor)

    if RUNS not in actor.stderr:
        raise Unsupported("this Python runs no finalisers at its end")
    said = actor.stderr.replace(RUNS, "")
    checks.silent(said, "a finaliser at the end of the interpreter")


# -- in the middle of another operation ------------------------------------------------


@requirement("environment.blocked-signals.stay-blocked")
def test_blocked_signals(actors: Actors) -> None:
    """SIGINT and SIGTERM are blocked; a first creation starts a tracker."""
    actor = actors.start()
    actor.run("import signal; both = {signal.SIGINT, signal.SIGTERM}")
    actor.run("signal.pthread_sigmask(signal.SIG_BLOCK, both)")

    with_tracker(actor)

    mask = "sorted(int(it) for it in signal.pthread_sigmask(signal.SIG_BLOCK, ()))"
    checks.same(
        "the mask", actor.run(mask), [signal.SIGINT.value, signal.SIGTERM.value]
    )


# Whoever starts a tracker makes a pipe for it first.
AT_PIPE = f"""{USE}
import os, sys
outcomes = []

def note(*_):
    try:
        use()
        outcomes.append("works")
    except BaseException as error:
        outcomes.append(repr(error))

def pipe(right=os.pipe):
    os.pipe = right
    ends = right()
    meanwhile()
    return ends

os.pipe = pipe
"""


def used_meanwhile(actors: Actors, meanwhile: str) -> None:
    """Check that a block can be used while a first creation is under way."""
    actor, name = actors.start(), actors.name()
    actor.run(f"{AT_PIPE}\n{meanwhile}")

    actor.shared_memory(name, create=True, size=16)

    # Who makes no pipe cannot be interrupted there.
    outcomes = actor.run("outcomes or ['works']")
    checks.same("what came of the use meanwhile", outcomes, ["works"])
    actor.kill(signal.SIGKILL)
    actors.wait_gone(actor)
    checks.gone(actors, name, "after the kill of its creator")


@requirement("environment.signal-handler.can-use-blocks")
def test_signal_handler(actors: Actors) -> None:
    """SIGUSR1 comes while the tracker is being started."""
    used_meanwhile(
        actors,
        "import signal; signal.signal(signal.SIGUSR1, note)\n"
        "def meanwhile(): os.kill(os.getpid(), signal.SIGUSR1)",
    )


@requirement("environment.finaliser.can-use-blocks")
def test_finaliser(actors: Actors) -> None:
    """A cycle with a finaliser is collected while the tracker is being started."""
    used_meanwhile(
        actors,
        "import gc\n"
        "class Cycle:\n"
        "    def __init__(self): self.itself = self\n"
        "    __del__ = note\n"
        "def meanwhile(): Cycle(); gc.collect(); gc.collect()",
    )

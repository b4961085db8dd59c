"""Wrong ways that show only in odd surroundings."""

from __future__ import annotations

import atexit
import fcntl
import os
import select
import signal
import struct
import termios
import time
import warnings
from typing import Any, Callable

from . import fails
from ._init import after_init, around_init
from .tracking import _forget_the_tracker


def state_of(copy: Any) -> Any:
    """The interpreter's own tracker."""
    return copy._tracker.tracker._resource_tracker


@fails("environment.interrupted-group.is-cleaned")
def sigint_kills_the_tracker(copy: Any) -> None:
    def stop(number: int, frame: Any) -> None:
        os.kill(state_of(copy)._pid, signal.SIGKILL)
        os._exit(1)

    def prepare(handle: Any, name: Any, create: bool) -> None:
        if create:
            signal.signal(signal.SIGINT, stop)

    after_init(copy, prepare)


def after_sending(copy: Any, act: Callable[[], None]) -> None:
    """Have something done after each message to the tracker."""
    right = copy._tracker._deliver

    def deliver(verb: str, name: str) -> None:
        right(verb, name)
        act()

    copy._tracker._deliver = deliver


@fails("environment.stopped-tracker.holds-nobody-up")
def a_tracker_has_to_have_read(copy: Any) -> None:
    def see() -> None:
        # A pipe has room for thousands of messages; one that is alive reads them soon.
        for _ in range(100):
            waiting = fcntl.ioctl(state_of(copy)._fd, termios.FIONREAD, bytes(4))
            if not struct.unpack("i", waiting)[0]:
                return
            time.sleep(0.01)
        raise TimeoutError("the tracker does not read")

    after_sending(copy, see)


@fails("environment.full-pipe.is-waited-for")
def the_pipe_is_never_waited_for(copy: Any) -> None:
    right = copy._tracker._deliver

    def deliver(verb: str, name: str) -> None:
        pipe = state_of(copy)._fd
        if pipe is not None and not select.select([], [pipe], [], 0)[1]:
            raise BlockingIOError("the tracker does not read")
        right(verb, name)

    copy._tracker._deliver = deliver


@fails("environment.exec.is-cleaned")
def what_comes_by_exec_has_the_tracker(copy: Any) -> None:
    after_sending(copy, lambda: os.set_inheritable(state_of(copy)._fd, True))


@fails("environment.warnings-as-errors.are-no-hindrance")
def creation_warns(copy: Any) -> None:
    def warn(init: Any, name: Any, create: Any, size: Any) -> None:
        if create:
            warnings.warn("think of unlink()", ResourceWarning, stacklevel=2)
        init(name, create, size)

    around_init(copy, warn)


@fails("environment.blocked-signals.stay-blocked")
def the_first_creation_unblocks_all_signals(copy: Any) -> None:
    def unblock() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, ())

    after_sending(copy, unblock)


def refuse_reentry(copy: Any, is_meant: Callable[[], bool]) -> None:
    """Raise where a creation comes in the middle of another one."""
    running: Any = []

    def once(init: Any, name: Any, create: Any, size: Any) -> None:
        if running and is_meant():
            raise RuntimeError("one at a time")
        running.append(name)
        try:
            init(name, create, size)
        finally:
            running.pop()

    around_init(copy, once)


@fails(
    "environment.signal-handler.can-use-blocks",
    "environment.finaliser.can-use-blocks",
)
def one_creation_at_a_time(copy: Any) -> None:
    refuse_reentry(copy, lambda: True)


@fails("environment.finaliser.can-use-blocks")
def no_creation_in_a_collection(copy: Any) -> None:
    import gc

    collecting: Any = []
    gc.callbacks.append(
        lambda phase, info: (
            collecting.append(phase) if phase == "start" else collecting.clear()
        )
    )
    refuse_reentry(copy, lambda: bool(collecting))


@fails("environment.shutdown.can-use-blocks")
def nothing_is_created_at_the_end(copy: Any) -> None:
    over: Any = []

    def refuse(init: Any, name: Any, create: Any, size: Any) -> None:
        if over:
            raise RuntimeError("the program is at its end")
        init(name, create, size)
        atexit.register(over.append, True)

    around_init(copy, refuse)


@fails("environment.last-finaliser.can-unlink")
def unlink_imports(copy: Any) -> None:
    unlink = copy.shared_memory.SharedMemory.unlink

    def import_and_unlink(self: Any) -> None:
        unlink(self)
        # At the end of the interpreter nothing can be imported any more.
        import colorsys  # noqa: F401

    copy.shared_memory.SharedMemory.unlink = import_and_unlink


@fails("environment.daemon.keeps-the-block")
def forked_children_let_go_of_the_tracker(copy: Any) -> None:
    def let_go() -> None:
        if state_of(copy)._fd is not None:
            os.close(state_of(copy)._fd)
            _forget_the_tracker(copy)

    os.register_at_fork(after_in_child=let_go)

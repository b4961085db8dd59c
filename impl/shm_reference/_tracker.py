"""Who removes a block when all of its users have died: the resource tracker.

It is the interpreter's own, shared with the standard library. It keeps a set
of names per family of processes, fed through a pipe that nobody can query;
a name taken out twice makes it print a traceback. So every message here is
sent by one who knows that it is due.

It is reached through the module's attributes, as programs replace them.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import deque
from contextlib import contextmanager, suppress
from typing import Any, Iterator

tracker: Any = None
# Interpreters without _posixshmem may have no tracker; then nothing is tracked,
# nor on Windows, whose tracker could be imported, and never started.
if sys.platform != "win32":
    with suppress(ImportError):
        from multiprocessing import resource_tracker as tracker


# How long a name may be, so that a message stays below 512 bytes.
_TEXT_LIMIT = 480
_JSON_LIMIT = 255

_SPELLINGS = 200


class _Outbox(threading.local):
    def __init__(self) -> None:
        self.is_open = False
        self.waiting: deque[tuple[str, str]] = deque()


_outbox = _Outbox()


def register(name: str) -> None:
    """Have the block removed when this family of processes ends.

    Raises ValueError if the tracker would misunderstand the *name*.
    """
    if tracker is not None:
        _refuse_inexpressible(name)
        _deliver("register", name)


def unregister(name: str) -> None:
    """Take back what `register` asked for."""
    if tracker is not None:
        _deliver("unregister", name)


@contextmanager
def announced(name: str) -> Iterator[None]:
    """Have the block removed if this process dies within.

    The announcement is made under another spelling of the name: the tracker
    keeps a set, and taking back the name itself would take back that of a
    relative which created the block just before us.
    Raises ValueError if the tracker would misunderstand the *name*.
    """
    spelling = None if tracker is None else _other_spelling(name)
    if spelling is None:
        yield
        return
    _deliver("register", spelling)
    try:
        yield
    finally:
        _deliver("unregister", spelling)


def ensure_running() -> None:
    """Start the tracker now, so that processes started later share it."""
    if tracker is not None:
        _keeping_signals(tracker.ensure_running)


def _deliver(verb: str, name: str) -> None:
    outbox = _outbox
    if outbox.is_open:
        # A finaliser or a signal handler interrupted us inside the tracker's
        # lock (gh-109593): whoever is interrupted sends this as well.
        outbox.waiting.append((verb, name))
    elif outbox.waiting or not _is_written(verb, name):
        _send_all(outbox, verb, name)


def _is_written(verb: str, name: str) -> bool:
    """Write to a tracker that is running and takes lines; tell whether that was all.

    Before each line the standard library's functions send another one, to see whether
    the tracker lives. The line itself tells as much, and needs no lock.
    """
    function = _PLAIN.get(verb)
    # Who has replaced such a function is to hear of the name.
    if function is None or function is not getattr(tracker, verb):
        return False
    # Such a name stands in no line, but the functions may tell it as JSON.
    if not (name.isascii() and name.isprintable()):
        return False
    line = f"{verb.upper()}:{name}:shared_memory\n"
    descriptor = getattr(function.__self__, "_fd", None)
    try:
        return descriptor is not None and os.write(descriptor, line.encode("ascii")) > 0
    except OSError:
        return False


def _send_all(outbox: _Outbox, verb: str, name: str) -> None:
    outbox.is_open = True
    try:
        # First what was left by one who was interrupted, and then failed.
        _send_waiting(outbox)
        _send(verb, name)
        _send_waiting(outbox)
    finally:
        outbox.is_open = False


def _send_waiting(outbox: _Outbox) -> None:
    while outbox.waiting:
        _send(*outbox.waiting.popleft())


def _send(verb: str, name: str) -> None:
    function = getattr(tracker, verb)
    if _is_started() and function is not _PLAIN.get(verb):
        function(name, "shared_memory")
    else:
        # It starts the tracker, or another one in its place.
        _keeping_signals(function, name, "shared_memory")


def _keeping_signals(function: Any, *arguments: str) -> None:
    # Starting the tracker unblocks SIGINT and SIGTERM before 3.12.9 (gh-127586).
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        function(*arguments)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _state() -> Any:
    return getattr(tracker, "_resource_tracker", None)


def _is_started() -> bool:
    return getattr(_state(), "_fd", None) is not None


def _plain() -> dict[str, Any]:
    """Return those of the tracker's functions in whose place a line can be written."""
    state = _state()
    if state is None or not _takes_lines():
        return {}
    functions = {it: getattr(tracker, it) for it in ("register", "unregister")}
    return {
        verb: function
        for verb, function in functions.items()
        if getattr(function, "__self__", None) is state
    }


def _takes_lines() -> bool:
    if not _speaks_json():
        return True
    # The reader of 3.13.10 and 3.14.1 takes nothing but JSON, later ones take lines as
    # well. It is a private function, so whatever it does with one is an answer.
    with suppress(Exception):
        parts: object = tracker._decode_message(b"REGISTER:/a:b:shared_memory\n")  # noqa: SLF001
        return parts == ("REGISTER", "shared_memory", "/a:b")
    return False


def _speaks_json() -> bool:
    """Tell whether the tracker's own functions write JSON (3.13.10, 3.14.1 and later)."""
    return hasattr(tracker, "json")


_PLAIN = _plain()


def _other_spelling(name: str) -> str | None:
    """A spelling of *name* that no other thread of the system uses, if possible."""
    room = min(_refuse_inexpressible(name), _SPELLINGS)
    is_ours = getattr(tracker.register, "__self__", None) is _state()
    # Linux folds leading slashes. Where a program has put its own function in
    # the place of `register`, we cannot expect `unregister` to match.
    if not sys.platform.startswith("linux") or not is_ours or room < 1:
        return None
    return "/" * (1 + threading.get_native_id() % room) + name


def _refuse_inexpressible(name: str) -> int:
    """Raise ValueError, or return how many bytes longer *name* might have been."""
    # Most names can be expressed in every way.
    if name.isascii() and name.isprintable() and ":" not in name:
        room = _JSON_LIMIT - len(name)
        if room >= _SPELLINGS:
            return room
    # None: text only, "VERB:name:type" split at each colon (before 3.13.10).
    # True: text split at the outer colons, JSON for names with a newline.
    # False: JSON always.
    is_text = False if _speaks_json() else None
    is_text = getattr(_state(), "_use_simple_format", is_text)
    is_plain = is_text is None or (is_text and "\n" not in name)
    room = (_TEXT_LIMIT if is_plain else _JSON_LIMIT) - len(
        name.encode("utf-8", "surrogatepass")
    )
    if is_text is None and (":" in name or "\n" in name):
        reason = "it has a colon or a newline"
    elif is_text is not False and not name.isascii():
        reason = "it is not ASCII"
    elif room < 0:
        reason = "it is too long"
    else:
        return room
    raise ValueError(
        f"this Python's resource tracker cannot track {name!r}: {reason}; "
        "use another name, or track=False"
    )


def _start_for_children() -> None:
    # Processes with a common ancestor share a tracker, the documentation says;
    # forked ones do so only if the ancestor's runs already (bpo-39959). A plain
    # os.fork is none of our business, nor is the fork server's.
    caller = sys._getframe(1).f_globals.get("__name__")  # noqa: SLF001
    if caller == "multiprocessing.popen_fork" and not _is_started():
        ensure_running()


if tracker is not None and hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_start_for_children)

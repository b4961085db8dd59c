"""A run: one harness process, its mark, its folder, its ledger, its guardian."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil

from shm_conformance import guardian, ledger, platforms, processes
from shm_conformance.errors import HarnessError
from shm_conformance.interpreter import Interpreter
from shm_conformance.limits import Limits

DEFAULTS = Limits()
ISOLATIONS = ("auto", "namespace", "names")


# The longest path of a socket is 103 bytes on some systems; Python puts sockets into
# a folder of its own below a temporary one.
SOCKET_PATH = 103 - len("/pymp-12345678/listener-12345678")
# A harness writes its ledger as the first thing that it does.
BIRTH_LIMIT = 60.0


class Run:
    """Everything that one harness process owns on the machine, and its end."""

    def __init__(self, isolation: str = "auto", limits: Limits = DEFAULTS) -> None:
        self.limits = limits
        self.platform = platforms.current()
        self.token = secrets.token_hex(6)
        self.folder = self.platform.state_directory() / self.token
        self.folder.mkdir(mode=0o700)
        self.ledger = ledger.Ledger(self.folder / "ledger.jsonl")
        self.started = self.ledger.write_harness(
            os.getpid(), psutil.Process().create_time()
        )
        self.sessions: set[int] = set()
        self._names = 0
        self._observers: dict[tuple[str, ...], platforms.Observer] = {}
        self.guardian = self._start_guardian(isolation)
        self.platform.adopt_orphans()

    def _start_guardian(self, isolation: str) -> subprocess.Popen[bytes]:
        prefix = () if isolation == "names" else self.platform.private_view()
        if isolation == "namespace" and not prefix:
            raise HarnessError(
                "no private /dev/shm can be had here (unshare failed);"
                " use --isolation names"
            )
        self.is_private = bool(prefix)
        code = [sys.executable, "-m", guardian.__name__, str(self.folder), self.token]
        return subprocess.Popen(
            [*prefix, *code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            # `-m` looks into the working directory first, which is the user's.
            cwd="/",
            env={**os.environ, "PYTHONPATH": os.pathsep.join(_import_path())},
        )

    def wait_until_guarded(self) -> None:
        """Wait for the guardian's word; nothing may be started before it."""
        assert self.guardian.stdout is not None
        if self.guardian.stdout.readline() != b"ready\n":
            raise HarnessError("the guardian process ended before it was ready")

    @property
    def view(self) -> int | None:
        """The process whose /dev/shm the actors see, or None for everybody's."""
        return self.guardian.pid if self.is_private else None

    @property
    def prefix(self) -> tuple[str, ...]:
        """What goes before an actor's command line."""
        return tuple(self.platform.enter(self.view)) if self.view else ()

    def observer_of(self, interpreter: Interpreter | None) -> platforms.Observer:
        """The eyes on the system of an interpreter; without one it is ours."""
        if interpreter is None:
            return self.platform
        command = interpreter.command
        if command not in self._observers:
            found = platforms.observer_of(interpreter.facts, command)
            self._observers[command] = found
        return self._observers[command]

    def environment(
        self, path: tuple[str, ...], observer: platforms.Observer | None = None
    ) -> dict[str, str]:
        """The environment of an actor: ours, the mark, the target's path, our folder.

        Who is killed leaves temporary files behind; there they go with the run.
        """
        observer = observer or self.platform
        inherited = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
        entries = [*path, *map(observer.path, inherited)]
        marked = {**os.environ, processes.MARK: self.token}
        # Wine takes it for itself, and Windows has other names for it.
        is_native = observer is self.platform
        if is_native and len(os.fsencode(self.folder)) <= SOCKET_PATH:
            marked["TMPDIR"] = str(self.folder)
        together = observer.PATH_SEPARATOR.join(entries)
        return {**marked, "PYTHONPATH": together} if entries else marked

    def fresh_name(self, purpose: str = "") -> str:
        """A name that nothing else bears, in the ledger already."""
        self._names += 1
        # Of one length, as what holds a name would else be of several.
        name = f"shmc_{self.token}_{self._names:05}{purpose}"
        self.ledger.announce(name)
        return name

    def look(
        self, name: str, observer: platforms.Observer | None = None
    ) -> platforms.Segment | None:
        """Look at a segment of ours, and write down which object it is."""
        segment = (observer or self.platform).segment(name, self.view)
        if segment:
            self.ledger.saw(segment, name)
        return segment

    def note_held(self, pid: int) -> None:
        """Enter the segments of a process that is about to be killed in the ledger.

        A generated name may be known to that process alone, and where /dev/shm
        is everybody's, its segment would stay.
        """
        if not self.is_private:
            self.ledger.harvest(pid, self.started)

    def close(self) -> None:
        """End what is left of the run: processes, segments, guardian, folder."""
        self._let_settle()
        processes.end_marked(self.token)
        for observer in self._observers.values():
            observer.close()
        self.reap_orphans()
        self.ledger.harvest_named(self.token, self.started, self.view)
        ledger.clean(self.ledger.entries, self.token, self.platform, self.view)
        self.ledger.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        assert self.guardian.stdin is not None
        self.guardian.stdin.close()
        self.guardian.wait()
        assert self.guardian.stdout is not None
        self.guardian.stdout.close()

    def _let_settle(self) -> None:
        # A tracker that is killed at its work leaves what it was about to clean.
        left = processes.marked(self.token)
        psutil.wait_procs(left, self.limits.settle if left else 0)

    def reap_group(self, group: int) -> bool:
        """Collect who of an ended actor's group was left to us; say if that was all.

        Otherwise they would stay in the process table until the run ends, thousands
        of them.
        """
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-group, os.WNOHANG) != (0, 0):
                pass
            return False
        return True

    def reap_orphans(self) -> None:
        """Collect the exit codes of what our descendants left to us."""
        for child in psutil.Process().children():
            with contextlib.suppress(psutil.Error, OSError):
                # A zombie has no environment any more, but still its session.
                is_ours = os.getsid(child.pid) in self.sessions - {child.pid}
                if is_ours and child.status() == psutil.STATUS_ZOMBIE:
                    os.waitpid(child.pid, os.WNOHANG)


def _import_path() -> list[str]:
    return [str(Path(entry).resolve()) for entry in sys.path]


def folders() -> list[Path]:
    """The folders of all runs of this user that are on this machine, oldest first."""
    ages: dict[Path, float] = {}
    for folder in platforms.current().state_directory().iterdir():
        # A run may end, and take its folder along, while we look.
        with contextlib.suppress(FileNotFoundError):
            ages[folder] = folder.stat().st_mtime
    return sorted(ages, key=ages.__getitem__)


def is_running(folder: Path) -> bool:
    """Say whether the harness that owns a run's folder is still alive."""
    with contextlib.suppress(OSError):
        harness, _ = ledger.read(folder / "ledger.jsonl")
        if not harness:
            # It may be just about to write down who it is.
            return time.time() - folder.stat().st_mtime < BIRTH_LIMIT
        with contextlib.suppress(psutil.Error):
            started = psutil.Process(harness["pid"]).create_time()
            return bool(abs(started - harness["started"]) < 1)
    return False

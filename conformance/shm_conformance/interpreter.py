"""The interpreter of a target: what it is, and how an actor is started in it.

Nothing needs to be installed in it. A first, short process tells its facts and
compiles the actor's program, so that the many actors that follow start at once;
the bytecode goes back to the interpreter that made it and is never looked into.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import secrets
import shlex
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from shm_conformance.errors import TargetNotStarted
from shm_conformance.processes import run_to_its_end

PROBE_LIMIT = 60.0
OLDEST = (3, 8)
# A program that is found on the way to the interpreter may print; the marks
# around our own output tell it from theirs.
PROBE = """
import json, marshal, os, struct, sys, sysconfig
libc, emulator = "", None
if os.name == "nt":
    import ctypes
    release = "%d.%d.%d" % sys.getwindowsversion()[:3]
    machine = os.environ.get("PROCESSOR_ARCHITECTURE", "")
    kernel = "Windows", "", release, "", machine
    emulator = "wine" if hasattr(ctypes.WinDLL("ntdll"), "wine_get_version") else None
else:
    kernel = os.uname()
try:
    libc = "musl" if "-musl" in (sysconfig.get_config_var("SOABI") or "") else ""
    libc = os.confstr("CS_GNU_LIBC_VERSION") or libc
except (AttributeError, ImportError, ValueError, OSError):
    pass
facts = {
    "python": {
        "implementation": sys.implementation.name,
        "version": "%d.%d.%d" % sys.version_info[:3],
        "release": sys.version_info[3],
        "build": ".".join(map(str, sys.implementation.version[:3])),
        "flags": getattr(sys, "abiflags", ""),
        "executable": sys.executable,
    },
    "platform": {
        "system": kernel[0],
        "release": kernel[2],
        "machine": kernel[4],
        "libc": libc,
        "byteorder": sys.byteorder,
        "pointer_bits": struct.calcsize("P") * 8,
        "emulator": emulator,
    },
}
source = sys.stdin.buffer.read()
program = marshal.dumps(compile(source, "<actor>", "exec", dont_inherit=True))
out = sys.stdout.buffer
out.write(sys.argv[1].encode() + json.dumps(facts).encode() + b"\\n" + program)
out.write(sys.argv[1].encode())
out.flush()
"""
# The program reads on where this stops, so the buffered reader is handed on too.
BOOT = (
    "import marshal,os;INPUT=os.fdopen(os.dup(0),'rb');"
    "PROGRAM=INPUT.read(int(INPUT.readline()));exec(marshal.loads(PROGRAM))"
)


@dataclass(frozen=True)
class Interpreter:
    """A started and understood interpreter: its command, facts, compiled program."""

    command: tuple[str, ...]
    facts: dict[str, Any]
    program: bytes

    @property
    def start_command(self) -> list[str]:
        """The command line of an actor; the program follows on standard input."""
        return [*self.command, "-c", _boot(self.command, BOOT)]

    @property
    def start_input(self) -> bytes:
        """What an actor reads before its first request."""
        return b"%d\n" % len(self.program) + self.program


def _boot(command: tuple[str, ...], code: str) -> str:
    """A remote shell splits its command once more, so there the code is quoted."""
    is_remote = os.path.basename(command[0]) == "ssh"  # noqa: PTH119
    return shlex.quote(code) if is_remote else code


@cache
def actor_source() -> bytes:
    """The source of the actor's program."""
    folder = resources.files("shm_conformance")
    return folder.joinpath("actor_program.py").read_bytes()


@cache
def probe(command: tuple[str, ...]) -> Interpreter:
    """Start an interpreter once; raises TargetNotStarted with what it printed."""
    mark = f"<{secrets.token_hex(8)}>"
    try:
        words = [*command, "-c", _boot(command, PROBE), mark]
        done = run_to_its_end(words, PROBE_LIMIT, actor_source())
    except OSError as error:
        raise TargetNotStarted(
            f"cannot start {shlex.join(command)!r}: {error.strerror};"
            " a Python 3.8+ command was due after the @"
        ) from None
    except subprocess.TimeoutExpired:
        raise TargetNotStarted(
            f"{shlex.join(command)!r} did not answer within {PROBE_LIMIT:g} s"
        ) from None
    parts = done.stdout.split(mark.encode())
    if len(parts) != 3:
        raise TargetNotStarted(_no_interpreter(command, done))
    head, _, program = parts[1].partition(b"\n")
    facts = _with_emulator(json.loads(head))
    _refuse_unseen(facts["platform"], command)
    return Interpreter(command, facts, program)


def _refuse_unseen(place: dict[str, Any], command: tuple[str, ...]) -> None:
    """Judge nothing whose segments we cannot see: each would count as missing."""
    system = place["system"]
    if system != platform.system() and place["emulator"] != "wine":
        raise TargetNotStarted(
            f"{shlex.join(command)!r} runs on {system}, whose segments cannot be"
            f" observed from {platform.system()}; no verdict would be true"
        )


def _no_interpreter(
    command: tuple[str, ...], done: subprocess.CompletedProcess[bytes]
) -> str:
    printed = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
    last = printed.splitlines()[-1][:200] if printed else "nothing"
    return (
        f"{shlex.join(command)!r} does not work as a Python {OLDEST[0]}.{OLDEST[1]}+"
        f" interpreter (exit code {done.returncode}); it printed: {last}"
    )


def _with_emulator(facts: dict[str, Any]) -> dict[str, Any]:
    place = facts["platform"]
    native = place["machine"] in ("", platform.machine(), "i686", "i386")
    place["emulator"] = place["emulator"] or (None if native else "qemu-user")
    return facts


def check_shared_memory(command: tuple[str, ...]) -> None:
    """Raise TargetNotStarted for an interpreter without a module of shared memory."""
    code = "import multiprocessing.shared_memory"
    words = [*command, "-c", _boot(command, code)]
    done = run_to_its_end(words, PROBE_LIMIT)
    if done.returncode:
        printed = (done.stdout, *done.stderr.splitlines())
        last = printed[-1].decode("utf-8", "replace")
        raise TargetNotStarted(f"{shlex.join(command)!r} has no shared memory: {last}")


@cache
def compile_tree(command: tuple[str, ...], folder: str) -> None:
    """Have an interpreter keep its bytecode beside a copy of our sources.

    Many actors import them, and a user may have forbidden to write bytecode.
    """
    code = f"import compileall; compileall.compile_dir({folder!r}, quiet=2)"
    words = [*command, "-c", _boot(command, code)]
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        run_to_its_end(words, PROBE_LIMIT)

"""See an obtained interpreter work, and that it is what its name says."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

from obtain.errors import NotObtained
from obtain.shell import run

# An emulated interpreter on a busy machine takes minutes.
LIMIT = 600.0
# Children start by sys.executable, which is what a wrong wrapper breaks.
PROGRAM = """
import json, struct, subprocess, sys, sysconfig
from multiprocessing import shared_memory
block = shared_memory.SharedMemory(create=True, size=1)
block.close()
block.unlink()
word = "import multiprocessing.shared_memory; print(6 * 7)"
child = subprocess.run([sys.executable, "-c", word], stdout=subprocess.PIPE)
print(json.dumps({
    "implementation": sys.implementation.name,
    "version": "%d.%d" % sys.version_info[:2],
    "threads": "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else "",
    "byteorder": sys.byteorder,
    "bits": struct.calcsize("P") * 8,
    "child": child.stdout.decode().strip(),
}))
"""
LIBRARY = "import os; print(os.path.dirname(os.__file__))"
NAME = re.compile(r"([a-z]+)-(\d+\.\d+)(t?)(?:-([a-z0-9]+))?")
# What sets a variant apart from the usual 64 bits, little end first.
BITS = {"i386": 32, "armhf": 32}
BYTEORDER = {"s390x": "big"}


def prove(name: str, command: list[str]) -> None:
    """Start an interpreter and a child of it; raises NotObtained where either fails."""
    try:
        printed = run([*command, "-c", PROGRAM], limit=LIMIT)
    except NotObtained as error:
        raise NotObtained(f"it was obtained, but: {error}") from None
    lines = printed.splitlines()
    if not lines:
        raise NotObtained("it was obtained, but prints nothing")
    if wrong := differences(name, json.loads(lines[-1])):
        raise NotObtained(f"it was obtained, but {wrong}")


def compile_library(command: list[str]) -> None:
    """Keep the bytecode of the standard library, which each start would make again.

    Packages leave that to their installation. Some files of the library's own tests
    cannot be compiled, and none has to be.
    """
    with suppress(NotObtained):
        where = run([*command, "-c", LIBRARY], limit=LIMIT).strip()
        run([*command, "-m", "compileall", "-q", where], limit=LIMIT)


def differences(name: str, facts: dict[str, Any]) -> str:
    """Say how an interpreter is not what its name promises; empty where it is."""
    match = NAME.fullmatch(name)
    assert match, name
    *promised, variant = match.groups()
    told = [facts["implementation"], facts["version"], facts["threads"]]
    if told != promised:
        return f"it is {told[0]}-{told[1]}{told[2]}"
    if facts["bits"] != BITS.get(variant, 64):
        return f"it is of {facts['bits']} bits"
    if facts["byteorder"] != BYTEORDER.get(variant, "little"):
        return f"it is {facts['byteorder']}-endian"
    if facts["child"] != "42":
        return f"a child of it printed {facts['child']!r}, '42' was due"
    return ""

"""Judge the reference in this folder by the suite; exit code 1 if it is caught.

Run by cosmic-ray, in a copy of the project in which one thing of the reference is
changed. First come the tests that know most of the changed module, as one
deviation is enough. What the suite does not catch, our own tests may: they know what
the reference promises beyond the documentation, such as all of its extensions.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mutation.copies import ORIGINAL, ROOT, SOURCES
from mutation.mutants import BY_OWN_TESTS

# By module, the requirements that know most of it, and those that come after them.
# All other modules are about lists only.
BLOCKS = "shm. or tracker. or environment. or life. or mix."
SELECTIONS = {
    "_block.py": ("shm.create or shm.attach", BLOCKS),
    "_connection.py": ("manager.", "life. or mix."),
    "_names.py": ("shm.name", "shm."),
    "_posix.py": ("shm.create or shm.attach or shm.unlink", BLOCKS),
    "_system.py": ("shm.create", "shm.attach"),
    "_tracker.py": ("tracker. or environment.", BLOCKS),
    "_views.py": ("shm.close or shm.pickle", "shm."),
    "managers.py": ("manager.", "life. or mix."),
    "shared_memory.py": ("shm. or list.attach or list.pickle", f"{BLOCKS} or list."),
}
LISTS = ("list.",)
# By module, those of our own tests that know it.
OWN = {
    "_block.py": ("block", "shared_memory", "extensions", "tracker"),
    "_connection.py": ("managers",),
    "_names.py": ("names", "shared_memory"),
    "_packing.py": ("items", "layout", "extensions"),
    "_posix.py": ("posix", "block", "managers", "extensions", "shared_memory"),
    "_system.py": ("posix",),
    "_tracker.py": ("tracker", "block"),
    "_trailing.py": ("extensions",),
    "_views.py": ("views", "shared_memory"),
    "_writing.py": ("writing",),
    "extensions.py": ("extensions",),
    "managers.py": ("managers",),
    "shared_memory.py": ("shared_memory", "items", "extensions"),
}
OWN_OF_LISTS = ("items", "layout")
EXTENSIONS = {"_trailing.py", "extensions.py"}
# Our own tests have no guardian: what a mutant has them leave goes with a namespace of
# processes and a /dev/shm of their own, where the machine lets us have them.
MOUNT = 'mount -t tmpfs -o mode=1777 tmpfs /dev/shm && exec "$@"'
CONFINED = ("unshare", "--mount-proc", "--pid", "--fork", "--kill-child", "sh", "-c")
CAUGHT = {"deviates", "crashed", "hung"}
# What crashes ends by one of these; who starts it in a namespace tells 128 more.
CRASHES = {signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL}


def main() -> int:
    """Return 1 if the tests have caught what was changed."""
    changed = _changed()
    if not changed:
        return int(_is_caught("list. or not list."))
    if changed not in EXTENSIONS:
        first, *others = SELECTIONS.get(changed, LISTS)
        later = [f"({it}) and not ({first})" for it in others]
        if any(map(_is_caught, [first, *later])):
            return 1
    names = OWN.get(changed, OWN_OF_LISTS)
    tests = [ROOT / "impl" / "tests" / f"test_{it}.py" for it in names]
    assert all(it.exists() for it in tests), tests
    code = _pytest("-p", "no:cacheprovider", *tests, before=_confined())
    # A module that cannot be imported ends the collection of tests, with 2, or, from
    # conftest.py, with 4.
    if code not in (1, 2, 4) and not CRASHES & {-code, code - 128}:
        return 0
    sys.stdout.write(f"{BY_OWN_TESTS}\n")
    return 1


def _changed() -> str:
    original = Path(os.environ[ORIGINAL])
    for file in sorted((ROOT / SOURCES).glob("*.py")):
        if file.read_bytes() != (original / file.name).read_bytes():
            return file.name
    return ""


def _is_caught(selection: str) -> bool:
    """Tell whether the requirements of a selection have found something.

    What is broken (a race was seen once, and not again) catches nothing, and ends a
    run: the others are judged without it.
    """
    while True:
        code, target = _run(selection)
        # What cannot even be imported gets no verdict, and no green result either.
        did_not_start = target["planned"] > 0 and not target["run"]
        if did_not_start or any(it["verdict"] in CAUGHT for it in target["results"]):
            return code != 0
        results = target["results"]
        broken = [it["requirement"] for it in results if it["verdict"] == "broken"]
        if not broken:
            return False
        selection = f"({selection}) and not ({' or '.join(broken)})"


def _run(selection: str) -> tuple[int, Any]:
    """Judge until something is found; returns pytest's exit code and the result."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "result.json"
        suite = ROOT / "conformance" / "shm_conformance" / "suite"
        words = ["--shm-target=reference", f"--shm-select={selection}"]
        words += [f"--shm-json={file}", "--shm-no-shrinking"]
        code = _pytest(*words, suite)
        (target,) = json.loads(file.read_text("utf-8"))["targets"]
    return code, target


def _confined() -> Sequence[str]:
    words = (*CONFINED, MOUNT, "sh")
    try:
        done = subprocess.run([*words, "true"], capture_output=True, check=False)
    except OSError:
        return ()
    return () if done.returncode else words


def _pytest(*words: str | Path, before: Sequence[str] = ()) -> int:
    command = [*before, sys.executable, "-m", "pytest", "-x", "-q", "-n0", *words]
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

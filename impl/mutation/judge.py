"""Judge the reference in this folder by the suite; exit code 1 if it is caught.

Run by cosmic-ray, in a copy of the project in which one thing of the reference is
changed. First come the tests that know most of the changed module, as one
deviation is enough.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from mutation.copies import ORIGINAL, ROOT, SOURCES

# By module, the requirements that know most of it; those of lists are the rest.
FIRST = {
    "_block.py": "shm.create or shm.attach",
    "_names.py": "shm.name",
    "_posix.py": "shm.create or shm.attach or shm.unlink",
    "_system.py": "shm.create",
    "_tracker.py": "tracker. or environment.",
    "_views.py": "shm.close or shm.pickle",
    "managers.py": "manager.",
    "shared_memory.py": "shm.",
}
CAUGHT = {"deviates", "crashed", "hung"}


def main() -> int:
    """Return 1 if the suite has caught what was changed."""
    first = FIRST.get(_changed(), "list.")
    return int(any(map(_is_caught, (first, f"not ({first})"))))


def _changed() -> str:
    original = Path(os.environ[ORIGINAL])
    for file in sorted((ROOT / SOURCES).glob("*.py")):
        if file.read_bytes() != (original / file.name).read_bytes():
            return file.name
    return ""


def _is_caught(selection: str) -> bool:
    """Tell whether the requirements of a selection have found something."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "result.json"
        suite = ROOT / "conformance" / "shm_conformance" / "suite"
        words = ["--shm-target=reference", f"--shm-select={selection}"]
        words += [f"--shm-json={file}", "--shm-no-shrinking", "-x", "-q", "-n0"]
        command = [sys.executable, "-m", "pytest", *words, str(suite)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, check=False)
        (target,) = json.loads(file.read_text("utf-8"))["targets"]
    # What cannot even be imported gets no verdict, and no green result either; what
    # is broken is the harness's fault, and catches nothing.
    did_not_start = target["planned"] > 0 and not target["run"]
    is_found = any(it["verdict"] in CAUGHT for it in target["results"])
    return done.returncode != 0 and (is_found or did_not_start)


if __name__ == "__main__":
    sys.exit(main())

"""Copies of the project in which a fault can be put, one for each who judges."""

from __future__ import annotations

import compileall
import os
import shutil
from pathlib import Path
from py_compile import PycInvalidationMode

ROOT = Path(__file__).resolve().parents[2]
SOURCES = Path("impl/shm_reference")
FOLDERS = ("impl", "conformance", "scenarios")

# Tells a process in a copy where the reference is as it should be.
ORIGINAL = "SHM_ORIGINAL"


def enter(parent: Path) -> None:
    """Make a copy of the project in *parent*, and work there from now on."""
    copy = parent / str(os.getpid())
    for folder in FOLDERS:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignored)
        # By hash: times do not tell a change within a second that leaves the size.
        mode = PycInvalidationMode.CHECKED_HASH
        compileall.compile_dir(copy / folder, quiet=1, invalidation_mode=mode)
    shutil.copy(ROOT / "pyproject.toml", copy)
    os.environ[ORIGINAL] = str(ROOT / SOURCES)
    os.environ["PYTHONPATH"] = os.pathsep.join(str(copy / it) for it in FOLDERS)
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    os.chdir(copy)

"""Tiny implementations that are wrong in exactly one named way.

Each is the proof that a test can fail, or that a story of the catalogue is seen.
`shm_faulty.NAME` is a whole copy of the reference under another name, with one thing
changed by a function here:

    @fails("shm.unlink.frees-the-name")
    def unlink_does_nothing(copy):
        copy.shared_memory.SharedMemory.unlink = lambda self: None

The copy is made by an import hook, so that children, trackers and managers meet
the same fault by importing the same name. Runs in the target's interpreter
under the name `shm_faulty`: standard library, Python 3.8+.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from types import ModuleType
from typing import Any, Callable, Dict, NamedTuple, Optional, Sequence, Tuple

Change = Callable[[Any], None]
HERE = os.path.dirname(__file__)  # noqa: PTH120 - pathlib would be imported for this alone
CHAPTERS = [
    name[:-3]
    for name in sorted(os.listdir(HERE))  # noqa: PTH208 - as above
    if name.endswith(".py") and not name.startswith("_")
]


class Faulty(NamedTuple):
    """A faulty target: how it is made wrong, and which requirements it fails."""

    change: Change
    fails: Tuple[str, ...]  # noqa: UP006 - 3.8


REGISTRY: Dict[str, Faulty] = {}  # noqa: UP006 - 3.8


def fails(*requirements: str) -> Callable[[Change], Change]:
    """Register a change of the reference, and the requirements that it breaks."""

    def register(change: Change) -> Change:
        if change.__name__ in REGISTRY:
            raise ValueError(f"faulty target {change.__name__} stands twice")
        REGISTRY[change.__name__] = Faulty(change, requirements)
        return change

    return register


class _Copy(importlib.machinery.SourceFileLoader):
    """Loads the reference's package under another name, and makes it wrong."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        name = module.__name__
        vars(module)["shared_memory"] = importlib.import_module(name + ".shared_memory")
        # Costly to import, and most faults have nothing to do with it.
        module.__dict__["__getattr__"] = lambda part: _managers(name, part)
        REGISTRY[name.rpartition(".")[2]].change(module)


def _managers(name: str, part: str) -> ModuleType:
    if part != "managers":
        raise AttributeError(part)
    return importlib.import_module(name + ".managers")


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self,
        fullname: str,
        path: Optional[Sequence[str]],  # noqa: UP045 - 3.8
        target: Optional[ModuleType] = None,  # noqa: UP045 - 3.8
    ) -> Optional[importlib.machinery.ModuleSpec]:  # noqa: UP045 - 3.8
        parent, _, name = fullname.rpartition(".")
        # What the chapters share is no target, and is wanted while they are loaded.
        is_ours = name in CHAPTERS or name.startswith("_")
        if parent != __name__ or is_ours or not _is_registered(name):
            return None
        reference = importlib.util.find_spec("shm_reference")
        if reference is None or reference.origin is None:
            return None
        return importlib.util.spec_from_file_location(
            fullname,
            reference.origin,
            loader=_Copy(fullname, reference.origin),
            submodule_search_locations=[os.path.dirname(reference.origin)],  # noqa: PTH120
        )


def _is_registered(name: str) -> bool:
    """Load just the chapter that defines a faulty target, or all if it is computed."""
    for chapter in CHAPTERS:
        with open(os.path.join(HERE, chapter + ".py")) as file:  # noqa: PTH118, PTH123
            if f"def {name}(" in file.read():
                importlib.import_module(__name__ + "." + chapter)
                return True
    return name in load_all()


def load_all() -> Dict[str, Faulty]:  # noqa: UP006 - 3.8
    """Every faulty target by its name."""
    for chapter in CHAPTERS:
        importlib.import_module(__name__ + "." + chapter)
    return REGISTRY


if __name__ == "shm_faulty":
    sys.meta_path.insert(0, _Finder())

"""Make an unpacked system work in a folder of its own: its links stay inside."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

MERGED = ("bin", "lib", "lib32", "lib64", "sbin")


def relative(link: PurePosixPath, target: PurePosixPath) -> str:
    """Say an absolute target as seen from a link; both count from the root."""
    return os.path.relpath(target, link.parent)


def merge_usr(root: Path) -> None:
    """Link the folders at the top to those of /usr, before anything is unpacked.

    Packages name files by either; older ones ship them at the top.
    """
    for name in MERGED:
        (root / "usr" / name).mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(f"usr/{name}")


def stay_inside(root: Path) -> None:
    """Make relative each absolute link whose target is in the folder, too."""
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            link = Path(folder) / name
            if link.is_symlink():
                _stay_inside(link, root)


def _stay_inside(link: Path, root: Path) -> None:
    target = PurePosixPath(link.readlink())
    inside = root / target.relative_to("/") if target.is_absolute() else None
    if inside is not None and os.path.lexists(inside):
        place = "/" / PurePosixPath(link.relative_to(root))
        link.unlink()
        link.symlink_to(relative(place, target))

"""Sections of a page that a command writes, between two marks; what is around stays."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from shm_conformance.errors import UsageError

END = "<!-- end of table -->"


def section(start: str, lines: Iterable[str]) -> str:
    """Return a section as it stands in a page, its marks included."""
    return "\n".join((start, *lines, END))


def write(page: Path, sections: dict[str, Iterable[str]]) -> None:
    """Write sections, each by the mark with which it starts, into a page.

    Raises UsageError for a page that lacks one of them; then it is as it was.
    """
    text = page.read_text("utf-8")
    for start, lines in sections.items():
        before, is_begun, rest = text.partition(start)
        _, is_ended, after = rest.partition(END)
        if not (is_begun and is_ended):
            raise UsageError(f"{page} has no section {start!r} ... {END!r}")
        text = before + section(start, lines) + after
    page.write_text(text, "utf-8")

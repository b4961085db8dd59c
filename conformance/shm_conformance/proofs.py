"""Certification: before a verdict counts, known-bad targets must be caught.

They run through the same channel as what is judged: the same interpreter, the
same actors, the same tests.
"""

from __future__ import annotations

from shm_conformance import faulty
from shm_conformance.requirements import catalogue
from shm_conformance.target import parse

# One of each kind: a lifetime, a value, a tracker, a refusal.
SMOKE = (("unlink_does_nothing", "shm.unlink.frees-the-name"),)
FULL = SMOKE


def proofs_for(targets: tuple[str, ...], is_smoke: bool) -> tuple[tuple[str, str], ...]:
    """The (faulty target, requirement) pairs that certify a run over *targets*."""
    pythons = dict.fromkeys(_python(text) for text in targets)
    pairs = SMOKE if is_smoke else FULL
    return tuple(
        (f"faulty:{name}{python}", requirement)
        for python in pythons
        for name, requirement in pairs
    )


def _python(text: str) -> str:
    """What follows the implementation; other languages are certified in our own."""
    if parse(text).kind == "actor":
        return ""
    _, at, python = text.partition("@")
    return at + python


def all_proofs() -> tuple[tuple[str, str], ...]:
    """Every faulty target with each requirement that it says it fails."""
    return tuple(
        (f"faulty:{name}", requirement)
        for name, entry in faulty.REGISTRY.items()
        for requirement in entry.fails
    )


def unproved() -> list[str]:
    """The requirements that bind a target and that no faulty target fails."""
    proved = {requirement for _, requirement in all_proofs()}
    return [
        requirement.id
        for requirement in catalogue().values()
        if requirement.level != "may" and requirement.id not in proved
    ]

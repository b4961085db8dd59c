"""Certification: before a verdict counts, known-bad targets must be caught.

They run through the same channel as what is judged: the same interpreter, the
same actors, the same tests.
"""

from __future__ import annotations

from contextlib import suppress

from shm_conformance import faulty
from shm_conformance.errors import TargetNotStarted
from shm_conformance.interpreter import probe
from shm_conformance.platforms import Family, family_of
from shm_conformance.requirements import by_id, catalogue
from shm_conformance.target import interpreter_of, is_pair, parse, sides

# One of each kind: a name, a content, a value, and then the lives of processes.
SMOKE = (
    ("attacher_misses_the_last_byte", "windows.attach.sees-whole-pages"),
    ("unlink_does_nothing", "shm.unlink.frees-the-name"),
    ("attach_takes_a_snapshot", "shm.attach.sees-what-was-written"),
    ("too_long_clears_the_item", "list.setitem.too-long-changes-nothing"),
)
FULL = (
    *SMOKE,
    ("create_leaves_rubbish", "shm.create.is-zero-filled"),
    ("close_removes_the_name", "shm.close.keeps-the-name"),
    ("close_wipes_the_content", "shm.close.leaves-the-content-to-others"),
    (
        "room_for_text_is_counted_in_characters",
        "list.str.encoded-longer-than-its-length",
    ),
    ("alone_creator_is_not_tracked", "tracker.creator-alone.takes-the-block"),
    ("shutdown_unlinks_one_block", "manager.shutdown.unlinks-every-block"),
    ("unlink_closes_the_handle", "windows.unlink.changes-nothing"),
    ("close_leaves_the_last_handle", "windows.close.last-one-frees-the-name"),
)
# One for each thing that two targets share: bytes, lists, pickles.
MIXED = (
    ("creator_works_on_a_copy", "mix.block.written-is-read"),
    ("codes_of_str_and_bytes_are_swapped", "mix.list.comes-back"),
    ("pickle_is_for_its_maker", "mix.pickle.block"),
)


# One for each way of disturbing a process at its system calls.
EXPLORED = (
    ("closing_hides_the_block_for_a_moment", "crash.close.spares-the-owner"),
    ("failed_unlink_is_silent", "fault.unlink.is-all-or-nothing"),
    ("unlink_makes_doubly_sure", "race.unlink.spares-the-next-block"),
)


def proofs_for(
    targets: tuple[str, ...], is_part: bool, is_exploring: bool = False
) -> tuple[tuple[str, str], ...]:
    """The (faulty target, requirement) pairs that certify a run over *targets*."""
    # Other languages are certified in our own.
    pythons = dict.fromkeys(
        interpreter_of(side) for text in targets for side in sides(text)
    )
    pairs: tuple[tuple[str, str], ...] = SMOKE if is_part else FULL
    if all(map(is_pair, targets)):
        # Of two targets, only what they share is judged.
        pairs = MIXED
    elif is_exploring:
        pairs = (*pairs, *EXPLORED)
    return tuple(
        (f"faulty:{name}{python}", requirement)
        for python in pythons
        for name, requirement in pairs
        if _is_judged(requirement, python)
    )


def _is_judged(requirement: str, python: str) -> bool:
    """Whether a requirement holds on the system of an `@PYTHON`."""
    return by_id(requirement).platforms in ("all", _family(python))


def _family(python: str) -> Family:
    """The system of an `@PYTHON`; one that does not start will say so of itself."""
    facts = {}
    if python:
        with suppress(TargetNotStarted):
            facts = probe(parse("stdlib" + python).python).facts
    return family_of(facts)


def all_proofs(python: str = "") -> tuple[tuple[str, str], ...]:
    """Every faulty target of an `@PYTHON`, with each requirement that it fails there."""
    return tuple(
        (f"faulty:{name}{python}", requirement)
        for name, entry in faulty.load_all().items()
        for requirement in entry.fails
        if _is_judged(requirement, python)
    )


def unproved() -> list[str]:
    """The requirements that bind a target and that no faulty target fails."""
    proved = {it for entry in faulty.load_all().values() for it in entry.fails}
    return [
        requirement.id
        for requirement in catalogue().values()
        if requirement.level != "may" and requirement.id not in proved
    ]

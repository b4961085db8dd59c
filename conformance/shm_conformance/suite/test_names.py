"""What names promise: which block a name means, and which names are none."""

from __future__ import annotations

import contextlib
from functools import partial

from shm_conformance import checks
from shm_conformance.actors import Actor, Actors
from shm_conformance.errors import TargetError
from shm_conformance.suite import requirement

REFUSAL = ("OSError", "ValueError")
UNUSUAL = {
    "colon": ":x",
    "newline": "\nx",
    "space": " x",
    "quotes": "'\"",
    "Latin": "\xe9",
    "emoji": "\N{SNAKE}",
    "undecodable": "\udcff",
}


@requirement("shm.name.is-the-given-one")
def test_name_is_the_given_one(actors: Actors) -> None:
    """The name of a handle is the one it was opened with."""
    owner, name = actors.start(), actors.name("_Aa.0-")

    created = owner.shared_memory(name, create=True, size=16)
    attached = owner.shared_memory(name)

    checks.same("name of the creator", created.get("name"), name)
    checks.same("name of the attached", attached.get("name"), name)


@requirement("shm.name.is-the-same-everywhere")
def test_name_is_the_same_everywhere(actors: Actors) -> None:
    """A generated name is the same in every handle on the block."""
    owner, other = actors.start_all("owner", "other")
    block = owner.shared_memory(create=True, size=16)

    attached = other.shared_memory(block.get("name"))

    checks.same("name there", attached.get("name"), block.get("name"))


@requirement("shm.name.attaches")
def test_name_attaches(actors: Actors) -> None:
    """Another process attaches by the name that a handle tells."""
    owner, other = actors.start_all("owner", "other")

    def case(*given: str) -> None:
        block = owner.shared_memory(*given, create=True, size=16)
        block.write(0, b"here")
        attached = other.shared_memory(block.get("name"))
        checks.same("the content", attached.read(0, 4), b"here")

    checks.each({"generated": case, "given": lambda: case(actors.name())})


@requirement("shm.name.is-a-string")
def test_name_is_a_string(actors: Actors) -> None:
    """The attribute name is a str, whether it was given or generated."""
    owner = actors.start()

    def case(*given: str) -> None:
        block = owner.shared_memory(*given, create=True, size=16)
        checks.same("the type of name", block.part("name").apply("type"), "str")

    checks.each({"generated": case, "given": lambda: case(actors.name())})


@requirement("shm.name.is-read-only")
def test_name_is_read_only(actors: Actors) -> None:
    """To assign to name raises AttributeError, and name stays."""
    name = actors.name()
    block = actors.start().shared_memory(name, create=True, size=16)

    with checks.raises("AttributeError"):
        block.set("name", actors.name())

    checks.same("name", block.get("name"), name)


@requirement("shm.name.tells-blocks-apart")
def test_names_tell_blocks_apart(actors: Actors) -> None:
    """Names that differ in case, or in a last character, are of different blocks."""
    owner, name = actors.start(), actors.name()
    names = [name + end for end in ("_a", "_A", "_b", "_", "_a_")]

    for number, each in enumerate(names):
        block = owner.shared_memory(each, create=True, size=16)
        block.write(0, bytes([number]))

    seen = [owner.shared_memory(each).read(0, 1) for each in names]
    checks.same("the contents", seen, [bytes([number]) for number in range(5)])


@requirement("shm.name.must-be-a-string")
def test_name_must_be_a_string(actors: Actors) -> None:
    """A name that is neither str nor None raises TypeError, in create and attach."""
    owner = actors.start()

    def case(name: object) -> None:
        with checks.raises("TypeError"):
            owner.shared_memory(name, create=True, size=16)
        with checks.raises("TypeError"):
            owner.shared_memory(name)

    wrong = (0, 7, 1.5, actors.name().encode(), [actors.name()])
    checks.each({repr(name): partial(case, name) for name in wrong})


@requirement("shm.name.with-nul-is-not-created")
def test_a_name_with_nul_is_not_created(actors: Actors) -> None:
    """A create with a NUL in the name raises ValueError and makes no block."""
    owner, name = actors.start(), actors.name("-")

    with checks.raises("ValueError"):
        owner.shared_memory(name + "\0x", create=True, size=16)

    checks.same("what exists", actors.named_like(name), [])


@requirement("shm.name.with-nul-is-not-attached")
def test_a_name_with_nul_is_not_attached(actors: Actors) -> None:
    """To attach with a NUL in the name raises ValueError, whatever blocks exist."""
    owner, name = actors.start(), actors.name()
    owner.shared_memory(name, create=True, size=16)

    def case(end: str) -> None:
        with checks.raises("ValueError"):
            owner.shared_memory(name + end)

    checks.each({"\\0x": partial(case, "\0x"), "\\0": partial(case, "\0")})


@requirement("shm.name.too-long-is-refused")
def test_a_name_that_is_too_long_is_refused(actors: Actors) -> None:
    """A name longer than the system allows raises an OSError or ValueError."""
    owner, name = actors.start(), actors.name()

    def case(length: int) -> None:
        with checks.raises(*REFUSAL):
            owner.shared_memory(name.ljust(length, "x"), create=True, size=16)

    checks.each({str(it): partial(case, it) for it in (256, 1000, 5000)})


@requirement("shm.name.inner-slash-is-refused")
def test_an_inner_slash_is_refused(actors: Actors) -> None:
    """A create with a slash inside the name raises an OSError or ValueError."""
    owner, name = actors.start(), actors.name()

    def case(slashed: str) -> None:
        with checks.raises(*REFUSAL):
            owner.shared_memory(slashed, create=True, size=16)

    names = {"inside": name + "/x", "behind": name + "/"}
    checks.each({key: partial(case, it) for key, it in names.items()})


@requirement("shm.name.empty-is-refused")
def test_an_empty_name_is_refused(actors: Actors) -> None:
    """An empty name, or a mere slash, raises an OSError or ValueError."""
    owner = actors.start()

    def case(name: str) -> None:
        with checks.raises(*REFUSAL):
            owner.shared_memory(name, create=True, size=16)
        with checks.raises(*REFUSAL):
            owner.shared_memory(name)

    checks.each({"empty": partial(case, ""), "slash": partial(case, "/")})


@requirement("shm.name.refused-leaves-nothing")
def test_a_refused_name_leaves_nothing(actors: Actors) -> None:
    """A create that is refused for its name leaves nothing under any part of it."""
    owner = actors.start()

    def case(end: str) -> None:
        name = actors.name("-")
        if not is_accepted(owner, name + end):
            checks.same("what is left", actors.named_like(name), [])

    ends = {
        "long": "x" * 300,
        "longer": "x" * 600,
        "slash": "/x",
    }
    checks.each({key: partial(case, it) for key, it in {**ends, **UNUSUAL}.items()})


def is_accepted(owner: Actor, name: str) -> bool:
    """Whether a block can be created with the name; it stays, if so."""
    try:
        owner.shared_memory(name, create=True, size=16)
    except TargetError:
        return False
    return True


@requirement("shm.name.unusual-characters")
def test_unusual_characters_are_recorded(actors: Actors) -> None:
    """Names with other characters than letters, digits and _ may be refused."""
    owner = actors.start()

    for kind, end in UNUSUAL.items():
        is_taken = is_accepted(owner, actors.name("-") + end)
        actors.trait(f"name with {kind}", "accepted" if is_taken else "refused")


@requirement("shm.name.unusual-leaves-nothing")
def test_unusual_names_leave_nothing(actors: Actors) -> None:
    """A name with any character is refused, or its block goes with its process."""
    owner, name = actors.start(), actors.name("-")
    for end in UNUSUAL.values():
        is_accepted(owner, name + end)

    owner.end("return")

    actors.wait_gone(owner)
    checks.same("what is left", actors.named_like(name), [])


@requirement("shm.name.unusual-is-quiet")
def test_unusual_names_are_quiet(actors: Actors) -> None:
    """Blocks whose names were accepted, closed and unlinked cause no output."""
    owner, name = actors.start(), actors.name("-")
    for end in UNUSUAL.values():
        try:
            block = owner.shared_memory(name + end, create=True, size=16)
        except TargetError:
            continue
        block.close()
        block.unlink()

    owner.end("return")

    actors.wait_gone(owner)
    checks.silent(owner.stderr, "a process that used such names, or its tracker,")


@requirement("shm.name.leading-slash")
def test_a_leading_slash_is_recorded(actors: Actors) -> None:
    """A name with a slash in front may be that of the block without it."""
    owner, name = actors.start(), actors.name()
    owner.shared_memory(name, create=True, size=16)

    for slashes in ("/", "//"):
        try:
            owner.shared_memory(slashes + name)
        except TargetError as error:
            actors.trait(f"{slashes}name", error.failure.type)
        else:
            actors.trait(f"{slashes}name", "the block without")


@requirement("shm.name.leading-slash-is-quiet")
def test_a_leading_slash_is_quiet(actors: Actors) -> None:
    """A block opened with and without a slash in front causes no output."""
    owner, name = actors.start(), actors.name()
    block = owner.shared_memory(name, create=True, size=16)
    with contextlib.suppress(TargetError):
        owner.shared_memory("/" + name).close()
    block.close()
    block.unlink()

    owner.end("return")

    actors.wait_gone(owner)
    checks.silent(owner.stderr, "a process that used a slash, or its tracker,")

"""Operations that fail by nature: no descriptor, no memory, no room, no right, no place.

Each is tried with a condition imposed, then with the condition lifted. The processes
live on a /dev/shm of their own, as the conditions are nobody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from shm_conformance import strips
from shm_conformance.actors import Actor, Actors
from shm_conformance.errors import TargetError, Violation
from shm_conformance.life import SIZE
from shm_conformance.platforms import Segment, linux_ground
from shm_conformance.remotes import Block
from shm_conformance.suite.endings import with_tracker

MARK = b"\x07"


@dataclass
class Ground:
    """An owner with a block, and a stranger who tries things with it; both on one ground."""

    actors: Actors
    size: int = SIZE
    before: Callable[[int], Sequence[str]] | None = None

    def __post_init__(self) -> None:
        """Start both."""
        self.owner = self.actors.start_within(linux_ground.own(), "owner")
        self.view = self.owner.process.pid
        before = self.before or self.actors.stage.run.platform.enter
        within = self.actors.start_within(before(self.view), "victim")
        self.victim = with_tracker(within)
        self.block = self.owner.shared_memory(
            self.actors.name(), create=True, size=self.size
        )
        self.block.write(0, MARK)

    def see(self, name: str) -> Segment | None:
        """Look at a segment on this ground."""
        return self.actors.stage.run.platform.segment(name, self.view)

    def is_whole(self) -> bool:
        """Whether the owner's block is there, with its content."""
        platform, segment = self.actors.stage.run.platform, self.see(self.block.name)
        if segment is None:
            return False
        return platform.content(segment, 1, self.view) == MARK


@dataclass(frozen=True)
class Nature:
    """A condition: how it is imposed on a ground, and lifted."""

    impose: Callable[[Ground], None]
    lift: Callable[[Ground], None]

    @contextmanager
    def imposed(self, ground: Ground) -> Iterator[None]:
        """Impose it for a while."""
        self.impose(ground)
        try:
            yield
        finally:
            self.lift(ground)


@dataclass(frozen=True)
class Trial:
    """An operation under a condition: what it does, and the name that it makes, if any."""

    label: str
    act: Callable[[], Block | None]
    name: str = ""


def creation(ground: Ground) -> Trial:
    """Create a block of a new name."""
    name, victim = ground.actors.name(), ground.victim

    def act() -> Block:
        return victim.shared_memory(name, create=True, size=ground.size)

    return Trial("create", act, name)


def attach(ground: Ground) -> Trial:
    """Attach to the owner's block."""
    return Trial("attach", lambda: ground.victim.shared_memory(ground.block.name))


def unlink(ground: Ground) -> Trial:
    """Unlink a block of one's own, which is closed already."""
    block = ground.victim.shared_memory(ground.actors.name(), create=True, size=SIZE)
    block.close()
    return Trial("unlink", block.unlink)


def findings(ground: Ground, nature: Nature, trial: Trial) -> dict[str, str]:
    """Try something under a condition, and say what was wrong."""
    found: dict[str, str] = {}
    before = _held(ground.victim)
    error = _error_of(nature, ground, trial)
    if error and "OSError" not in error.failure.bases:
        found["wrong error"] = str(error.failure)
    if not ground.is_whole():
        found["destroyed"] = f"{ground.block.name!r} is gone, or another"
    if error:
        found.update(_after_error(ground, trial, before))
    return found


def _error_of(nature: Nature, ground: Ground, trial: Trial) -> TargetError | None:
    with nature.imposed(ground):
        try:
            block = trial.act()
        except TargetError as error:
            return error
    _put_away(trial, block)
    return None


def _after_error(ground: Ground, trial: Trial, before: int) -> dict[str, str]:
    found = {}
    held = _held(ground.victim)
    if held > before:
        found["leaked"] = f"{before} descriptors became {held}"
    if trial.name and ground.see(trial.name):
        found["left behind"] = f"{trial.name!r} exists"
    try:
        _put_away(trial, trial.act())
    except TargetError as again:
        found["unusable"] = f"done again: {again.failure}"
    return found


def _put_away(trial: Trial, block: Block | None) -> None:
    if block:
        block.close()
        if trial.name:
            block.unlink()


def _held(actor: Actor) -> int:
    # Where references are not counted, what is lost is closed by a collection.
    for _ in range(2):
        actor.run("__import__('gc').collect()")
    return actor.actors.descriptors(actor)


def judge(
    ground: Ground, natures: dict[str, Nature], *trials: Callable[[Ground], Trial]
) -> None:
    """Check that nothing is wrong with any of these under any of the conditions."""
    cases: dict[str, dict[str, str]] = {}
    for name, nature in natures.items():
        for trial in [make(ground) for make in trials]:
            label = f"{trial.label} {name}".rstrip()
            cases[label] = findings(ground, nature, trial)
    for actor in (ground.victim, ground.owner):
        actor.end("return")
    ground.actors.wait_gone(ground.victim, ground.owner)
    said = ground.victim.stderr + ground.owner.stderr
    cases["end"] = {"noise": f"{said[-600:]!r}"} if "Traceback" in said else {}
    conclude(ground.actors, cases)


def conclude(actors: Actors, cases: dict[str, dict[str, str]]) -> None:
    """Write down what was found; raises Violation where something was."""
    actors.points += [strips.cell(it, it.split()[0], cases[it]) for it in cases]
    wrong = [
        f"{it}: {'; '.join(found.values())}" for it, found in cases.items() if found
    ]
    if wrong:
        raise Violation(" | ".join(wrong), "an OSError, or success, and no harm")

"""A life as a script that stands alone, for those who do not have this package. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from shm_conformance.life import Due, Step

TEMPLATE = "templates/life_script.txt"


@dataclass(frozen=True)
class Moment:
    """A step, what must come of it, and which names exist then; None where it is open."""

    step: Step
    due: Due
    handle: str
    names: dict[str, bool | None]

    @property
    def line(self) -> tuple[object, ...]:
        """The moment as the script has it."""
        step, due = self.step, self.due
        error = None if due.is_open else due.error
        words = (step.actor, step.action, step.subject, step.detail, self.handle)
        return (*words, error, due.byte, self.names)


@dataclass(frozen=True)
class Story:
    """What a script tells: in which words, of whom, which moments.

    *strangers* are the modules that those use whom nobody starts, by their names;
    *partners* are those of them who may run in another interpreter.
    """

    title: str
    managers: str
    strangers: dict[str, str]
    partners: Sequence[str]
    moments: Sequence[Moment]


def render(story: Story) -> str:
    """The text of the script."""
    steps = "".join(f"    {moment.line!r},\n" for moment in story.moments)
    filled = {
        'STORY = ""': f"STORY = {story.title!r}",
        'MANAGERS = "multiprocessing.managers"': f"MANAGERS = {story.managers!r}",
        "STRANGERS = {}": f"STRANGERS = {story.strangers!r}",
        "PARTNERS = []": f"PARTNERS = {list(story.partners)!r}",
        "STEPS = []": f"STEPS = [\n{steps}]",
    }
    text = _source()
    for mark, content in filled.items():
        before, found, after = text.partition(mark)
        assert found, f"{TEMPLATE} has no line {mark!r}"
        text = before + content + after
    return text


@cache
def _source() -> str:
    return resources.files("shm_conformance").joinpath(TEMPLATE).read_text("utf-8")

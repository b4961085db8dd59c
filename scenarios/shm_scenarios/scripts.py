"""A scenario as one file that needs nothing but Python."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable
from importlib import resources

from shm_conformance.suite.subinterpreters import attach_in_subinterpreter
from shm_scenarios.scenario import Scenario

STORY = '"""STORY\n'
SYSTEMS = "on SYSTEMS;"
PLACES = {"posix": "Linux", "all": "Linux or Windows"}
STEPS = "def steps(actors: Actors) -> bool:\n    raise NotImplementedError\n"
# What the suite has as well, and a script takes along if it needs it.
HELPER = attach_in_subinterpreter


def render(scenario: Scenario) -> str:
    """The text of the script: the runtime, and the scenario's own steps in it."""
    module = sys.modules[scenario.steps.__module__]
    steps = _with_constants(scenario.steps)
    if f"{HELPER.__name__}(" in steps:
        steps = f"{_with_constants(HELPER)}\n\n{steps}"
    story = inspect.getdoc(module) or scenario.title
    text = resources.files("shm_scenarios").joinpath("script.txt").read_text("utf-8")
    parts = (
        (STORY, f'"""{story}\n'),
        (SYSTEMS, f"on {PLACES[scenario.platforms]};"),
        (STEPS, steps),
    )
    for mark, content in parts:
        before, found, after = text.partition(mark)
        assert found, f"script.txt has no {mark!r}"
        text = before + content + after
    return text


def _with_constants(function: Callable[..., object]) -> str:
    """The source of a function, below what its module assigns."""
    constants = _constants(inspect.getsource(sys.modules[function.__module__]))
    lines = [*constants, *([""] * 2 if constants else [])]
    return "\n".join([*lines, inspect.getsource(function)])


def _constants(source: str) -> list[str]:
    """The assignments of a module, but for that of the scenario itself."""
    found = [it for it in ast.parse(source).body if isinstance(it, ast.Assign)]
    texts = [ast.get_source_segment(source, it) or "" for it in found]
    return [it for it in texts if not it.startswith("SCENARIO =")]

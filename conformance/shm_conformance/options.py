"""The options of the pytest plugin, and what they mean."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from shm_conformance import baseline
from shm_conformance.budget import Budget, Exploration
from shm_conformance.errors import UsageError
from shm_conformance.judging import Settings
from shm_conformance.plugin import asked_proofs, asked_targets
from shm_conformance.requirements import LEVELS, Requirement, by_id, catalogue
from shm_conformance.selection import selector
from shm_conformance.target import is_pair, parse, sides

if TYPE_CHECKING:
    from shm_conformance.judging import Bench  # noqa: F401 - named in text below

# The name under which a verdict travels in a report, and a plan from a worker.
PROPERTY = "shm_conformance"
CONTROLLER = "shm_conformance_controller"
BENCH = pytest.StashKey["Bench"]()
PLAN = pytest.StashKey[list[Any]]()


def settings_of(config: pytest.Config) -> Settings:
    """What the user chose, for the bench."""
    return Settings(
        path=tuple(config.getoption("shm_path")),
        isolation=config.getoption("shm_isolation"),
        is_strict=bool(
            config.getoption("shm_strict_protocol")
            or config.getini("shm_strict_protocol")
        ),
        budget=Budget(
            config.getoption("shm_profile"),
            config.getoption("shm_seed"),
            config.getoption("shm_is_shrinking"),
            Exploration(
                config.getoption("shm_by"),
                config.getoption("shm_pairs"),
                config.getoption("shm_schedule"),
            ),
        ),
    )


def is_asked_for(config: pytest.Config, requirement: Requirement) -> bool:
    """Whether level and smoke let a requirement be judged in this session."""
    if config.getoption("shm_smoke") and not requirement.smoke:
        return False
    wanted = config.getoption("shm_explored")
    is_thorough = config.getoption("shm_profile") == "thorough"
    if requirement.is_explored and wanted == "without" and not is_thorough:
        return False
    if wanted == "only" and not requirement.is_explored:
        return False
    if not selector(config.getoption("shm_select"))(requirement.id):
        return False
    level = config.getoption("shm_level")
    return LEVELS.index(requirement.level) <= LEVELS.index(level)


def targets_for(config: pytest.Config, requirement: str) -> list[str]:
    """The targets of this session that the test of a requirement is given."""
    wanted = by_id(requirement)
    targets = asked_targets(config) if is_asked_for(config, wanted) else []
    if not wanted.is_mixed:
        targets = [text for text in targets if not is_pair(text)]
    return targets + [
        target for target, id_ in asked_proofs(config) if id_ == requirement
    ]


def planned(config: pytest.Config) -> list[tuple[str, str]]:
    """Every (target, requirement) of a session over the whole suite."""
    return [
        (target, requirement)
        for requirement in catalogue()
        for target in targets_for(config, requirement)
    ]


def repeat_line(config: pytest.Config, target: str, requirement: str) -> str:
    """The command line that judges just this requirement on just this target."""
    command = "explore" if by_id(requirement).is_explored else "check"
    words = ["shm-conformance", command, target, "-k", requirement]
    words += [f"--path={folder}" for folder in config.getoption("shm_path")]
    words += [f"--baseline={file}" for file in config.getoption("shm_baseline")]
    words += [] if config.getoption("shm_use_baselines") else ["--no-baseline"]
    settings = settings_of(config)
    words += (
        [f"--profile={settings.budget.profile}"]
        if settings.budget.profile != "standard"
        else []
    )
    words += _explored_words(settings.budget.exploration)
    words += [f"--seed={settings.budget.seed}"] if settings.budget.seed else []
    words += ["--strict-protocol"] if settings.is_strict else []
    if settings.isolation != "auto":
        words.append(f"--isolation={settings.isolation}")
    return shlex.join(words)


def _explored_words(exploration: Exploration) -> list[str]:
    words = [] if exploration.by == "calls" else [f"--by={exploration.by}"]
    words += [] if exploration.pairs is None else [f"--pairs={exploration.pairs}"]
    return words + ([f"--schedule={exploration.schedule}"] * bool(exploration.schedule))


def check_words(config: pytest.Config) -> None:
    """See that targets, folders and baselines can be; raises pytest.UsageError."""
    folders = tuple(config.getoption("shm_path"))
    try:
        for text in config.getoption("shm_target"):
            for side in sides(text):
                parse(side, folders)
        for file in config.getoption("shm_baseline"):
            baseline.read(Path(file))
        selector(config.getoption("shm_select"))
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None
    for folder in folders:
        if not Path(folder).is_dir():
            raise pytest.UsageError(f"--shm-path {folder}: there is no such folder")

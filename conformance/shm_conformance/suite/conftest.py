"""What only the suite needs: the bench, the actors of a test, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shm_conformance import baseline, platforms
from shm_conformance.actors import Actors
from shm_conformance.errors import TargetNotStarted, UsageError
from shm_conformance.judging import POOLED, Bench, judge
from shm_conformance.options import (
    BENCH,
    CONTROLLER,
    PLAN,
    PROPERTY,
    settings_of,
    targets_for,
)
from shm_conformance.plugin import MARK, asked_proofs, asked_targets
from shm_conformance.requirements import (
    CHAPTERS,
    Requirement,
    by_id,
    requirements_of,
)
from shm_conformance.stage import Stage
from shm_conformance.target import sides
from shm_conformance.verdicts import Known, Result


def requirement_of(item: pytest.Item) -> Requirement | None:
    """The requirement that a test is the test of."""
    mark = item.get_closest_marker(MARK)
    return by_id(mark.args[0]) if mark else None


def bench_of(config: pytest.Config) -> Bench:
    """The bench of this process, which ends with it."""
    if BENCH not in config.stash:
        controller = getattr(config, "workerinput", {}).get(CONTROLLER)
        if controller:
            # A worker of xdist would go on for seconds without its controller.
            platforms.current().die_with_parent(controller)
        config.stash[BENCH] = Bench(settings_of(config))
        config.add_cleanup(config.stash[BENCH].close)
    return config.stash[BENCH]


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the processes of a first verdict while the tests are being collected."""
    config = session.config
    if config.getoption("shm_smoke") and not config.getoption("collectonly"):
        proofs = [target for target, _ in asked_proofs(config)]
        targets = [*proofs, *asked_targets(config)]
        bench_of(config).warm(side for text in targets for side in sides(text))


@pytest.fixture
def actors(shm_target: str, request: pytest.FixtureRequest) -> Iterator[Actors]:
    """Fresh processes of the target, ended with the test."""
    stage, partner = _stages(request.node, shm_target)
    budget = settings_of(request.config).budget
    if is_proof(request.node):
        budget = replace(budget, is_shrinking=False)
    actors = Actors(stage, _may_be_used(request.node), budget, partner)
    yield actors
    actors.end()


def _stages(item: pytest.Item, target: str) -> tuple[Stage, Stage | None]:
    requirement, bench = requirement_of(item), bench_of(item.config)
    try:
        if requirement and requirement.is_mixed:
            return bench.pair(target)
        return bench.stage(target), None
    except TargetNotStarted as error:
        reason = str(error)
        _record_not_started(item, target, reason)
    # Out here pytest has no other exception to print along.
    pytest.fail(reason, pytrace=False)


def _may_be_used(item: pytest.Item) -> bool:
    """Whether a test makes do with processes that another has worked in."""
    requirement = requirement_of(item)
    is_smoke = bool(item.config.getoption("shm_smoke")) and not is_proof(item)
    return is_smoke or bool(requirement and requirement.id.startswith(POOLED))


def _record_not_started(item: pytest.Item, target: str, reason: str) -> None:
    requirement = requirement_of(item)
    if requirement is not None:
        result = Result(requirement.id, requirement.level, "not-run", reason)
        _record(item, target, result)


def _record(item: pytest.Item, target: str, result: Result) -> None:
    content = {"target": target, **result.as_json(), "traits": result.traits}
    item.user_properties.append((PROPERTY, content))


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Judge a requirement instead of just calling its test."""
    requirement = requirement_of(pyfuncitem)
    actors = pyfuncitem.funcargs.get("actors")
    if requirement is None or not isinstance(actors, Actors):
        return None
    result = judge(requirement, actors, lambda: pyfuncitem.obj(actors=actors))
    try:
        result.known = _known(pyfuncitem.config, actors, requirement)
    except UsageError as error:
        result.verdict, result.detail = "broken", str(error)
    _record(pyfuncitem, target_of(pyfuncitem), result)
    _conclude(requirement, result)
    return True


def _known(
    config: pytest.Config, actors: Actors, requirement: Requirement
) -> Known | None:
    target = actors.stage.target
    if target.kind == "faulty" or not config.getoption("shm_use_baselines"):
        return None
    files = [Path(name) for name in config.getoption("shm_baseline")]
    return baseline.known(target, actors.stage.describe(), requirement.id, files)


def _conclude(requirement: Requirement, result: Result) -> None:
    """Say the verdict in pytest's words."""
    text = f"{requirement.id}: {requirement.text}\n{result.detail}"
    if result.is_fixed:
        pytest.fail(f"fixed, but the baseline says: {_reason(result)}", pytrace=False)
    if result.verdict == "conforms":
        return
    if result.verdict in ("unsupported", "not-run"):
        pytest.skip(f"{result.verdict}: {result.detail}")
    if result.known and result.is_new is False and result.verdict != "broken":
        pytest.xfail(_reason(result))
    lines = [f"{step['actor']}: {step['text']}" for step in result.trace]
    pytest.fail("\n".join([f"{result.verdict}: {text}", *lines]), pytrace=False)


def _reason(result: Result) -> str:
    assert result.known is not None
    return " ".join(filter(None, (result.known.reason, result.known.issue)))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import no chapter of which nothing is asked for."""
    chapter = collection_path.stem.removeprefix("test_")
    if chapter not in CHAPTERS:
        return None
    ids = [requirement.id for requirement in requirements_of(chapter)]
    return None if any(targets_for(config, id_) for id_ in ids) else True


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, obj: object
) -> list[pytest.Item] | None:
    """Make no test that nobody asks for: making them all takes half a second."""
    for mark in getattr(obj, "pytestmark", ()):
        if mark.name == MARK and not targets_for(collector.config, mark.args[0]):
            return []
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let ids select, put the proofs first."""
    for item in items:
        if requirement := requirement_of(item):
            item.extra_keyword_matches.add(requirement.id)
    items.sort(key=lambda item: not is_proof(item))


def target_of(item: pytest.Item) -> str:
    """The target that a test is given; empty where it has none in this session."""
    callspec = getattr(item, "callspec", None)
    target = callspec.params.get("shm_target", "") if callspec else ""
    return target if isinstance(target, str) else ""


def is_proof(item: pytest.Item) -> bool:
    """Whether an item shows that a test can fail, rather than judge a target."""
    target = target_of(item)
    return target.startswith("faulty:") and target not in asked_targets(item.config)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Tell the controller what is planned, before anything can go wrong."""
    session.config.stash[PLAN] = [
        [target_of(item), requirement.id, item.nodeid]
        for item in session.items
        if (requirement := requirement_of(item)) and target_of(item)
    ]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand plan and facts to the controller, where there is one."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        bench = session.config.stash.get(BENCH, None)
        output[PROPERTY] = {
            "plan": session.config.stash.get(PLAN, []),
            "facts": bench.facts if bench else {},
        }

"""What only the suite needs: the bench, the actors of a test, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator
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
    is_asked_for,
    settings_of,
)
from shm_conformance.plugin import asked_targets
from shm_conformance.requirements import Requirement, by_id
from shm_conformance.verdicts import Known, Result


def requirement_of(item: pytest.Item) -> Requirement | None:
    """The requirement that a test is the test of."""
    mark = item.get_closest_marker("shm_requirement")
    return by_id(mark.args[0]) if mark else None


@pytest.fixture(scope="session")
def _shm_bench(pytestconfig: pytest.Config) -> Iterator[Bench]:
    controller = getattr(pytestconfig, "workerinput", {}).get(CONTROLLER)
    if controller:
        # A worker of xdist would go on for seconds without its controller.
        platforms.current().die_with_parent(controller)
    bench = Bench(settings_of(pytestconfig))
    pytestconfig.stash[BENCH] = bench
    yield bench
    bench.close()


@pytest.fixture
def actors(
    shm_target: str, _shm_bench: Bench, request: pytest.FixtureRequest
) -> Iterator[Actors]:
    """Fresh processes of the target, ended with the test."""
    try:
        stage = _shm_bench.stage(shm_target)
    except TargetNotStarted as error:
        _record_not_started(request.node, shm_target, error)
        pytest.fail(str(error), pytrace=False)
    found = requirement_of(request.node)
    is_smoke = bool(request.config.getoption("shm_smoke"))
    actors = Actors(stage, is_smoke or bool(found and found.id.startswith(POOLED)))
    yield actors
    actors.end()


def _record_not_started(
    item: pytest.Item, target: str, error: TargetNotStarted
) -> None:
    requirement = requirement_of(item)
    if requirement is not None:
        result = Result(requirement.id, requirement.level, "not-run", str(error))
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
    _record(pyfuncitem, actors.stage.target.text, result)
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


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Keep what the level asks for, let ids select, put the proofs first."""
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        requirement = requirement_of(item)
        if requirement is None:
            kept.append(item)
            continue
        item.extra_keyword_matches.add(requirement.id)
        if is_proof(item):
            kept.append(item)
        else:
            (kept if is_asked_for(config, requirement) else dropped).append(item)
    if dropped:
        config.hook.pytest_deselected(items=dropped)
    items[:] = sorted(kept, key=lambda item: not is_proof(item))


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

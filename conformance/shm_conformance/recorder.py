"""Collects the verdicts of a pytest session, wherever its tests have run."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from shm_conformance import results
from shm_conformance.options import (
    BENCH,
    CONTROLLER,
    PLAN,
    PROPERTY,
    planned,
    repeat_line,
)
from shm_conformance.plugin import asked_proofs, asked_targets
from shm_conformance.requirements import by_id
from shm_conformance.verdicts import Known, Result


class Recorder:
    """A pytest plugin of the process that the user started."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.found: dict[tuple[str, str], Result] = {}
        self.plan: list[tuple[str, str]] = []
        self.errors: dict[str, str] = {}
        self._items: dict[str, tuple[str, str]] = {}
        self.facts: dict[str, dict[str, Any]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the verdict out of a report."""
        if report.when == "teardown":
            return
        if report.failed:
            self.errors[report.nodeid] = _cause(report)
        for name, content in report.user_properties:
            if name == PROPERTY and isinstance(content, dict):
                self.record(content)

    def record(self, content: dict[str, Any]) -> None:
        """Keep a verdict."""
        data = dict(content)
        target = data.pop("target")
        if data["known"]:
            data["known"] = Known(**data["known"])
        self.found[target, data["requirement"]] = Result(**data)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Learn the plan, where the tests run in this very process."""
        self._learn(session.config.stash.get(PLAN, []))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of xdist whose end is to be its own."""
        if node.gateway.spec.popen:
            node.workerinput[CONTROLLER] = os.getpid()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Learn plan and facts from a worker of xdist."""
        output = getattr(node, "workeroutput", {}).get(PROPERTY, {})
        self._learn(output.get("plan", []))
        self.facts.update(output.get("facts", {}))

    def _learn(self, plan: list[Any]) -> None:
        if plan:
            self._items = {node: (target, id_) for target, id_, node in plan}
            self.plan = list(self._items.values())

    def document(self) -> dict[str, Any]:
        """The result of the session, as the JSON contract has it."""
        bench = self.config.stash.get(BENCH, None)
        facts = {**self.facts, **(bench.facts if bench else {})}
        targets = asked_targets(self.config)
        proofs = asked_proofs(self.config)
        found = self._all_found()
        seed = self.config.getoption("shm_seed")
        repeat = partial(repeat_line, self.config)
        # Workers that were interrupted have not told what they planned.
        plan = self.plan or planned(self.config)
        return results.document(targets, plan, found, facts, proofs, seed, repeat)

    def _all_found(self) -> dict[tuple[str, str], Result]:
        """What was found, and what broke before it could become a verdict."""
        found = dict(self.found)
        for node, text in self.errors.items():
            pair = self._items.get(node)
            if pair and pair not in found:
                requirement = by_id(pair[1])
                found[pair] = Result(requirement.id, requirement.level, "broken", text)
        return found

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Write the result where the user wants it."""
        path = self.config.getoption("shm_json")
        if path:
            results.write(self.document(), Path(path))

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> None:
        """Close with the counts of each target."""
        for target in self.document()["targets"] if self.plan else ():
            line = results.headline(target)
            terminalreporter.write_sep("-", f"shared memory: {line}")


def _cause(report: pytest.TestReport) -> str:
    """What broke and where, in a line."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is None:
        return report.longreprtext.strip()
    return f"{crash.message} ({crash.path}:{crash.lineno})"

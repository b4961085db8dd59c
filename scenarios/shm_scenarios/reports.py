"""A draft of a bug report, ready to be filed: for defects that nobody has reported."""

from __future__ import annotations

import inspect
import sys

from shm_conformance.errors import UsageError
from shm_scenarios import verified
from shm_scenarios.scenario import Scenario
from shm_scenarios.scripts import render


def draft(scenario: Scenario) -> str:
    """The report as Markdown.

    Raises UsageError for a scenario that is reported already, or that is no defect.
    """
    if scenario.report is None:
        raise UsageError(f"{scenario.id} has no draft: {_why_not(scenario)}")
    story = inspect.getdoc(sys.modules[scenario.steps.__module__]) or ""
    parts = {
        "": story.partition("\n\n")[2],
        "Expected": scenario.report.expected,
        "Actual": scenario.report.actual,
        "Versions": _versions(scenario),
        "Script": _script(scenario),
    }
    texts = [f"## {head}\n\n{text}" if head else text for head, text in parts.items()]
    return "\n\n".join([f"# {scenario.title}", *texts])


def _why_not(scenario: Scenario) -> str:
    if scenario.met:
        return f"it is reported already: {', '.join(scenario.met)}"
    return "nothing promises otherwise; `scenario show` has what to do about it"


def _versions(scenario: Scenario) -> str:
    record = verified.shipped()
    seen = verified.versions(record, scenario.id, "reproduced")
    unseen = verified.versions(record, scenario.id, "absent")
    lines = [("Seen on", seen), ("Not seen on", unseen)]
    return "\n".join(f"{head}: {', '.join(names)}." for head, names in lines if names)


def _script(scenario: Scenario) -> str:
    return f"Exits with 1 where the bug is seen, 0 where not.\n\n```python\n{render(scenario)}```"

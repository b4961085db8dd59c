"""What a run shows while it lasts: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from shm_conformance.options import PROPERTY
from shm_conformance.recorder import Recorder
from shm_conformance.trace import printable

# On a log, a line for every so many tests is enough to see it live.
LINE_EVERY = 25


class Progress:
    """A pytest plugin that shows how far the run is, and keeps its recorder."""

    def __init__(self) -> None:
        self.recorder: Recorder | None = None
        self.was_interrupted = False
        self.trouble = ""
        self._console = Console(stderr=True, highlight=False)
        self._total = self._done = self._new = 0
        self._bar = Bar(
            TextColumn("judging"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[now]}", markup=False),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("judging", total=None, now="")

    def __enter__(self) -> None:
        self._bar.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Find the recorder that the plugin has made for this session."""
        self.recorder = session.config.pluginmanager.get_plugin("shm_recorder")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Learn how much there is to do."""
        self._plan(len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Learn from a worker how much there is to do."""
        self._plan(len(ids))

    def _plan(self, count: int) -> None:
        self._total = max(self._total, count)
        self._bar.update(self._task, total=self._total)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a verdict."""
        if report.when != "call":
            return
        self._done += 1
        verdict: dict[str, Any] = dict(report.user_properties).get(PROPERTY) or {}  # type: ignore[assignment]
        self._bar.update(
            self._task, completed=self._done, now=verdict.get("requirement", "")
        )
        if not self._console.is_terminal and self._done % LINE_EVERY == 0:
            self._console.print(f"judged {self._done} of {self._total}", markup=False)

    def pytest_keyboard_interrupt(self) -> None:
        """Remember that it was the user who ended the run."""
        self.was_interrupted = True

    def pytest_internalerror(self, excrepr: object) -> None:
        """Keep the last line of what broke inside pytest."""
        self.trouble = printable(str(excrepr).strip().splitlines()[-1])
        sys.stderr.write(f"{excrepr}\n")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep why the suite could not be collected."""
        if report.failed:
            self.trouble = printable(str(report.longrepr).strip().splitlines()[-1])

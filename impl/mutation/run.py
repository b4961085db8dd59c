"""Put one fault after the other into the reference; the suite has to catch them.

    tox -e mutation -- [--session FILE] [MODULE.py]...

The faults are cosmic-ray's. A session that was ended early goes on where it was.
Fails if less than 95 % of the mutants that can be told apart are caught, or if one
survives that `survivors.toml` gives no reason for.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import click
from cosmic_ray.config import load_config
from cosmic_ray.mutating import mutate_and_test, mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkResult

from mutation.copies import ROOT, enter
from mutation.mutants import (
    BY_OWN_TESTS,
    Change,
    Score,
    change_of,
    program_of,
    read_reasons,
)

CONFIG = Path(__file__).with_name("cosmic-ray.toml")
REASONS = Path(__file__).with_name("survivors.toml")
WANTED = 0.95


@click.command()
@click.argument("modules", nargs=-1, metavar="[MODULE.py]...")
@click.option("--session", type=click.Path(path_type=Path), default=ROOT / ".mutation")
def main(modules: tuple[str, ...], session: Path) -> None:
    """Run what is left of a session and report on it."""
    session = session.resolve()
    os.chdir(ROOT)
    # For `cosmic-ray`, and for `python` in its configuration.
    os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    if not session.exists():
        prepare(session)
    with use_db(session, WorkDB.Mode.open) as db:
        execute(db, modules)
        sys.exit(report(score_of(db, modules)))


def prepare(session: Path) -> None:
    """List all mutants in a new session, but each program only once."""
    subprocess.run(["cosmic-ray", "init", CONFIG, session], check=True)
    subprocess.run(["cr-filter-operators", session, CONFIG], check=True)
    skipped = WorkResult(WorkerOutcome.SKIPPED)
    # What is no Python does nothing; another module's program is another one.
    seen = {""}
    with use_db(session, WorkDB.Mode.open) as db:
        for item in db.pending_work_items:
            original, mutated = map(program_of, sources_of(item))
            if mutated in {original, *seen}:
                db.set_result(item.job_id, skipped)
            seen.add(mutated)


def sources_of(item: Any) -> tuple[str, str]:
    """Return the module that a mutant changes, before and after."""
    (mutation,) = item.mutations
    original = Path(mutation.module_path).read_text("utf-8")
    operator = get_operator(mutation.operator_name)(**mutation.operator_args)
    try:
        return original, mutate_code(original, operator, mutation.occurrence)
    except AttributeError:
        # cosmic-ray (8.4) cannot replace the last of `except (KeyError, struct.error)`.
        return original, original


def execute(db: WorkDB, modules: tuple[str, ...]) -> None:
    """Have every pending mutant judged, as many at once as there are cores."""
    config = load_config(CONFIG)
    words = config.test_command, config.timeout
    items = [it for it in db.pending_work_items if is_asked(it, modules)]
    with tempfile.TemporaryDirectory() as folder, workers(Path(folder)) as pool:
        jobs = {
            pool.submit(mutate_and_test, it.mutations, *words): it.job_id
            for it in items
        }
        for count, job in enumerate(as_completed(jobs), 1):
            db.set_result(jobs[job], job.result())
            click.echo(f"{count} of {len(jobs)}", err=True)


def workers(folder: Path) -> ProcessPoolExecutor:
    """Return a process for each core, in a copy of the project each."""
    count = len(os.sched_getaffinity(0))
    return ProcessPoolExecutor(count, initializer=enter, initargs=(folder,))


def is_asked(item: Any, modules: tuple[str, ...]) -> bool:
    """Tell whether a mutant lies in one of the modules that are asked for."""
    return not modules or item.mutations[0].module_path.name in modules


def score_of(db: WorkDB, modules: tuple[str, ...]) -> Score:
    """Put together what has become of the mutants that were judged."""
    by_suite: set[Change] = set()
    by_own_tests: set[Change] = set()
    survived: set[Change] = set()
    for item, result in db.completed_work_items:
        if result.worker_outcome != WorkerOutcome.SKIPPED and is_asked(item, modules):
            (mutation,) = item.mutations
            place = mutation.module_path.name, mutation.definition_name or ""
            if result.test_outcome != TestOutcome.KILLED:
                kind = survived
            elif BY_OWN_TESTS in (result.output or ""):
                kind = by_own_tests
            else:
                kind = by_suite
            kind.add(change_of(*place, *sources_of(item)))
    return Score(by_suite, by_own_tests, survived, read_reasons(REASONS))


def report(score: Score) -> int:
    """Say what was caught and what was not; returns the exit code."""
    heads = ("by the suite", "by our own tests", "not to be told apart", "survived")
    click.echo(f"{'module':<20}  {'  '.join(heads)}")
    for module, counts in score.rows():
        cells = [f"{it:>{len(head)}}" for it, head in zip(counts, heads, strict=True)]
        click.echo(f"{module:<20}  {'  '.join(cells)}")
    for it in sorted(score.unexplained):
        click.echo(
            f"survived: {it.module}, {it.within}\n  - {it.line}\n  + {it.becomes}"
        )
    for it in sorted(score.outdated):
        click.echo(f"caught after all: {it.module}, {it.within}\n  + {it.becomes}")
    click.echo(f"{score.share:.1%} of what can be told apart is caught")
    return int(score.share < WANTED or bool(score.unexplained or score.outdated))


if __name__ == "__main__":
    main()

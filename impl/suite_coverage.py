"""Which branches of the reference the suite reaches, in processes that are killed, too.

    tox -e suite-coverage -- [--python PYTHON]... [-n N]

Actors end by SIGKILL, and so do most of their children: what coverage.py would write
at their end is lost. So a tracer in a throw-away virtual environment of each PYTHON
appends each step from line to line to a file when it is first made, and coverage.py
is given them as arcs. Not traced is what runs while an actor watches its own lines
(races of lists).

Fails if the reference does not conform meanwhile, or if a branch is not reached that
`unreached.toml` gives no reason for.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click
import tomlkit
from coverage import Coverage, CoverageData

IMPL = Path(__file__).resolve().parent
PACKAGE = IMPL / "shm_reference"
REASONS = IMPL / "unreached.toml"
STEPS = "steps"
WHOLE = "the whole module"
COMMANDS = (["check", "--no-baseline"], ["explore"])

# In the environment's site-packages, imported by a .pth file at every start.
HOOK = """
import os, sys, threading
from opcode import opname

FILE = {file!r}
SEEN = set()

def note(*arc):
    if arc in SEEN:
        return
    SEEN.add(arc)
    try:
        # Opened for each, as the suite counts the descriptors of an actor.
        file = os.open(FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            # Whole lines only count: a limit on file sizes may cut one off.
            line = ("\\n%s\\t%d\\t%d\\t" % arc).encode()
            if os.write(file, line) < len(line):
                SEEN.discard(arc)
        finally:
            os.close(file)
    except OSError:
        SEEN.discard(arc)

def is_yield(frame):
    return opname[frame.f_code.co_code[frame.f_lasti]].startswith("YIELD")

def enter(frame, event, argument):
    code = frame.f_code
    # Each run has the package in a folder of its own.
    folder, name = os.path.split(code.co_filename)
    if os.path.basename(folder) != {package!r}:
        return None
    first = -code.co_firstlineno
    # A generator that goes on is not at its beginning.
    last = first if frame.f_lineno == code.co_firstlineno else frame.f_lineno
    is_raising = False

    def step(frame, event, argument):
        nonlocal last, is_raising
        if event == "line":
            note(name, last, frame.f_lineno)
            last = frame.f_lineno
        elif event == "return" and not is_raising and not is_yield(frame):
            note(name, last, first)
        is_raising = event == "exception"
        return step

    return step

threading.settrace(enter)
sys.settrace(enter)
"""

Arcs = dict[str, set[tuple[int, int]]]


class Place(NamedTuple):
    """What is not reached: a line, or one that does not go on to another, by its text.

    *within* is the function or class around it, empty outside of any.
    """

    module: str
    within: str
    line: str
    to: str


@click.command(help=__doc__.partition("\n")[0])
@click.option("--python", "pythons", multiple=True, default=[sys.executable])
@click.option("-n", "count", default="auto", show_default=True, help="As for `check`.")
def main(pythons: tuple[str, ...], count: str) -> None:
    """Judge the reference while it is traced, and say what was not reached."""
    with tempfile.TemporaryDirectory() as folder:
        found = CoverageData(str(Path(folder, "coverage")))
        judged = [judge(it, Path(folder), count) for it in pythons]
        found.add_arcs(arcs_in(Path(folder, STEPS)))
        # Of a module that was never imported there are no steps.
        found.touch_files([str(it) for it in PACKAGE.glob("*.py")])
        found.write()
        places = set(unreached(found, Path(folder)))
    known = set(read_reasons())
    tell("not reached", places - known)
    tell("reached after all", known - places)
    sys.exit(max(*judged, int(not places <= known)))


def tell(what: str, places: set[Place]) -> None:
    for it in sorted(places):
        way = f"{it.line}{it.to and f'  ->  {it.to}'}"
        click.echo(f"{what}: {it.module}, {it.within}: {way}")


def judge(python: str, folder: Path, count: str) -> int:
    """Have the reference judged in an interpreter, with its steps into a file."""
    traced = traced_python(python, folder / "environment", folder / STEPS)
    # Where there is NumPy, the suite knows more to ask.
    pip = [sys.executable, "-m", "pip", "--python", str(traced)]
    subprocess.run([*pip, "install", "--quiet", "numpy"], check=False)
    return max(
        subprocess.run(
            ["shm-conformance", command, f"reference@{traced}", "-n", count, *options],
            check=False,
        ).returncode
        for command, *options in COMMANDS
    )


def arcs_in(steps: Path) -> Arcs:
    """Return the steps in a file, as coverage.py has them."""
    arcs: Arcs = {}
    for line in steps.read_text("utf-8").splitlines():
        name, *ends = line.split("\t")
        if len(ends) == 3:
            arc = int(ends[0]), int(ends[1])
            arcs.setdefault(str(PACKAGE / name), set()).add(arc)
    return arcs


def traced_python(python: str, environment: Path, steps: Path) -> Path:
    """Return a Python that writes the steps of the reference to a file."""
    make = [python, "-m", "venv", "--clear", "--without-pip", str(environment)]
    try:
        subprocess.run(make, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise click.ClickException(f"no environment of {python}: {error}") from error
    traced = environment / "bin" / "python"
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    done = subprocess.run(
        [traced, "-c", code], capture_output=True, text=True, check=True
    )
    place = Path(done.stdout.strip())
    hook = HOOK.format(package=PACKAGE.name, file=str(steps))
    (place / "steps.py").write_text(hook, "utf-8")
    (place / "steps.pth").write_text("import steps\n", "utf-8")
    return traced


def unreached(found: CoverageData, folder: Path) -> Iterator[Place]:
    """Yield the first line of each part that was not reached, and each branch."""
    coverage = Coverage(data_file=found.data_filename(), branch=True)
    coverage.load()
    coverage.report()
    report = folder / "report.json"
    coverage.json_report(outfile=str(report))
    for file, told in json.loads(report.read_text("utf-8"))["files"].items():
        yield from unreached_in(Path(file), told)


def unreached_in(file: Path, told: dict[str, Any]) -> Iterator[Place]:
    if not told["executed_lines"]:
        yield Place(file.name, "", WHOLE, "")
        return
    source = file.read_text("utf-8")
    text = ["", *(it.strip() for it in source.splitlines())]
    within = functions(source)
    missing = set(told["missing_lines"])
    previous = 0
    for at in sorted(missing | set(told["executed_lines"])):
        is_first = previous not in missing or within.get(previous) != within.get(at)
        if at in missing and is_first:
            yield Place(file.name, within.get(at, ""), text[at], "")
        previous = at
    for start, end in told["missing_branches"]:
        if not {start, end} & missing:
            to = text[end] if end > 0 else "end"
            yield Place(file.name, within.get(start, ""), text[start], to)


def functions(source: str) -> dict[int, str]:
    """Return by line the name of the innermost function or class around it."""
    kinds = ast.FunctionDef, ast.ClassDef
    found: dict[int, str] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, kinds) and node.end_lineno:
            found.update(
                dict.fromkeys(range(node.lineno + 1, node.end_lineno + 1), node.name)
            )
    return found


def read_reasons() -> dict[Place, str]:
    """Return what cannot be reached, with the reason of each."""
    entries = tomlkit.parse(REASONS.read_text("utf-8")).unwrap()["unreached"]
    return {
        Place(it["module"], it["within"], it["line"], it.get("to", "")): it["reason"]
        for it in entries
    }


if __name__ == "__main__":
    main()

"""How quick the reference is beside the standard library, in one run.

    python impl/benchmarks/compare.py [--python PYTHON]... [--processes N]
        [--rounds N] [--output FILE] [--chart FILE.svg] [--page FILE.md]

The numbers are ratios of medians: 10 means that the reference needs a tenth of the
time. Both take turns, as the machine is never quiet, and do so in several processes:
what PyPy compiles, and where memory lies, differs from one to the next. FILE is read
by `pyperf stats`; the page gets the table of ratios into its marked section.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pyperf

from shm_conformance import pages
from shm_conformance.errors import UsageError

HERE = Path(__file__).parent
PARTS = ("of_lists.py", "of_blocks.py")
START = "<!-- table of ratios, written by: impl/benchmarks/compare.py --page -->"

# By operation, the seconds of each way of doing it.
Measured = Mapping[str, Mapping[str, pyperf.Benchmark]]
# By interpreter and operation.
Ratios = dict[str, dict[str, float]]


@click.command(help=__doc__.partition("\n")[0])
@click.option("--python", "pythons", multiple=True, default=[sys.executable])
@click.option("--processes", default=7, show_default=True, type=click.IntRange(1))
@click.option("--rounds", default=11, show_default=True, type=click.IntRange(3))
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--chart", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--page", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def main(
    pythons: tuple[str, ...],
    processes: int,
    rounds: int,
    output: Path | None,
    chart: Path | None,
    page: Path | None,
) -> None:
    """Measure, show, and write what was asked for."""
    measured = {name_of(it): measure(it, processes, rounds) for it in pythons}
    ratios = {it: ratios_of(measured[it]) for it in measured}
    lines = list(table(ratios, {it: bare_of(measured[it]) for it in measured}))
    click.echo("\n".join(lines))
    if output:
        benchmarks = [
            it
            for one in measured.values()
            for ways in one.values()
            for it in ways.values()
        ]
        pyperf.BenchmarkSuite(benchmarks).dump(str(output), replace=True)
    if chart:
        draw(ratios, chart)
    if page:
        try:
            pages.write(page, {START: lines})
        except UsageError as error:
            raise click.UsageError(str(error)) from None


def name_of(python: str) -> str:
    """Return what an interpreter calls itself, such as `CPython 3.13.0`."""
    code = "import platform as p;print(p.python_implementation(),p.python_version())"
    return _output([python, "-c", code]).strip()


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise click.ClickException(
            f"cannot measure with {command[0]}: {error}"
        ) from error
    return done.stdout


def measure(python: str, processes: int, rounds: int) -> Measured:
    """Run all parts in an interpreter, in so many processes each."""
    measured: dict[str, dict[str, pyperf.Benchmark]] = {}
    interpreter = name_of(python)
    for part in PARTS * processes:
        for line in _output([python, str(HERE / part), str(rounds)]).splitlines():
            told = json.loads(line)
            ways = measured.setdefault(told["operation"], {})
            for way, seconds in told["times"].items():
                run = _run(f"{interpreter}: {told['operation']} ({way})", seconds)
                if way in ways:
                    ways[way].add_run(run)
                else:
                    ways[way] = pyperf.Benchmark([run])
    return measured


def _run(name: str, seconds: list[float]) -> pyperf.Run:
    metadata = {"name": name, "unit": "second"}
    return pyperf.Run(seconds, metadata=metadata, collect_metadata=False)


def ratios_of(measured: Measured) -> dict[str, float]:
    """Return for each operation how many times as quick the reference is."""
    return {
        operation: ways["stdlib"].median() / ways["reference"].median()
        for operation, ways in measured.items()
    }


def bare_of(measured: Measured) -> dict[str, float]:
    """Return how many times the bare system calls the reference needs."""
    return {
        operation: ways["reference"].median() / ways["bare"].median()
        for operation, ways in measured.items()
        if "bare" in ways
    }


def table(ratios: Ratios, bare: Ratios) -> Iterator[str]:
    """Yield Markdown: a row for each operation, a column for each interpreter."""
    rows = [["stdlib ÷ reference", *ratios]]
    rows += [
        [it, *(f"{one[it]:.1f}" for one in ratios.values())]
        for it in next(iter(ratios.values()))
    ]
    rows += [
        [f"{it}: reference ÷ bare calls", *(f"{one[it]:.2f}" for one in bare.values())]
        for it in next(iter(bare.values()))
    ]
    rows.insert(1, ["---", *["--:"] * len(ratios)])
    for row in rows:
        yield f"| {' | '.join(row)} |"


def draw(ratios: Ratios, file: Path) -> None:
    """Draw a bar for each ratio; the line at 1 is the standard library."""
    import matplotlib as mpl

    mpl.use("svg")
    # Text stays text, and the same numbers give the same file.
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "speed"})
    from matplotlib import pyplot

    operations = list(next(iter(ratios.values())))
    height = 0.8 / len(ratios)
    figure, axes = pyplot.subplots(
        figsize=(8, 0.45 * len(operations) * max(1, len(ratios) / 2))
    )
    for count, (name, found) in enumerate(ratios.items()):
        places = [
            at + (count - (len(ratios) - 1) / 2) * height
            for at in range(len(operations))
        ]
        values = [found[it] for it in operations]
        bars = axes.barh(places, [it - 1 for it in values], height, left=1, label=name)
        axes.bar_label(bars, [f"{it:.1f}" for it in values], padding=2, fontsize=7)
    axes.set_xscale("log")
    axes.set_yticks(range(len(operations)), operations)
    axes.invert_yaxis()
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xlabel("times as quick as the standard library (log scale)")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend()
    figure.savefig(file, bbox_inches="tight", metadata={"Date": None})


if __name__ == "__main__":
    main()

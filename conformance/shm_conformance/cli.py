"""The command line: `shm-conformance COMMAND`. Each command is a module of `commands`.

A command is imported when it is called, so that `--version` and `--help` are
there at once.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from shm_conformance.errors import ConformanceError, TargetNotStarted, UsageError

COMMANDS = {
    "check": "Judge implementations against the documentation.",
    "matrix": "Judge on every interpreter of the machine, or pairs of them.",
    "explore": "Kill a process, or fail it, at each system call of an operation.",
    "requirements": "List what is checked, in words.",
    "baseline": "Show or write the known deviations of a target.",
    "compare": "Tell two results apart.",
    "report": "Export a result as HTML, JUnit XML or Markdown.",
    "doctor": "Show what this machine offers, and clear what killed runs left.",
    "selftest": "Prove that each requirement's test can fail.",
    "scenario": "List, show and run the catalogue of lifecycle bugs.",
}
# The catalogue stands on the harness, so the harness knows it only by name.
HOMES = {"scenario": "shm_scenarios.command"}
EXIT_CODES = """\b
Exit codes:
  0  conforms, or deviates just as the baseline says
  1  deviates
  2  usage
  3  incomplete, or a target that did not start
  4  the harness failed
"""


class Lazy(click.Group):
    """A group that imports a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order of a newcomer's interest."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command's module."""
        if cmd_name not in COMMANDS:
            return None
        place = HOMES.get(cmd_name, f"shm_conformance.commands.{cmd_name}")
        module = importlib.import_module(place)
        command: click.Command = module.command
        return command

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"shm-conformance {version('shm-conformance')}")
        ctx.exit()


@click.group(cls=Lazy, epilog=EXIT_CODES)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version and leave.",
)
def shm_conformance() -> None:
    """Judge implementations of Python's multiprocessing.shared_memory."""


def main(arguments: list[str] | None = None) -> Any:
    """Run a command; every error ends in one clear line and its exit code."""
    try:
        code = shm_conformance.main(arguments, standalone_mode=False)
    except click.exceptions.Abort:
        _fail("interrupted; what was not judged by then counts as not run", 130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except ConformanceError as error:
        _fail(str(error), _code(error))
    except OSError as error:
        _fail(f"{error.strerror}: {error.filename}", 4)
    except Exception as error:  # noqa: BLE001 - a user is never shown a traceback
        _fail(f"the harness failed: {type(error).__name__}: {error}", 4)
    sys.exit(code if isinstance(code, int) else 0)


def _code(error: ConformanceError) -> int:
    if isinstance(error, UsageError):
        return 2
    return 3 if isinstance(error, TargetNotStarted) else 4


def _fail(text: str, code: int) -> None:
    click.echo(f"shm-conformance: {text}", err=True)
    sys.exit(code)

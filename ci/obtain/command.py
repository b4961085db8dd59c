"""Get interpreters that this machine lacks, by name, and print how to start them."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import time
from pathlib import Path

from obtain.cache import Cache, default_root
from obtain.errors import NotObtained
from obtain.proof import compile_library, prove
from obtain.shell import say
from obtain.table import BY_NAME, TABLE, Interpreter, Way


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ci/interpreters", description=__doc__)
    parser.add_argument("names", metavar="NAME", nargs="*", help="or all")
    parser.add_argument("--list", action="store_true", help="names, origin, presence")
    parser.add_argument("--json", action="store_true", help="an object NAME: COMMAND")
    parser.add_argument(
        "--cache", type=Path, metavar="DIR", default=default_root(), help="%(default)s"
    )
    return parser


def main() -> int:
    """Run the command; 0 if all were obtained, 1 if not, 2 for wrong usage."""
    parser = _parser()
    options = parser.parse_args()
    cache = Cache(options.cache.absolute())
    if options.list:
        _list(cache)
        return 0
    names = list(BY_NAME) if options.names == ["all"] else options.names
    unknown = [name for name in names if name not in BY_NAME]
    if unknown or not names:
        parser.error(f"no interpreter {unknown[0]!r}" if unknown else "no NAME given")
    return _get_all(names, cache, options.json)


def _list(cache: Cache) -> None:
    for row in TABLE:
        found = present(row, cache)
        how = " or ".join(way.how for way in row.ways)
        _print(f"{row.name:24}{how:56}{'present' if found else '-'}")


def _get_all(names: list[str], cache: Cache, is_json: bool) -> int:
    commands = {}
    for name in names:
        command = _get(BY_NAME[name], cache)
        if command:
            commands[name] = shlex.join(command)
            if not is_json:
                _print(f"{name}\t{commands[name]}")
    if is_json:
        _print(json.dumps(commands, indent=2))
    return 0 if len(commands) == len(set(names)) else 1


def _get(row: Interpreter, cache: Cache) -> list[str] | None:
    """Obtain one interpreter, and tell of it; None where no way led to it."""
    start = time.monotonic()
    try:
        if command := present(row, cache):
            return command
        command = obtain(row, cache)
    except NotObtained as error:
        say(f"{row.name}: not obtained: {error}")
        return None
    say(f"{row.name}: obtained in {time.monotonic() - start:.0f} s")
    return command


def present(row: Interpreter, cache: Cache) -> list[str] | None:
    """The command line of an interpreter that is there, or None."""
    for way in row.ways:
        if command := way.found():
            return command
    return cache.command(row.name)


def obtain(row: Interpreter, cache: Cache) -> list[str]:
    """Try the ways to an interpreter; raises NotObtained with every reason."""
    reasons = []
    for way in row.ways:
        try:
            return _by(way, row.name, cache)
        except NotObtained as error:
            reasons.append(str(error))
    raise NotObtained("; ".join(reasons))


def _by(way: Way, name: str, cache: Cache) -> list[str]:
    say(f"{name}: {way.how}")
    return cache.interpreter(
        name,
        lambda draft, final: way.build(cache, draft, final),
        lambda command: _check(name, command),
    )


def _check(name: str, command: list[str]) -> None:
    prove(name, command)
    compile_library(command)


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()

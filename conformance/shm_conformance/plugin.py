"""pytest: the options, and the targets as parameters.

Loaded into every pytest run, so it imports nothing of ours before the suite is
asked for.
"""

from __future__ import annotations

import json
import re

import pytest

MARK = "shm_requirement"
# How the suite is named on pytest's command line: as a module, or by its folder.
SUITE = re.compile(r"shm_conformance[./\\]suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the suite."""
    group = parser.getgroup("shm-conformance", "conformance of shared memory")
    add = group.addoption
    add(
        "--shm-target",
        action="append",
        default=[],
        metavar="TARGET",
        help="implementation to judge, IMPLEMENTATION[@PYTHON]; may be repeated"
        " (default: stdlib)",
    )
    add(
        "--shm-path",
        action="append",
        default=[],
        metavar="DIR",
        help="folder for the front of the target's sys.path; may be repeated",
    )
    add(
        "--shm-baseline",
        action="append",
        default=[],
        metavar="FILE",
        help="TOML file of known deviations; may be repeated",
    )
    add(
        "--shm-level",
        choices=("must", "should", "may"),
        default="may",
        help="judge requirements down to this level (default: may, which is all)",
    )
    add("--shm-json", metavar="FILE", help="write the result as JSON")
    # What the command line passes on; a user of pytest may use them as well.
    add("--shm-select", default="", help=argparse_suppress())
    add(
        "--shm-explored",
        choices=("without", "also", "only"),
        default="without",
        help=argparse_suppress(),
    )
    add(
        "--shm-by",
        choices=("calls", "lines"),
        default="calls",
        help=argparse_suppress(),
    )
    add("--shm-pairs", type=int, help=argparse_suppress())
    add("--shm-schedule", default="", help=argparse_suppress())
    add("--shm-smoke", action="store_true", help=argparse_suppress())
    add(
        "--shm-profile",
        choices=("smoke", "standard", "thorough"),
        default="standard",
        help="how many examples to generate for each property",
    )
    add(
        "--shm-seed",
        type=int,
        default=0,
        metavar="N",
        help="seed of the generated examples (default: 0, which are always the same)",
    )
    add("--shm-proofs", default="[]", help=argparse_suppress())
    add(
        "--shm-no-shrinking",
        dest="shm_is_shrinking",
        action="store_false",
        default=True,
        help=argparse_suppress(),
    )
    add("--shm-isolation", default="auto", help=argparse_suppress())
    parser.addini(
        "shm_strict_protocol",
        "check each message between harness and actors against the schema",
        type="bool",
        default=False,
    )
    add("--shm-strict-protocol", action="store_true", help=argparse_suppress())
    add(
        "--shm-no-baselines",
        dest="shm_use_baselines",
        action="store_false",
        default=True,
        help=argparse_suppress(),
    )


def argparse_suppress() -> str:
    """The mark by which an option stays out of `pytest --help`."""
    import argparse

    return argparse.SUPPRESS


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark, and the recorder of verdicts where they are wanted."""
    config.addinivalue_line(
        "markers", f"{MARK}(id): the requirement that a test is the test of"
    )
    is_worker = hasattr(config, "workerinput")
    is_ours = any(SUITE.search(str(argument)) for argument in config.args)
    if (is_ours or config.getoption("shm_target")) and not is_worker:
        from shm_conformance.options import check_words
        from shm_conformance.recorder import Recorder

        check_words(config)
        config.pluginmanager.register(Recorder(config), "shm_recorder")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each test of the suite its targets: the user's, and those that must fail it."""
    if "shm_target" not in metafunc.fixturenames:
        return
    targets = asked_targets(metafunc.config)
    mark = metafunc.definition.get_closest_marker(MARK)
    if mark:
        from shm_conformance.options import targets_for

        targets = targets_for(metafunc.config, mark.args[0])
    unique = list(dict.fromkeys(targets))
    metafunc.parametrize("shm_target", unique, ids=str, scope="session")


def asked_targets(config: pytest.Config) -> list[str]:
    """The targets that the user wants judged; the standard library if none is named."""
    targets: list[str] = list(config.getoption("shm_target"))
    return targets or ([] if asked_proofs(config) else ["stdlib"])


def asked_proofs(config: pytest.Config) -> list[tuple[str, str]]:
    """The (faulty target, requirement) pairs of this session."""
    return [(target, id_) for target, id_ in json.loads(config.getoption("shm_proofs"))]

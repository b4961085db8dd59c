"""Run CPython's own shared memory tests against the reference implementation.

    python impl/cpython_tests.py [--python PYTHON] [PATTERN ...]

In a throw-away virtual environment of PYTHON, an import hook puts the
reference in the place of `multiprocessing.shared_memory` and of the
`SharedMemoryManager` in `multiprocessing.managers`. As the environment itself
installs it, it also reaches children which ignore PYTHONPATH (-E, -I), the
tracker, the fork server and the manager's process. Each process that imports
the replacement leaves its id, and if all tests run, a child has to.

Fails if a test fails, is skipped, runs for too long, or if there was none.
An interpreter without the `test` package is passed over, with a message.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple, NoReturn

PACKAGE = Path(__file__).resolve().parent / "shm_reference"
METHODS = ("spawn", "fork", "forkserver")
PATTERNS = ("*SharedMemory*", "*ResourceTracker*")
TEST_LIMIT = 120
RUN_LIMIT = 900

# In the environment's site-packages, imported by a .pth file at every start.
HOOK = '''
import importlib.abc, importlib.machinery, importlib.util, os, sys

SEEN = os.path.join(os.path.dirname(__file__), "seen")

def note(what):
    with open(SEEN, "a") as file:
        file.write(what + " " + str(os.getpid()) + "\\n")

class Memory(importlib.abc.Loader):
    """Another name for the reference's module."""
    def create_module(self, spec):
        import shm_reference.shared_memory as module
        self.spec = module.__spec__
        return module
    def exec_module(self, module):
        module.__spec__ = self.spec
        note("memory")

class Managers(importlib.abc.Loader):
    """The standard module, in which two classes are looked up when asked for."""
    def __init__(self, loader):
        self.loader = loader
    def create_module(self, spec):
        return self.loader.create_module(spec)
    def exec_module(self, module):
        self.loader.exec_module(module)
        del module.SharedMemoryManager, module.SharedMemoryServer
        module.__getattr__ = replaced

def replaced(name):
    if name not in ("SharedMemoryManager", "SharedMemoryServer"):
        raise AttributeError(name)
    import shm_reference.managers as module
    note("managers")
    return getattr(module, name)

class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "multiprocessing.shared_memory":
            return importlib.machinery.ModuleSpec(name, Memory())
        if name == "multiprocessing.managers":
            spec = importlib.machinery.PathFinder.find_spec(name, path)
            spec.loader = Managers(spec.loader)
            return spec

sys.meta_path.insert(0, Finder())
'''

# Stands for CPython's packages of this name, which some installations lack.
SUITE = """
import test._test_multiprocessing as tests
tests.install_tests_in_module_dict(globals(), {method!r})
"""

RUNNER = f"""
import faulthandler, importlib, json, os, signal, sys, unittest

class Result(unittest.TextTestResult):
    def startTest(self, test):
        faulthandler.dump_traceback_later({TEST_LIMIT}, exit=True)
        super().startTest(test)
    def stopTest(self, test):
        super().stopTest(test)
        faulthandler.cancel_dump_traceback_later()

def main():
    # A background job starts with SIGINT ignored; the tests need it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    suite = importlib.import_module(sys.argv[1])
    classes = [
        suite.tests.shared_memory.SharedMemory,
        suite.tests.shared_memory.ShareableList,
        importlib.import_module("multiprocessing.managers").SharedMemoryManager,
    ]
    assert suite.tests.HAS_SHMEM
    assert all(it.__module__.startswith("shm_reference.") for it in classes), classes
    loader = unittest.TestLoader()
    loader.testNamePatterns = sys.argv[3:]
    result = unittest.TextTestRunner(verbosity=1, resultclass=Result).run(
        loader.loadTestsFromModule(suite))
    with open(sys.argv[2], "w") as file:
        json.dump({{
            "pid": os.getpid(),
            "run": result.testsRun,
            "failed": len(result.failures) + len(result.errors),
            "skipped": [str(test) + ": " + why for test, why in result.skipped],
        }}, file)

if __name__ == "__main__":
    main()
"""


class Outcome(NamedTuple):
    method: str
    run: int
    failed: int
    skipped: list[str]
    children: int

    @property
    def is_good(self) -> bool:
        return bool(self.run) and not self.failed and not self.skipped


class Environment(NamedTuple):
    python: Path
    packages: Path


def main() -> None:
    options = parse()
    version = describe(options.python)
    with tempfile.TemporaryDirectory(prefix="shm-cpython-tests-") as folder:
        environment = build(options.python, Path(folder))
        outcomes = [run(environment, it, options.patterns) for it in METHODS]
    for it in outcomes:
        say(
            f"{version} {it.method}: {it.run} run, {it.failed} failed, "
            f"{len(it.skipped)} skipped; replaced in {it.children} children"
        )
        for test in it.skipped:
            say(f"  skipped {test}")
    # A single test may need no child that imports anything; all of them do.
    is_proven = options.patterns != list(PATTERNS) or all(
        it.children for it in outcomes
    )
    sys.exit(not (is_proven and all(it.is_good for it in outcomes)))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--python", default=sys.executable, help="the interpreter")
    parser.add_argument(
        "patterns",
        nargs="*",
        metavar="PATTERN",
        help=f"which tests, as for unittest -k; default {' '.join(PATTERNS)}",
    )
    options = parser.parse_args()
    options.patterns = options.patterns or list(PATTERNS)
    return options


def describe(python: str) -> str:
    program = (
        "import sys, platform, test._test_multiprocessing, test.support;"
        "print(platform.python_implementation(), platform.python_version())"
    )
    answer = subprocess.run(
        [python, "-c", program], capture_output=True, check=False, text=True
    )
    if answer.returncode:
        reason = answer.stderr.strip().rpartition("\n")[2]
        skip(f"skipped: {python} has no tests of CPython's installed ({reason})")
    return answer.stdout.strip()


def build(python: str, folder: Path) -> Environment:
    subprocess.run([python, "-m", "venv", "--without-pip", str(folder)], check=True)
    packages = next(folder.glob("lib/*/site-packages"))
    (packages / "shm_reference").symlink_to(PACKAGE)
    (packages / "shm_replacement.py").write_text(HOOK)
    (packages / "shm_replacement.pth").write_text("import shm_replacement\n")
    (packages / "run_tests.py").write_text(RUNNER)
    for method in METHODS:
        (packages / f"cpython_{method}.py").write_text(SUITE.format(method=method))
    return Environment(folder / "bin" / "python", packages)


def run(environment: Environment, method: str, patterns: list[str]) -> Outcome:
    seen, report = environment.packages / "seen", environment.packages / "report"
    seen.write_text("")
    report.write_text("{}")
    script = str(environment.packages / "run_tests.py")
    command = [str(environment.python), script, f"cpython_{method}", str(report)]
    # -B, as a cache would be written into the source tree.
    process = subprocess.Popen(
        [command[0], "-B", *command[1:], *patterns], start_new_session=True
    )
    try:
        process.wait(RUN_LIMIT)
    finally:
        end(process)
    result = json.loads(report.read_text())
    pids = {line.split()[1] for line in seen.read_text().splitlines()}
    children = pids - {str(result.get("pid"))}
    return Outcome(
        method,
        result.get("run", 0),
        result.get("failed", 1),
        result.get("skipped", []),
        len(children),
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """End what a run that was broken off has left; a finished one has left nothing."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def skip(message: str) -> NoReturn:
    say(message)
    sys.exit(0)


def say(message: str) -> None:
    sys.stdout.write(message + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

"""What several tests of the harness need: benches that are strict, and seen empty."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shm_conformance import processes
from shm_conformance.judging import Bench, Settings
from shm_conformance.limits import Limits
from shm_conformance.platforms import current

HERE = Path(__file__).parent
HOSTILE = HERE / "hostile"
# The deadline of an answer stays long, as the machine may be busy with other tests.
QUICK = Limits(answer=30.0, last_words=0.5, settle=0.5)
Done = subprocess.CompletedProcess[str]
Session = Callable[..., Done]
TIME_LIMIT = 600


def called(*words: str | Path, cwd: Path | None = None) -> Done:
    """Call the command line, as `python -m shm_conformance`, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "shm_conformance", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
        check=False,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "NO_COLOR": "1"},
    )


def assert_said(done: Done, code: int, due: str) -> None:
    """See that a call ended in its exit code and a line, without a traceback."""
    assert done.returncode == code
    assert due in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def open_bench(isolation: str, limits: Limits = QUICK) -> Bench:
    """A bench that checks each message against the schema."""
    path = (str(HOSTILE), str(HERE))
    return Bench(Settings(path, isolation, is_strict=True, limits=limits))


def assert_nothing_left(token: str) -> None:
    """See that a run is over: no process, no segment, no folder."""
    assert processes.marked(token) == []
    assert [it.name for it in current().segments(None) if token in it.name] == []
    assert not (current().state_directory() / token).exists()


@pytest.fixture(scope="session", params=["namespace", "names"])
def isolation(request: pytest.FixtureRequest) -> str:
    """Both ways of keeping runs apart."""
    if request.param == "namespace" and not current().private_view():
        pytest.skip("no private /dev/shm can be had here")
    return str(request.param)


@pytest.fixture(scope="session")
def bench(isolation: str) -> Iterator[Bench]:
    """A bench for many targets; nothing may be left of it."""
    bench = open_bench(isolation)
    yield bench
    run = bench.run
    bench.close()
    if run is not None:
        assert_nothing_left(run.token)


@pytest.fixture
def quiet_bench() -> Iterator[Bench]:
    """A bench of one test."""
    bench = open_bench("auto")
    yield bench
    bench.close()


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Run the suite as a user would, strict, in a process of its own."""

    def run(*arguments: str) -> Done:
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--pyargs"]
        command += ["shm_conformance.suite.test_unlink", "--shm-strict-protocol"]
        return subprocess.run(
            [*command, f"--shm-path={HOSTILE}", *arguments],
            cwd=tmp_path,
            capture_output=True,
            check=False,
            text=True,
            timeout=TIME_LIMIT,
        )

    return run

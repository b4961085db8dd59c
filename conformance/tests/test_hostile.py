"""Whatever a target does gets a verdict; it never takes the harness down."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from shm_conformance import messages
from shm_conformance.actors import Actors
from shm_conformance.errors import TargetNotStarted
from shm_conformance.judging import Bench, judge
from shm_conformance.requirements import by_id
from shm_conformance.verdicts import Result

from .conftest import QUICK, Session, open_bench

REQUIREMENT = by_id("shm.unlink.frees-the-name")
TARGETS = [
    # target, verdict, what its detail or its trace says
    ("prints_at_import", "conforms", "printed at import"),
    ("prints_in_calls", "conforms", '"value": "written"'),
    ("floods_stderr", "conforms", "xxxx"),
    ("hangs_in_unlink", "hung", "in unlink"),
    ("ignores_signals", "hung", "gave no answer to 'call' within"),
    ("segfaults", "crashed", "died of SIGSEGV during 'call'"),
    ("exits_in_unlink", "crashed", "ended with exit code 7 during 'call'"),
    ("raises_system_exit", "deviates", "raised SystemExit: enough"),
    ("closes_descriptors", "crashed", "ended with exit code 1 during 'call'"),
    ("closes_its_channel", "crashed", "closed its channel during 'call'"),
    ("starts_a_daemon", "conforms", ""),
    ("starts_threads", "conforms", ""),
    ("forks_in_unlink", "conforms", ""),
    ("writes_nonsense", "crashed", "breaks the schema: it is no JSON"),
    ("changes_directory", "conforms", ""),
    ("drops_stdout", "conforms", ""),
    ("raises_unprintable", "deviates", "<str raised SystemExit>"),
    ("returns_unprintable", "conforms", "Described(type='returns_unprintable.Unp"),
]
HANG = {target for target, verdict, _ in TARGETS if verdict == "hung"}
NOT_STARTED = [
    ("exits_at_import", "importing exits_at_import raised SystemExit: 3"),
    ("is_no_python", "importing is_no_python raised SyntaxError"),
    ("there_is_no_such_module", "ModuleNotFoundError: No module named"),
    ("stdlib@/no/such/python", "cannot start '/no/such/python': No such file"),
    ("stdlib@true", "'true' does not work as a Python 3.8+ interpreter"),
    ("stdlib@sh -c 'echo oops >&2; exit 5'", "(exit code 5); it printed: oops"),
    ("actor:/no/such/actor", "cannot start '/no/such/actor': no such program"),
    ("actor:true", "ended with exit code 0 during 'hello'"),
    ("actor:cat", "breaks the schema"),
    ("actor:sh -c 'kill -9 $$'", "died of SIGKILL during 'hello'"),
]


def life(actors: Actors) -> None:
    """Ask for a block's whole life."""
    actor = actors.start()
    block = actor.shared_memory(create=True, size=16)
    block.write(0, b"abc")
    assert block.read(0, 3) == b"abc"
    block.close()
    block.unlink()
    actor.apply("len", b"abc")


def verdict_on(bench: Bench, target: str) -> Result:
    stage = bench.stage(target)
    if target in HANG:
        stage.limit = 1.5
    actors = Actors(stage)
    try:
        return judge(REQUIREMENT, actors, lambda: life(actors))
    finally:
        actors.end()


@pytest.mark.parametrize(("target", "verdict", "words"), TARGETS)
def test_a_hostile_target_gets_a_verdict(
    bench: Bench, target: str, verdict: str, words: str
) -> None:
    """What it did stands in the detail or in the trace."""
    result = verdict_on(bench, target)

    text = "\n".join([result.detail, *(step["text"] for step in result.trace)])
    assert result.verdict == verdict, text[:2000]
    assert words in text


def test_a_line_without_end_is_cut(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A target cannot fill our memory through its channel."""
    monkeypatch.setattr(messages, "LINE_LIMIT", 1 << 20)

    result = verdict_on(bench, "writes_without_end")

    assert result.verdict == "crashed"
    assert "more than 1048576 bytes in a line" in result.detail


@pytest.mark.parametrize(("target", "words"), NOT_STARTED)
def test_a_target_that_does_not_start_says_why(
    quiet_bench: Bench, target: str, words: str
) -> None:
    """The message names what was tried and what it printed."""
    with pytest.raises(TargetNotStarted) as caught:
        quiet_bench.stage(target)

    assert words in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_a_target_that_hangs_at_its_import_says_where() -> None:
    """The stacks of the actor go into the message."""
    bench = open_bench("auto", replace(QUICK, start=1.0))

    with pytest.raises(TargetNotStarted) as caught:
        bench.stage("hangs_at_import")
    bench.close()

    assert "gave no answer to 'hello' within 1 s" in str(caught.value)
    assert "hangs_at_import.py" in str(caught.value)


def test_a_pid_that_is_no_child_is_not_believed(bench: Bench) -> None:
    """We kill what an actor has started, so its word for it is not enough."""
    actors = Actors(bench.stage("lying.shared_memory"))

    def start_a_child() -> None:
        actors.start().start_child("spawn", "child")

    result = judge(REQUIREMENT, actors, start_a_child)
    actors.end()

    assert result.verdict == "crashed"
    assert "pid 1, which the actor gave for its child, is no child" in result.detail


def test_a_session_with_hostile_targets_ends_in_verdicts(
    session: Session, isolation: str, tmp_path: Path
) -> None:
    """Each target gets its verdict in the result, and pytest sees no internal error."""
    targets = {
        "prints_in_calls": "conforms",
        "closes_descriptors": "crashed",
        "segfaults": "crashed",
        "starts_a_daemon": "conforms",
        "raises_unprintable": "deviates",
        "writes_nonsense": "crashed",
    }
    chosen = [f"--shm-target={target}" for target in targets]

    done = session(
        *chosen,
        f"--shm-isolation={isolation}",
        f"--shm-json={tmp_path / 'result.json'}",
        "-k",
        REQUIREMENT.id,
    )

    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    text = done.stdout + done.stderr
    assert "Traceback" not in text
    assert "INTERNALERROR" not in text
    result = json.loads((tmp_path / "result.json").read_text())
    verdicts = {it["target"]: it["results"][0]["verdict"] for it in result["targets"]}
    assert verdicts == targets

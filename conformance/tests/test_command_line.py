"""The command line as its users call it: real processes, exit codes, files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from shm_conformance import results

from .conftest import TIME_LIMIT, Done, assert_said, called

FIRST = "shm.unlink.frees-the-name"
# An implementation whose constructor says that it was called, and never returns.
HANGING = """
import signal
from multiprocessing.shared_memory import ShareableList, SharedMemory as Real

class SharedMemory(Real):
    def __init__(self, *words, **named):
        open('{started}', "w").close()
        signal.pause()
"""


def check(*words: str | Path, cwd: Path | None = None) -> Done:
    """Call `check` on one quick requirement, without workers."""
    return called("check", "-n", "0", "-k", FIRST, *words, cwd=cwd)


def result_of(file: Path) -> dict[str, Any]:
    return results.read(file)


def test_without_a_target_the_running_stdlib_is_judged(tmp_path: Path) -> None:
    """`check` alone judges the standard library of the running interpreter."""
    done = check("--json", tmp_path / "r.json")

    [target] = result_of(tmp_path / "r.json")["targets"]
    assert done.returncode == 0, done.stderr
    assert target["target"] == "stdlib"
    assert target["python"]["version"] == sys.version.split()[0]
    assert target["summary"]["conforms"] == 1


def test_the_result_has_the_promised_keys(tmp_path: Path) -> None:
    """The JSON is of the published format, for each target and each result."""
    check("stdlib", "reference", "--seed", "7", "--json", tmp_path / "r.json")

    document = result_of(tmp_path / "r.json")
    assert document["format"] == "shm-conformance/1"
    assert document["harness"]["seed"] == 7
    assert document["harness"]["certified"] is True
    assert [target["target"] for target in document["targets"]] == [
        "stdlib",
        "reference",
    ]
    target = document["targets"][0]
    assert {"implementation", "python", "platform", "planned", "run", "results"} <= set(
        target
    )
    assert {"traits", "summary"} <= set(target)
    place = {"system", "release", "machine", "libc", "byteorder", "pointer_bits"}
    assert place | {"emulator"} == set(target["platform"])
    entry = {
        "requirement",
        "level",
        "verdict",
        "known",
        "detail",
        "seconds",
        "reproduce",
    }
    assert entry <= set(target["results"][0])


def test_workers_give_the_same_result_as_one_process(tmp_path: Path) -> None:
    """`-n 2` differs from `-n 0` in nothing but times and traces."""
    found = []
    for count in ("0", "2"):
        file = tmp_path / f"{count}.json"
        called("check", "reference", "-k", "shm.unlink", "-n", count, "--json", file)
        [target] = result_of(file)["targets"]
        found.append(
            [(entry["requirement"], entry["verdict"]) for entry in target["results"]]
        )

    assert found[0]
    assert sorted(found[0]) == sorted(found[1])


def test_a_deviation_is_explained_and_repeatable() -> None:
    """A deviating target: exit code 1, requirement, both sides, trace, one line to repeat."""
    done = check("faulty:unlink_does_nothing")

    assert done.returncode == 1
    for text in (
        "deviates",
        FIRST,
        "expected",
        "actual",
        "trace",
        "unlink()",
        "repeat",
    ):
        assert text in done.stdout
    line = next(line for line in done.stdout.splitlines() if "repeat" in line)
    again = line.split("shm-conformance ", 1)[1].split()
    assert called(*again, "-n", "0").returncode == 1


def test_the_line_to_repeat_keeps_the_options(tmp_path: Path) -> None:
    """What decides over a verdict is in the line that repeats it."""
    file = tmp_path / "own.toml"
    file.write_text("")
    options = ["--isolation=names", "--no-baseline", f"--baseline={file}"]
    check("stdlib", *options, f"--path={tmp_path}", "--json", tmp_path / "r.json")

    line = result_of(tmp_path / "r.json")["targets"][0]["results"][0]["reproduce"]
    assert {*options, f"--path={tmp_path}"} <= set(line.split())
    assert called(*line.split()[1:], "-n", "0").returncode == 0


@pytest.mark.parametrize("processes", ["0", "2"])
def test_an_interrupted_run_keeps_what_it_knows(tmp_path: Path, processes: str) -> None:
    """Ctrl-C: exit code 130, the JSON there, and what was not judged is not-run."""
    file = tmp_path / "r.json"
    words = ["check", "hanging", "-n", processes, "-k", FIRST, "--no-baseline"]
    (tmp_path / "hanging.py").write_text(HANGING.format(started=tmp_path / "started"))
    # A job in the background of a shell has inherited to ignore the signal.
    listening = ["env", "--default-signal=INT"]
    command = [*listening, sys.executable, "-m", "shm_conformance", *words]
    os.mkfifo(tmp_path / "started")
    with subprocess.Popen(
        [*command, f"--path={tmp_path}", f"--json={file}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as harness:
        # Opening waits until the target is in the midst of its first operation.
        (tmp_path / "started").read_text()
        harness.send_signal(signal.SIGINT)
        _, said = harness.communicate(timeout=TIME_LIMIT)

    assert harness.returncode == 130, said
    assert "Traceback" not in said
    [target] = result_of(file)["targets"]
    assert [result["verdict"] for result in target["results"]] == ["not-run"]


@pytest.mark.parametrize(
    ("words", "code", "due"),
    [
        (["check", "two words"], 2, "stdlib, reference"),
        (["check", "-k", "nothing.of.ours"], 2, "matches no requirement"),
        (["check", "-n", "many"], 2, "a number or 'auto'"),
        (["check", "--baseline", "absent.toml"], 2, "absent.toml"),
        (["check", "--frob"], 2, "No such option"),
        (["check", "-k", "shm.unlink and ("], 2, "is no expression"),
        (["check", "--json", "/absent/r.json"], 2, "no such folder"),
        (["check", "--scripts", f"{__file__}/in"], 2, "a folder of yours"),
        (["check", "-n", "0", "-k", FIRST, "actor:yes"], 3, "talks without an answer"),
        (["frob"], 2, "No such command"),
        (["check", "-n", "0", "absent_module"], 3, "ModuleNotFoundError"),
        (["check", "-n", "0", "stdlib@/absent/python"], 3, "No such file"),
        (["check", "-n", "0", "stdlib@true"], 3, "does not work as a Python"),
        (["report", __file__], 2, "is no result of ours"),
        (["scenario", "run", "absent"], 2, "no scenario"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_wrong_is_said_in_a_line(words: list[str], code: int, due: str) -> None:
    """Bad input ends in its exit code and a line that says what was due, no traceback."""
    done = called(*words)

    assert_said(done, code, due)


def test_the_users_pytest_settings_do_not_matter(tmp_path: Path) -> None:
    """A pytest configuration where the command is called changes nothing."""
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --absent-option\n")
    (tmp_path / "conftest.py").write_text("raise RuntimeError('not for us')\n")

    assert check(cwd=tmp_path).returncode == 0


def test_a_baseline_makes_a_deviation_known(tmp_path: Path) -> None:
    """`baseline update` writes what a result found; with it the same run is green."""
    target, folder = "bad.shared_memory", tmp_path / "bad"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "shared_memory.py").write_text(
        "from multiprocessing.shared_memory import *\n"
        "from multiprocessing import shared_memory as real\n"
        "class SharedMemory(real.SharedMemory):\n"
        "    def unlink(self): pass\n"
    )
    result, known = tmp_path / "r.json", tmp_path / "known.toml"
    words = (target, "--path", tmp_path)

    assert check(*words, "--json", result).returncode == 1
    done = called("baseline", "update", result, known, "--reason", "it is bad")
    assert done.returncode == 0, done.stderr
    assert check(*words, "--baseline", known).returncode == 0
    assert check(*words, "--baseline", known, "--no-baseline").returncode == 1


def test_a_fixed_deviation_fails_until_the_baseline_says_so(tmp_path: Path) -> None:
    """A baseline entry for what conforms is red; `update` removes just that entry."""
    known, result = tmp_path / "known.toml", tmp_path / "r.json"
    known.write_text(
        "# ours\n"
        f'[[deviation]]\nrequirement = "{FIRST}"\nreason = "was so"\n'
        '[[deviation]]\nrequirement = "shm.unlink.twice-is-an-error"\nreason = "other"\n'
    )

    done = check("--baseline", known, "--json", result)
    assert done.returncode == 1
    assert "fixed" in done.stdout
    called("baseline", "update", result, known, "--reason", "unused")
    assert FIRST not in known.read_text()
    assert "twice" in known.read_text()
    assert known.read_text().startswith("# ours")
    assert check("--baseline", known).returncode == 0


def test_exports_are_views_of_the_result(tmp_path: Path) -> None:
    """HTML, JUnit XML and Markdown come from the same run, with its deviation."""
    result = tmp_path / "r.json"
    check("faulty:unlink_does_nothing", "--json", result, "--junit", tmp_path / "j.xml")

    files = {kind: tmp_path / f"r.{kind}" for kind in ("html", "markdown")}
    words = [word for kind, file in files.items() for word in (f"--{kind}", str(file))]
    assert called("report", result, *words).returncode == 0
    for file in (*files.values(), tmp_path / "j.xml"):
        assert "frees-the-name" in file.read_text("utf-8")
    assert 'failures="1"' in (tmp_path / "j.xml").read_text("utf-8")


def test_text_from_a_target_is_escaped_on_the_page(tmp_path: Path) -> None:
    """Markup that a target prints does not become markup of the page."""
    result = tmp_path / "r.json"
    check("faulty:unlink_does_nothing", "--json", result)
    document = json.loads(result.read_text("utf-8"))
    document["targets"][0]["results"][0]["detail"] = "<script>alert(1)</script>"
    document["targets"][0]["results"][0]["trace"][0]["text"] = "<img src=x>\x1b[2J"
    result.write_text(json.dumps(document), "utf-8")

    called("report", result, "--html", tmp_path / "r.html")

    page = (tmp_path / "r.html").read_text("utf-8")
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "\x1b" not in page


def test_compare_tells_regressions(tmp_path: Path) -> None:
    """`compare` is red where something got worse, green where it got better."""
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    check("reference", "--json", good)
    check("faulty:unlink_does_nothing", "--json", bad)

    worse, better = called("compare", good, bad), called("compare", bad, good)
    assert (worse.returncode, better.returncode) == (1, 0)
    assert "regression" in worse.stdout
    assert "fixed" in better.stdout


def test_doctor_says_what_the_machine_offers() -> None:
    """`doctor` names the place of segments and the kind of isolation."""
    done = called("doctor")

    assert done.returncode == 0
    assert "/dev/shm" in done.stdout
    assert "isolation" in done.stdout


def test_temporary_files_of_the_killed_are_removed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A manager that is killed leaves the folder of its socket behind."""
    # The paths of sockets are short, and so is this one; `tmp_path` is not.
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("TMPDIR", folder)

        done = called("check", "reference", "-k", "manager.killed-process", "-n0")

        assert done.returncode == 0, done.stdout + done.stderr
        assert list(Path(folder).rglob("pymp-*")) == []


def test_requirements_are_listed_in_words() -> None:
    """`requirements WORD` prints id, level, text and source."""
    done = called("requirements", "frees-the-name")

    assert done.returncode == 0
    assert FIRST in done.stdout
    assert "source: SharedMemory.unlink" in done.stdout


def test_a_whole_id_selects_itself_alone(tmp_path: Path) -> None:
    """An id that is part of another one's selects no other."""
    file = tmp_path / "r.json"
    called("check", "-n", "0", "-k", "list.child.by-fork", "--json", file)

    [target] = result_of(file)["targets"]
    assert [entry["requirement"] for entry in target["results"]] == [
        "list.child.by-fork"
    ]


def test_signals_that_whoever_runs_us_ignores_are_deadly_all_the_same() -> None:
    """A job in the background, or under nohup, has inherited to ignore them."""
    words = ["check", "reference", "-n", "0", "-k", "environment.signalled-group"]
    done = subprocess.run(
        ["sh", "-c", "trap '' HUP QUIT; exec \"$@\"", "sh"]
        + [sys.executable, "-m", "shm_conformance", *words],
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
        check=False,
        stdin=subprocess.DEVNULL,
    )

    assert_said(done, 0, "1 planned, 1 conform")


def test_what_an_actor_does_not_offer_is_no_deviation(tmp_path: Path) -> None:
    """A foreign actor that answers `unsupported` is not judged for what it lacks."""
    file = tmp_path / "r.json"
    actor = f"actor:{sys.executable} {Path(__file__).parent / 'foreign_actor.py'}"
    done = called("check", "-n", "0", "-k", "shm.unlink", actor, "--json", file)

    assert done.returncode == 0, done.stdout
    [target] = result_of(file)["targets"]
    assert target["summary"]["unsupported"] > 0
    assert target["summary"]["conforms"] > 0

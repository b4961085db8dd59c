"""The observer of Windows, as far as it can be seen to work without a Windows."""

from __future__ import annotations

import ctypes
import io
import json
import shlex
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from obtain.cache import Cache, default_root
from shm_conformance import judging, platforms, processes, proofs, results
from shm_conformance.errors import Crashed, HarnessError
from shm_conformance.platforms import windows, windows_program
from shm_conformance.requirements import by_id

from .conftest import called

WINE = Cache(default_root()).command("cpython-3.13-wine")
needs_wine = pytest.mark.skipif(
    WINE is None, reason="Wine is not here; `ci/interpreters cpython-3.13-wine` gets it"
)
WINDOWS = {"platform": {"system": "Windows"}}
# It takes the program, as an interpreter would, and answers without running it.
ANSWERS = """\
import sys
sys.stdin.buffer.read(int(sys.stdin.buffer.readline()))
for line in sys.stdin:
    print(sys.argv[1], flush=True)
"""


def answering(folder: Path, answer: str) -> windows.Windows:
    """An observer whose process says the same to everything."""
    script = folder / "answers.py"
    script.write_text(ANSWERS)
    return windows.Windows((sys.executable, str(script), answer))


class System:
    """Answers as if it were Windows."""

    def ask_segment(self, name: str) -> int | None:
        return 4096 if name == "there" else None


def test_the_program_answers_line_by_line() -> None:
    """A question a line, its answer a line."""
    asked = [{"ask": "segment", "name": name} for name in ("there", "gone")]
    source = io.BytesIO(b"".join(json.dumps(it).encode() + b"\n" for it in asked))
    sink = io.BytesIO()

    windows_program.serve(System(), source, sink)

    lines = sink.getvalue().splitlines(keepends=True)
    assert [windows.answer_in(line) for line in lines] == [4096, None]


@pytest.mark.parametrize("line", [b"", b"{", b"[]\n", b'{"value": 1}\n', b"\xff\n"])
def test_nonsense_is_no_answer(line: bytes) -> None:
    with pytest.raises(HarnessError, match="the observer on Windows said"):
        windows.answer_in(line)


def test_a_question_that_fails_ends_nothing() -> None:
    """It is answered by why, and the next one as if nothing had been."""
    source = io.BytesIO(b'{"ask": "nothing"}\n{"ask": "segment", "name": "there"}\n')
    sink = io.BytesIO()

    windows_program.serve(System(), source, sink)

    failed, answered = sink.getvalue().splitlines(keepends=True)
    with pytest.raises(HarnessError, match="ask_nothing"):
        windows.answer_in(failed)
    assert windows.answer_in(answered) == 4096


def test_a_text_of_windows_is_read() -> None:
    """Its length is in bytes; without an address it is empty."""
    text = "Sitzung\\\U0001f40d".encode("utf-16-le")
    room = ctypes.create_string_buffer(text + b"more")
    address = ctypes.addressof(room)

    assert str(windows_program.Unicode(len(text), 99, address)) == text.decode("utf-16")
    assert str(windows_program.Unicode(0, 0, None)) == ""


def test_a_segment_has_what_windows_tells_of_it(tmp_path: Path) -> None:
    """A name and a size; no owner, no mode, no inode."""
    observer = answering(tmp_path, '{"answer": 4096}')

    found = observer.segment("x", None)
    observer.close()

    assert found == platforms.Segment("x", 4096, 0, 0, 0, 0, 0.0)


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    observer = answering(tmp_path, '{"answer": null}')

    assert observer.segment("x", None) is None
    observer.close()


def test_an_observer_that_ends_is_a_fault_of_ours() -> None:
    """On this system the program finds no Windows to look at."""
    with pytest.raises(HarnessError, match="the observer on Windows has ended"):
        windows.Windows((sys.executable,))


def test_paths_are_those_of_the_drive_that_shows_ours(tmp_path: Path) -> None:
    observer = answering(tmp_path, '{"answer": null}')
    observer.close()

    assert observer.path("/tmp/x y") == "Z:\\tmp\\x y"


def test_a_child_is_the_process_that_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its pid there says nothing here; two new ones are one too many."""
    alive = [SimpleNamespace(pid=7)]
    monkeypatch.setattr(processes, "marked", lambda token: alive)
    observer = windows.Windows.__new__(windows.Windows)
    pid_here = observer.births("token")

    alive.append(SimpleNamespace(pid=8))
    assert pid_here(32) == 8

    alive.append(SimpleNamespace(pid=9))
    with pytest.raises(Crashed, match="2 processes are new here"):
        pid_here(36)


def test_the_target_says_which_system_it_is_on() -> None:
    """Not the harness; a target that says nothing is on ours."""
    assert platforms.family_of(WINDOWS) == "windows"
    assert platforms.family_of({"platform": {"system": "Linux"}}) == "posix"
    assert platforms.family_of({}) == "posix"
    assert platforms.observer_of({}, ("python",)) is platforms.current()


@pytest.mark.parametrize(
    ("requirement", "here", "there", "why"),
    [
        ("shm.unlink.frees-the-name", "posix", None, ""),
        ("shm.buf.is-a-memoryview", "windows", None, ""),
        ("shm.unlink.frees-the-name", "windows", None, "it holds on POSIX only"),
        ("windows.unlink.changes-nothing", "posix", None, "it holds on Windows only"),
        ("mix.block.written-is-read", "windows", "windows", ""),
        ("mix.block.written-is-read", "posix", "windows", "share no blocks"),
    ],
)
def test_nothing_is_judged_where_it_does_not_hold(
    requirement: str, here: str, there: str | None, why: str
) -> None:
    """And the reason is told: unsupported."""
    sides = [there and SimpleNamespace(observer=SimpleNamespace(FAMILY=there))]
    stage = SimpleNamespace(observer=SimpleNamespace(FAMILY=here))
    actors: Any = SimpleNamespace(stage=stage, partner=sides[0])

    result = judging.out_of_place(by_id(requirement), actors)

    assert why in result
    assert bool(why) == bool(result)


def test_a_run_is_certified_by_what_holds_on_its_system() -> None:
    """Here no faulty target of Windows would fail anything."""
    pairs = (*proofs.proofs_for(("stdlib",), is_part=False), *proofs.all_proofs())

    assert {by_id(it).platforms for _, it in pairs} == {"posix", "all"}


def test_one_reason_for_many_is_told_once() -> None:
    """And that a requirement does not hold here is no fault of the target."""
    done = called("check", "reference", "--no-baseline", "-k", "windows.", "-n", "0")

    assert done.returncode == 0
    told = "21 requirements: it holds on Windows only, and this target runs on POSIX"
    assert done.stdout.count("Windows only") == done.stdout.count(told) == 1


@needs_wine
def test_wine_is_judged_with_eyes_on_it(tmp_path: Path) -> None:
    """The reference conforms there, is certified there, and POSIX stays unjudged."""
    assert WINE is not None
    ids = ["windows.unlink.changes-nothing", "shm.unlink.frees-the-name"]
    ids += ["shm.close.gives-up-the-descriptor", "shm.pickle.passed-to-a-child"]

    done = called(
        *("check", f"reference@{shlex.join(WINE)}", "--no-baseline", "-n", "0"),
        *("--strict-protocol", "-k", " or ".join(ids), "--json", tmp_path / "r.json"),
    )

    assert done.returncode == 0, done.stdout + done.stderr
    document = results.read(tmp_path / "r.json")
    [target] = document["targets"]
    verdicts = {it["requirement"]: it["verdict"] for it in target["results"]}
    assert document["harness"]["certified"]
    assert target["platform"]["emulator"] == "wine"
    assert verdicts.pop("shm.unlink.frees-the-name") == "unsupported"
    assert set(verdicts.values()) == {"conforms"}

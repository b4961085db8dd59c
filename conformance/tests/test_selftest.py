"""Each requirement's test fails what is faulty and spares what is not."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from shm_conformance import results
from shm_conformance.proofs import all_proofs, unproved
from shm_conformance.requirements import CHAPTERS, Requirement, catalogue

from .conftest import Done, called


def run(*words: str | Path) -> Done:
    return called(*words, "-n", "0", "--strict-protocol")


def requirements_of(chapter: str) -> tuple[Requirement, ...]:
    module = __import__(f"shm_conformance.requirements.{chapter}", fromlist=["x"])
    found: tuple[Requirement, ...] = module.REQUIREMENTS
    return found


# A faulty target that does not fit the reference any more is wrong in every way, and
# proves nothing of the one that it is named for.
MISTAKE = re.compile(r"positional argument|creat\w+: TypeError")


def chapters() -> list[Any]:
    """Every chapter; what it needs must be there."""
    lacks_strace = shutil.which("strace") is None
    return [
        pytest.param(
            chapter,
            marks=pytest.mark.skipif(
                lacks_strace and any(it.is_explored for it in requirements_of(chapter)),
                reason="this machine lacks strace",
            ),
        )
        for chapter in CHAPTERS
    ]


@pytest.mark.parametrize("chapter", chapters())
def test_faulty_targets_are_caught_and_the_reference_is_spared(
    chapter: str, tmp_path: Path
) -> None:
    """Every faulty target of a chapter deviates; the reference conforms throughout."""
    wanted = {requirement.id for requirement in requirements_of(chapter)}
    proofs = [pair for pair in all_proofs() if pair[1] in wanted]

    done = run(
        "selftest", "-k", " or ".join(sorted(wanted)), "--json", tmp_path / "r.json"
    )

    assert done.returncode == 0, done.stdout + done.stderr
    document = results.read(tmp_path / "r.json")
    caught = {
        (proof["target"], proof["requirement"])
        for proof in document["harness"]["proofs"]
        if proof["caught"]
    }
    assert set(proofs) <= caught
    details = [proof["detail"] for proof in document["harness"]["proofs"]]
    assert [detail for detail in details if MISTAKE.search(detail)] == []
    [reference] = document["targets"]
    conforming = reference["summary"]["conforms"] + reference["summary"]["unsupported"]
    assert conforming == reference["planned"] >= len(wanted)


def test_every_requirement_that_binds_has_a_faulty_target() -> None:
    """No `must` and no `should` is without a proof that its test can fail."""
    assert unproved() == []


def test_the_stock_standard_library_is_green(tmp_path: Path) -> None:
    """The running interpreter's stdlib deviates just as the shipped baseline says."""
    done = run("check", "stdlib", "--json", tmp_path / "r.json")

    assert done.returncode == 0, done.stdout + done.stderr
    [target] = results.read(tmp_path / "r.json")["targets"]
    due = [it for it in catalogue().values() if not it.is_explored]
    assert target["planned"] == target["run"] == len(due)


def test_the_matrix_tells_requirements_apart(tmp_path: Path) -> None:
    """Each faulty target is judged by all that is selected, not only by its own."""
    ids = ("shm.unlink.before-close", "shm.unlink.after-close")

    done = run("selftest", "--matrix", "-k", " or ".join(ids), "--json", tmp_path / "r")

    assert done.returncode == 0, done.stdout + done.stderr
    targets = results.read(tmp_path / "r")["targets"]
    assert [it["target"] for it in targets[:1]] == ["reference"]
    assert all(it["planned"] == len(ids) for it in targets)
    assert [line.split()[:3] for line in done.stdout.splitlines()[1:3]] == [
        [identifier, "1", "1"] for identifier in ids
    ]

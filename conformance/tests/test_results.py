"""What a result says, and the exit code that it stands for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shm_conformance import results, screen
from shm_conformance.errors import UsageError
from shm_conformance.verdicts import Known, Result, Verdict

FIRST, SECOND = "shm.unlink.frees-the-name", "shm.unlink.twice-is-an-error"


def document(*found: Result, proof: Verdict | None = None) -> dict[str, Any]:
    """A result over one target whose plan is FIRST and SECOND."""
    plan = [("stdlib", FIRST), ("stdlib", SECOND)]
    pairs = {("stdlib", result.requirement): result for result in found}
    proofs = []
    if proof is not None:
        proofs = [("faulty:unlink_does_nothing", FIRST)]
        pairs[proofs[0]] = Result(FIRST, "must", proof)
    return results.document(["stdlib"], plan + proofs, pairs, {}, proofs)


def conforming(requirement: str) -> Result:
    return Result(requirement, "must", "conforms")


def test_all_conforming_is_green() -> None:
    """A whole plan that conforms, certified, is exit code 0."""
    found = document(conforming(FIRST), conforming(SECOND), proof="deviates")

    assert results.exit_code(found) == 0
    assert found["harness"]["certified"] is True
    assert found["targets"][0]["planned"] == found["targets"][0]["run"] == 2


@pytest.mark.parametrize("verdict", ["deviates", "crashed", "hung"])
def test_a_new_deviation_is_red(verdict: Verdict) -> None:
    """Whatever way a requirement is broken, the exit code is 1."""
    found = document(conforming(FIRST), Result(SECOND, "should", verdict))

    assert results.exit_code(found) == 1


def test_a_known_deviation_is_green() -> None:
    """A deviation that the baseline names does not fail the run, and is counted."""
    known = Result(SECOND, "should", "deviates", known=Known("why"))
    found = document(conforming(FIRST), known)

    assert results.exit_code(found) == 0
    assert found["targets"][0]["summary"]["known"] == 1


def test_a_fixed_deviation_is_red() -> None:
    """A known deviation that is gone fails the run until the baseline says so."""
    fixed = Result(SECOND, "should", "conforms", known=Known("why"))
    found = document(conforming(FIRST), fixed)

    assert results.exit_code(found) == 1
    assert found["targets"][0]["summary"]["fixed"] == 1


@pytest.mark.parametrize("verdict", ["not-run", "broken"])
def test_what_was_not_judged_is_incomplete(verdict: Verdict) -> None:
    """A requirement without a verdict makes the run incomplete, never green."""
    found = document(conforming(FIRST), Result(SECOND, "should", verdict))

    assert results.exit_code(found) == 3


def test_a_planned_requirement_that_never_came_back_is_not_run() -> None:
    """What was planned and has no result is listed, and the run is incomplete."""
    found = document(conforming(FIRST))

    lost = found["targets"][0]["results"][1]
    assert (lost["requirement"], lost["verdict"]) == (SECOND, "not-run")
    assert found["targets"][0]["run"] == 1
    assert results.exit_code(found) == 3


def test_a_deviation_outranks_what_is_missing() -> None:
    """A finding is a finding even if the rest of the run is not whole."""
    found = document(Result(SECOND, "should", "deviates"))

    assert results.exit_code(found) == 1


def test_nothing_planned_is_incomplete() -> None:
    """A run that judged nothing is not green."""
    assert results.exit_code(results.document(["stdlib"], [], {}, {})) == 3


@pytest.mark.parametrize("verdict", ["conforms", "broken", "not-run"])
def test_a_faulty_target_that_is_not_caught_is_our_failure(verdict: Verdict) -> None:
    """Where the harness cannot fail a known-bad target, no verdict of it counts."""
    found = document(conforming(FIRST), conforming(SECOND), proof=verdict)

    assert found["harness"]["certified"] is False
    assert results.exit_code(found) == 4


def test_unsupported_is_counted_and_not_a_deviation() -> None:
    """A part that a target does not offer is shown, and is no deviation."""
    found = document(conforming(FIRST), Result(SECOND, "should", "unsupported"))

    assert results.exit_code(found) == 0
    assert "1 unsupported" in results.headline(found["targets"][0])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "shm-conformance/1"}'])
def test_what_is_no_result_is_refused_in_a_line(tmp_path: Path, text: str) -> None:
    """A file that lacks what every reader needs is a usage error that names it."""
    file = tmp_path / "r.json"
    file.write_text(text, "utf-8")

    with pytest.raises(UsageError, match="is no result of ours"):
        results.read(file)


def test_a_missed_proof_counts_where_its_interpreter_was_judged() -> None:
    """One that did not start hides no failed certification of another, nor gains one."""
    proofs = [("faulty:unlink_does_nothing@other", FIRST)]
    plan = [("stdlib", FIRST), ("stdlib@other", FIRST), *proofs]
    found = {("stdlib", FIRST): conforming(FIRST)}

    def judged() -> dict[str, Any]:
        return results.document(["stdlib", "stdlib@other"], plan, found, {}, proofs)

    assert results.exit_code(judged()) == 3
    found["stdlib@other", FIRST] = conforming(FIRST)
    assert results.exit_code(judged()) == 4


def test_a_missed_proof_is_named_with_what_became_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 4 is never without a line that says why, nor for one not run."""
    found = document(conforming(FIRST), conforming(SECOND), proof="not-run")
    found["harness"]["proofs"][0]["detail"] = "it did not start"

    screen.show(found)

    assert results.exit_code(found) == 4
    said = capsys.readouterr().out
    assert "0 of 1 faulty targets caught" in said
    assert f"missed    {FIRST} by faulty:unlink_does_nothing: not-run it did" in said


def test_every_result_says_how_to_repeat_it() -> None:
    """Also one that was lost together with the process that was to judge it."""
    document = results.document(
        ["stdlib"], [("stdlib", FIRST)], {}, {}, repeat=lambda *pair: " ".join(pair)
    )

    [result] = document["targets"][0]["results"]
    assert result["verdict"] == "not-run"
    assert result["reproduce"] == f"stdlib {FIRST}"

"""`selftest`: each requirement's test fails a faulty target and spares the reference."""

from __future__ import annotations

from typing import Any

import click

from shm_conformance.commands import _options


@click.command("selftest")
@click.option(
    "--python",
    metavar="COMMAND",
    default="",
    help="Prove it in this interpreter (default: the running one).",
)
@click.option(
    "--matrix",
    is_flag=True,
    help="Judge the faulty targets by all that -k selects, and see what each fails.",
)
@_options.session
def command(python: str, matrix: bool, **session: Any) -> int:
    """Prove that each requirement's test can fail, and that it can be passed.

    Every faulty target is judged by the tests of the requirements that it is
    said to fail; the reference implementation is judged by all. With --matrix
    the faulty targets are, too, and requirements that the same ones fail are
    named: for all requirements that takes hours, for a few of them minutes.
    """
    from shm_conformance import results
    from shm_conformance.commands.check import conclude
    from shm_conformance.proofs import all_proofs, unproved
    from shm_conformance.selection import selector
    from shm_conformance.session import Session, judge_all

    _options.check_places(session)
    at = f"@{python}" if python else ""
    is_selected = selector(session["expression"])
    proofs = [(name, it) for name, it in all_proofs(at) if is_selected(it)]
    faulty = dict.fromkeys(target for target, _ in proofs) if matrix else ()
    wanted = Session(
        targets=(f"reference{at}", *faulty),
        proofs=tuple(proofs),
        is_shrinking=not matrix,
        explored="also",
        processes=session["processes"] or "auto",
        expression=session["expression"],
        profile=session["profile"],
        seed=session["seed"],
        isolation=session["isolation"],
        is_strict=session["strict_protocol"],
    )
    document = judge_all(wanted)
    if matrix:
        conclude(document, session, _show_matrix)
        code = _matrix_code(document)
    else:
        code = conclude(document, session)
    for requirement in unproved():
        click.echo(f"no faulty target fails {requirement}")
        code = results.BROKEN
    return code


def _show_matrix(document: dict[str, Any]) -> None:
    from shm_conformance import distinctions, screen

    reference, *faulty = document["targets"]
    found = distinctions.failing(document)
    for line in distinctions.lines(found, len(faulty)):
        click.echo(line)
    screen.show({**document, "targets": [reference]})
    for group in distinctions.twins(found):
        click.echo(f"failed by the same faulty targets: {', '.join(group)}")


def _matrix_code(document: dict[str, Any]) -> int:
    """Faulty targets are there to fail; that they cannot tell apart is our fault."""
    from shm_conformance import distinctions, results

    if distinctions.twins(distinctions.failing(document)):
        return results.BROKEN
    return results.exit_code({**document, "targets": document["targets"][:1]})

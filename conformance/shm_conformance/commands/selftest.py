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
@_options.session
def command(python: str, **session: Any) -> int:
    """Prove that each requirement's test can fail, and that it can be passed.

    Every faulty target is judged by the tests of the requirements that it is
    said to fail; the reference implementation is judged by all.
    """
    from shm_conformance import results
    from shm_conformance.commands.check import conclude
    from shm_conformance.proofs import all_proofs, unproved
    from shm_conformance.session import Session, judge_all

    _options.check_places(session)
    at = f"@{python}" if python else ""
    wanted = Session(
        targets=(f"reference{at}",),
        proofs=tuple((f"{target}{at}", id_) for target, id_ in all_proofs()),
        processes=session["processes"] or "auto",
        expression=session["expression"],
        profile=session["profile"],
        seed=session["seed"],
        isolation=session["isolation"],
        is_strict=session["strict_protocol"],
    )
    document = judge_all(wanted)
    code = conclude(document, session)
    for requirement in unproved():
        click.echo(f"no faulty target fails {requirement}")
        code = results.BROKEN
    return code

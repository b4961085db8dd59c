"""`report`: a result in another format."""

from __future__ import annotations

from pathlib import Path

import click

from shm_conformance.commands import _options


@click.command("report")
@click.argument("result", type=_options.OLD_FILE)
@click.option("--html", "html_file", type=_options.FILE, help="Write a page.")
@click.option("--junit", "junit_file", type=_options.FILE, help="Write JUnit XML.")
@click.option("--markdown", "markdown_file", type=_options.FILE, help="Write Markdown.")
@click.option(
    "--table",
    "table_file",
    type=_options.OLD_FILE,
    help="Write the table of targets, or of pairs, into its marked section of a page.",
)
def command(
    result: Path,
    html_file: Path | None,
    junit_file: Path | None,
    markdown_file: Path | None,
    table_file: Path | None,
) -> int:
    """Export RESULT, a file that --json wrote; without an option, show it."""
    from shm_conformance import exports, results, screen

    document = results.read(result)
    if html_file:
        exports.write_html(document, html_file)
    if junit_file:
        exports.write_junit(document, junit_file)
    if markdown_file:
        exports.write_markdown(document, markdown_file)
    if table_file:
        exports.write_table(document, table_file)
    if not (html_file or junit_file or markdown_file or table_file):
        screen.show(document)
    return 0

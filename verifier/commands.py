"""`parchemin verify FILE…`: the verifier on the command line.

Exit codes: 0 verified, 1 failed or was valid, 2 could not be fully checked, 3 could not run. Of
several documents the worst answer counts: 1 before 2 before 0.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import closing
from typing import BinaryIO, Final, Protocol, cast

import click

from schemas.report import Verdict
from verifier.desk import VerifierDesk
from verifier.lines import judged
from verifier.wording import VerdictInWords, as_text, sentences
from verifier.words import Language
from verifier.worker import Workers

EXIT_CODES: Final = {
    Verdict.VERIFIED: 0,
    Verdict.WAS_VALID: 1,
    Verdict.FAILED: 1,
    Verdict.NOT_FULLY_CHECKED: 2,
}
_SEVERITY: Final = (0, 2, 1)
"""Exit codes from good to bad: what is known to be wrong counts more than what is not known."""


class Bench(Protocol):
    """What the command line carries along (`ctx.obj`)."""

    @property
    def verifier(self) -> VerifierDesk:
        """Return the verifier's desk, built when it is asked for."""
        ...

    def line_workers(self, count: int) -> Workers:
        """Return processes that verify lines."""
        ...


@click.command()
@click.argument("files", metavar="FILE...", type=click.File("rb", lazy=True), nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON (parchemin-report/1).")
@click.option("--jsonl", is_flag=True, help="FILE holds a document a line (JSON or JWT); print a report a line.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes for --jsonl; as many as processors unless told.")
@click.option("--lang", "language", type=click.Choice(["fr", "en"]), default="en", help="Language of the verdict.")
@click.pass_context
def verify(
    context: click.Context,
    files: tuple[BinaryIO, ...],
    language: str,
    jobs: int | None,
    *,
    as_json: bool,
    jsonl: bool,
) -> None:
    """Say whether each FILE is genuine, now: a credential, a presentation or a PDF; - is standard input.

    Exits with 0 verified, 1 failed or was valid, 2 not fully checked, 3 could not run; of several
    documents the worst counts. With several FILEs, --json prints a report a line.
    """
    bench: Bench = context.obj
    if jsonl:
        context.exit(max(_verify_lines(bench, files, jobs or os.cpu_count() or 1), key=_SEVERITY.index))
    codes = []
    for file in files:
        report = bench.verifier.verify(_content(file))
        codes.append(EXIT_CODES[report.verdict])
        if as_json:
            indent = 2 if len(files) == 1 else None
            click.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=indent))
        else:
            click.echo(_titled(file, files) + _told(sentences(report, cast("Language", language))))
    context.exit(max(codes, key=_SEVERITY.index))


def _content(file: BinaryIO) -> bytes:
    try:
        return file.read()
    except OSError as error:
        raise click.FileError(file.name, error.strerror) from None
    finally:
        file.close()


def _titled(file: BinaryIO, files: tuple[BinaryIO, ...]) -> str:
    return "" if len(files) == 1 else f"== {file.name}\n"


def _verify_lines(bench: Bench, files: Iterable[BinaryIO], jobs: int) -> set[int]:
    """Print a report for each line as soon as it is its turn; return the exit codes that occurred."""
    codes = {0}
    with closing(bench.line_workers(jobs)) as workers:
        for file in files:
            with file:
                for text, verdict in judged(file, workers, desk=bench.verifier, jobs=jobs):
                    click.echo(text)
                    codes.add(EXIT_CODES[verdict])
    return codes


def _told(words: VerdictInWords) -> str:
    """Return the verdict and, indented below it, the headline of each document inside."""
    inside = [f"  {number}. {item.headline}" for number, item in enumerate(words.items, start=1)]
    return "\n".join([as_text(words), *inside])


commands: Final = (verify,)

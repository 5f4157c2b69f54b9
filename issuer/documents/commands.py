"""`parchemin renew-ltv FOLDER`: renew the long-term evidence of sealed documents.

Exit codes: 0 nothing refused, 1 a file was refused, 3 could not run.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final, Protocol

import click

from issuer.documents.renewing import DAYS_A_MONTH, Outcome, Renewal, Renewer

_REFUSED: Final = 1


class Bench(Protocol):
    """What the command line carries along (`ctx.obj`)."""

    @property
    def renewer(self) -> Renewer:
        """Return the renewer, built when it is asked for."""
        ...


@click.command("renew-ltv")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--months", default=12, show_default=True, help="Renew what lapses within so many months.")
@click.pass_context
def renew_ltv(context: click.Context, folder: Path, months: int) -> None:
    """Renew the sealed PDFs in FOLDER whose evidence lapses soon; both files are kept."""
    bench: Bench = context.obj
    refused = 0
    for outcome in bench.renewer.renew_folder(folder, before=timedelta(days=months * DAYS_A_MONTH)):
        click.echo(_told(outcome))
        refused += outcome.renewal is Renewal.REFUSED
    context.exit(_REFUSED if refused else 0)


def _told(outcome: Outcome) -> str:
    until = f" until {outcome.lasts_until:%Y-%m-%d}" if outcome.lasts_until else ""
    where = f" -> {outcome.written.name}" if outcome.written else ""
    return f"{outcome.renewal.value:9} {outcome.path.name}{where}{until}{outcome.code and ' ' + outcome.code}"


commands: Final = (renew_ltv,)

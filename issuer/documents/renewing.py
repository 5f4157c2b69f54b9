"""Renew sealed documents whose long-term evidence lapses soon (R24): one, or a folder of them.

    renewer = Renewer(timestamper=…, material=…, trust=…, now=clock.now)
    for outcome in renewer.renew_folder(folder): …

A renewed document is checked before it is released and stands beside the one it came from: both are
kept, both verify as long as they last. A scheduled job calls `renew_if_due` for what it finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from cryptography import x509

from proofs.pades import SealTrust, ValidationMaterial, check_seal
from proofs.pades_renewal import BEFORE, is_due, renew
from schemas.problems import TIMESTAMP_INVALID, ProblemError
from services.files import write_atomically
from services.timestamps import Timestamper

DAYS_A_MONTH: Final = 30.44


class Renewal(StrEnum):
    """What became of one file."""

    RENEWED = "renewed"
    NOT_DUE = "not-due"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One file of a folder: what became of it, until when its evidence lasts, or the problem's code."""

    path: Path
    renewal: Renewal
    lasts_until: datetime | None = None
    code: str = ""
    written: Path | None = None


class Renewer:
    """Renews documents with one authority; `trust` says whose seals these are."""

    def __init__(
        self,
        *,
        timestamper: Timestamper,
        material: Callable[[x509.Certificate], ValidationMaterial],
        trust: SealTrust,
        now: Callable[[], datetime],
    ) -> None:
        """Take who says when, what proves certificates in force, whom to believe, and the clock."""
        self._timestamper = timestamper
        self._material = material
        self._trust = trust
        self._now = now

    def renew_if_due(self, pdf: bytes, *, before: timedelta = BEFORE) -> bytes | None:
        """Return the renewed file, None when it is not due.

        Raises ProblemError when its seal does not hold, and timestamp-invalid when the authority has
        no newer certificate: renewing would win nothing.
        """
        now = self._now()
        finding = check_seal(pdf, trust=self._trust, now=now)
        if not is_due(finding, now=now, before=before):
            return None
        material = self._material(finding.certificate)
        renewed = renew(pdf, timestamper=self._timestamper, material=material, now=now)
        lasts = check_seal(renewed, trust=self._trust, now=now).archive_expires
        if not _later(lasts, finding.archive_expires):
            raise ProblemError(TIMESTAMP_INVALID.about("the authority's certificate ends no later than the one before"))
        return renewed

    def renew_folder(self, folder: Path, *, before: timedelta = BEFORE) -> Iterator[Outcome]:
        """Renew each due PDF of a folder, in the order of names, into `<name>.renewed-<date>.pdf`.

        Running it again changes nothing: a file that has a renewed one beside it is passed over.
        """
        for path in sorted(folder.glob("*.pdf")):
            if next(folder.glob(f"{path.stem}.renewed-*.pdf"), None) is None:
                yield self._renew_file(path, before)

    def _renew_file(self, path: Path, before: timedelta) -> Outcome:
        try:
            renewed = self.renew_if_due(path.read_bytes(), before=before)
        except ProblemError as error:
            return Outcome(path, Renewal.REFUSED, code=error.problem.code)
        if renewed is None:
            return Outcome(path, Renewal.NOT_DUE, self.lasts_until(path.read_bytes()))
        target = path.with_name(f"{path.stem}.renewed-{self._now():%Y-%m-%d}.pdf")
        write_atomically(target, renewed)
        return Outcome(path, Renewal.RENEWED, self.lasts_until(renewed), written=target)

    def lasts_until(self, pdf: bytes) -> datetime | None:
        """Return when the evidence of a sealed PDF lapses, None when it has none; raise as `check_seal`."""
        return check_seal(pdf, trust=self._trust, now=self._now()).archive_expires


def _later(one: datetime | None, other: datetime | None) -> bool:
    return bool(one and other and one > other)

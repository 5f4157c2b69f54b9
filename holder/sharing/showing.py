"""Show documents with their verdict, now (R60, R62, R69)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from holder.vault.documents import Document, Vault
from holder.vault.receiving import PDF_TYPE, Verify
from schemas.report import Answer, Report, Verdict
from verifier.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Shown:
    """A document and what was found out about it just now; `claims` only when nobody changed them."""

    document: Document
    report: Report
    claims: Mapping[str, Any] | None

    @property
    def may_be_kept(self) -> bool:
        """Is it fit to be downloaded? A failed document is not handed out."""
        return self.report.verdict is not Verdict.FAILED


class Showing:
    """Verifies what it shows, each time."""

    def __init__(self, *, vault: Vault, verify: Verify, evidence: Callable[[], Evidence]) -> None:
        """Take the parts."""
        self._vault = vault
        self._verify = verify
        self._evidence = evidence

    def show(self, document: Document) -> Shown:
        """Return the document with the verdict on its sealed PDF and the claims of its credential."""
        report = self._verify(self._vault.pdf(document), self._evidence(), media_type=PDF_TYPE)
        claims = self._claims(document) if report.integrity.answer is Answer.YES else None
        return Shown(document, report, claims)

    def glance(self, document: Document) -> Report:
        """Return the verdict on a document's first credential form: quick, for a row of a list."""
        form = self._vault.forms(document)[0].form
        return self._verify(form.body.encode(), self._evidence(), media_type=form.media_type)

    def _claims(self, document: Document) -> Mapping[str, Any] | None:
        """Return the claims of the JSON form, once its own proof held."""
        for kept in self._vault.forms(document):
            if kept.form.format == "ldp_vc" and kept.bound_to is None:
                report = self._verify(kept.form.body.encode(), self._evidence(), media_type=kept.form.media_type)
                if report.integrity.answer is Answer.YES:
                    claims: Mapping[str, Any] = json.loads(kept.form.body)
                    return claims
        return None

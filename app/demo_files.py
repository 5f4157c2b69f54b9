"""What the demo leaves in DIR for people and programs to look at."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.wiring import Parts
from proofs import qr
from schemas.awards import Kind
from schemas.report import Report
from services.files import PRIVATE, write_atomically

DOCUMENTS: Final = (
    "badge.json",
    "badge-ecdsa.json",
    "badge.jwt",
    "badge.pdf",
    "micro-credential.pdf",
    "transcript.json",
    "transcript.pdf",
    "transcript.sd-jwt",
    "diploma.json",
    "diploma.pdf",
    "diploma.sd-jwt",
    "attestation.pdf",
    "revoked.json",
    "altered.pdf",
)
_SHARE: Final = "share.txt"
_ALTERED_AT: Final = 0.4
"""Where in the file a byte is changed, as a part of its length: among the pages, under the seal."""


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """The folder of the demo; files are replaced whole, so a killed run leaves none in half."""

    folder: Path

    def read_share(self) -> tuple[str, str] | None:
        """Return link and PIN of an earlier run, or None."""
        path = self.folder / _SHARE
        if not path.exists():
            return None
        lines = dict(line.split(": ", 1) for line in path.read_text(encoding="utf-8").splitlines())
        return lines["link"], lines["PIN"]

    def write_share(self, link: str, pin: str) -> None:
        """Write link, PIN and the link's QR code; the PIN is told separately in real life."""
        self._write("share.png", qr.png(link))
        write_atomically(self.folder / _SHARE, f"link: {link}\nPIN: {pin}\n".encode(), mode=PRIVATE)

    def lead_form(self, parts: Parts, document_id: str, format_name: str = "ldp_vc") -> bytes:
        """Return one form of a document as it was signed."""
        return next(form.body.encode() for form in parts.issuer.forms(document_id) if form.format == format_name)

    def write_altered(self, pdf: bytes) -> bytes:
        """Write and return the PDF with one bit of one byte changed."""
        at = int(len(pdf) * _ALTERED_AT)
        altered = pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]
        self._write("altered.pdf", altered)
        return altered

    def write_documents(self, parts: Parts, documents: Mapping[str, str]) -> None:
        """Write the credentials and PDFs of the story."""
        badge = documents[Kind.BADGE.value]
        self._write("badge.json", self.lead_form(parts, badge))
        self._write("badge-ecdsa.json", self.lead_form(parts, badge, "ldp_vc_ecdsa"))
        self._write("badge.jwt", self.lead_form(parts, badge, "jwt_vc_json"))
        for kind in (Kind.TRANSCRIPT, Kind.DIPLOMA):
            shared = documents[f"shared-{kind.value}"]
            self._write(f"{kind.value}.json", self.lead_form(parts, shared))
            self._write(f"{kind.value}.pdf", parts.issuer.pdf(shared))
            self._write(f"{kind.value}.sd-jwt", self.lead_form(parts, shared, "dc+sd-jwt"))
        self._write("revoked.json", self.lead_form(parts, documents[Kind.ATTESTATION.value]))
        for kind in (Kind.BADGE, Kind.MICRO_CREDENTIAL, Kind.ATTESTATION):
            self._write(f"{kind.value}.pdf", parts.issuer.pdf(documents[kind.value]))

    def write_publications(self, parts: Parts, slug: str) -> None:
        """Write what the institution publishes: DID document, status lists, root; and where each belongs.

        `fetch.json` answers for the network: `PARCHEMIN_FETCH_FIXTURES=DIR/fetch.json parchemin verify …`
        """
        public = parts.settings.public_url
        self._write("did.json", _pretty(parts.issuer.did_document(slug)))
        self._write("ca.pem", parts.certifying.root_pem())
        fixtures: dict[str, Any] = {
            f"{public}/t/{slug}/did.json": {"file": "did.json", "status": 200, "content_type": "application/did+json"}
        }
        for list_id in parts.issuer.lists.ids():
            self._write(f"status/{list_id}.json", parts.issuer.status_list(list_id))
            fixtures[f"{public}/status/{list_id}"] = {
                "file": f"status/{list_id}.json",
                "status": 200,
                "content_type": "application/vc",
            }
            self._write(f"status/{list_id}.jwt", parts.issuer.status_list(f"{list_id}/token"))
            fixtures[f"{public}/status/{list_id}/token"] = {
                "file": f"status/{list_id}.jwt",
                "status": 200,
                "content_type": "application/statuslist+jwt",
            }
        self._write("fetch.json", _pretty(fixtures))

    def documents(self) -> tuple[str, ...]:
        """Return the names of the documents that were written, in the order of the story."""
        return tuple(name for name in DOCUMENTS if (self.folder / name).exists())

    def read(self, name: str) -> bytes:
        """Return a file of the folder."""
        return (self.folder / name).read_bytes()

    def write_summary(self, reports: Mapping[str, Report], steps: Sequence[Mapping[str, Any]]) -> None:
        """Write each document's verdict as the verifier's report, and the time of each step."""
        documents = [{"file": name, "report": report.to_json()} for name, report in reports.items()]
        self._write("summary.json", _pretty({"documents": documents, "steps": list(steps)}))

    def _write(self, name: str, data: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, data)


def _pretty(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()

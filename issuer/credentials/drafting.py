"""From an award to an unsigned credential: pure, the same for the same input.

    draft = draft_credential(award, institution, particulars)
    signed = sign(draft.joined([sign(child) for child in draft.children]))

Badge, micro-credential, diploma and attestation become an Open Badges 3.0 AchievementCredential,
a transcript a CLR 2.0 ClrCredential whose children are AchievementCredentials of their own, each
to be signed first. All are VCDM 2.0. The server alone sets issuer, contexts, ids, dates and
status (threats.md K09): nothing of the award reaches a place where it could be more than a text.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from issuer.credentials.drafting_achievements import achievement_of
from issuer.credentials.drafting_parts import Particulars, day, end_of_day, identity, issuer_profile
from issuer.credentials.drafting_sd_jwt import PartialDraft, draft_partial
from issuer.credentials.drafting_transcripts import clr_subject, transcript_children
from issuer.credentials.wording import title_of
from issuer.institutions.profile import Institution
from schemas.awards import Award, Badge, Diploma, MicroCredential, Transcript

VC_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
OB_CONTEXT: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR_CONTEXT: Final = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
_SHA2_256: Final = b"\x12\x20"


@dataclass(frozen=True, slots=True)
class Draft:
    """An unsigned credential and the unsigned children that go into it, in order.

    `partial` are the claims of the form that is shown in parts, None for a kind that has none.
    """

    credential: Mapping[str, Any]
    children: tuple[Mapping[str, Any], ...] = ()
    partial: PartialDraft | None = None

    def joined(self, signed_children: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the credential holding its signed children, ready to be signed itself."""
        if len(signed_children) != len(self.children):
            msg = f"{len(self.children)} children were drafted, {len(signed_children)} are signed"
            raise ValueError(msg)
        if not self.children:
            return dict(self.credential)
        subject = {**self.credential["credentialSubject"], "verifiableCredential": list(signed_children)}
        return {**self.credential, "credentialSubject": subject}


def draft_credential(award: Award, institution: Institution, particulars: Particulars) -> Draft:
    """Return the unsigned credential of an award."""
    if isinstance(award, Transcript):
        return _draft_transcript(award, institution, particulars)
    ids = particulars.identifiers
    subject: dict[str, Any] = {
        "id": particulars.subject_id("subject"),
        "type": ["AchievementSubject"],
        "identifier": identity(award, ids, "subject", with_email=isinstance(award, Badge | MicroCredential)),
        **achievement_of(award, ids),
    }
    kind = "OpenBadgeCredential" if isinstance(award, Badge | MicroCredential) else "AchievementCredential"
    credential = _envelope(award, institution, particulars, contexts=(OB_CONTEXT,), kind=kind)
    partial = draft_partial(award, institution, particulars)
    return Draft({**credential, "credentialSubject": subject, **_pages(particulars)}, partial=partial)


def _draft_transcript(award: Transcript, institution: Institution, particulars: Particulars) -> Draft:
    children = tuple(
        {
            **_envelope(award, institution, particulars, contexts=(OB_CONTEXT,), kind="AchievementCredential"),
            "id": particulars.identifiers.at(f"{child.place}/credential"),
            "name": child.name,
            "credentialSubject": child.subject,
        }
        for child in transcript_children(award, particulars)
    )
    credential = {
        **_envelope(award, institution, particulars, contexts=(CLR_CONTEXT, OB_CONTEXT), kind="ClrCredential"),
        "partial": False,
        "credentialSubject": clr_subject(award, particulars, children),
        **_pages(particulars),
    }
    return Draft(credential, children, draft_partial(award, institution, particulars))


def _envelope(
    award: Award, institution: Institution, particulars: Particulars, *, contexts: tuple[str, ...], kind: str
) -> dict[str, Any]:
    """Return the members every credential has, in the order people read them."""
    envelope: dict[str, Any] = {
        "@context": [VC_CONTEXT, *contexts],
        "id": particulars.document_id,
        "type": ["VerifiableCredential", kind],
        "name": title_of(award).joined(award.language),
        "issuer": issuer_profile(award, institution),
        "validFrom": day(award.issued_on),
        "awardedDate": day(_awarded_on(award)),
    }
    if award.valid_until is not None:
        envelope["validUntil"] = end_of_day(award.valid_until)
    status = [dict(entry) for entry in particulars.status]
    # The 1EdTech schemas know a single entry, VCDM 2.0 section 4.10 several: one is written bare.
    envelope["credentialStatus"] = status[0] if len(status) == 1 else status
    return envelope


def _awarded_on(award: Award) -> date:
    if isinstance(award, Diploma):
        return award.conferred_on
    return award.issued_on


def _pages(particulars: Particulars) -> dict[str, Any]:
    """Name the digest of the pages that go with the credential (VCDM 2.0 section 5.3, R100)."""
    if particulars.base_sha256 is None:
        return {}
    multihash = base64.urlsafe_b64encode(_SHA2_256 + particulars.base_sha256).rstrip(b"=").decode("ascii")
    resource = {
        "id": particulars.identifiers.at("pages"),
        "mediaType": "application/pdf",
        "digestMultibase": "u" + multihash,
    }
    return {"relatedResource": [resource]}

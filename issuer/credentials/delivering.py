"""What an issued document says on its way to its learner, and the code printed on it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final

from issuer.credentials.wording import title_of
from issuer.institutions.profile import Institution
from schemas.awards import Award, Text
from schemas.delivery import CredentialForm, Delivery

DELIVER: Final = "deliver-credential"


def delivery_of(
    document_id: str, award: Award, institution: Institution, forms: tuple[CredentialForm, ...], pdf: bytes
) -> Delivery:
    """Return the message of the job `deliver-credential`."""
    return Delivery(
        document_id=document_id,
        kind=award.kind.value,
        language=award.language.value,
        titles=both(title_of(award)),
        institution_did=institution.did,
        institution_names=both(institution.names),
        institution_contact=institution.contact_email,
        learner_given_name=award.learner.given_name,
        learner_family_name=award.learner.family_name,
        learner_email=award.learner.email,
        learner_student_id=award.learner.student_id,
        issued_on=award.issued_on.isoformat(),
        forms=forms,
        pdf=pdf,
    )


def printed_token(seed: bytes) -> str:
    """Return the token of the code printed on a document: 128 bits, the same each time it is asked for."""
    digest = hmac.digest(seed, b"printed code", hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode("ascii")


def token_digest(token: str) -> str:
    """Return what is stored of a printed token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def both(text: Text) -> dict[str, str]:
    """Return the text in both languages, each standing in for the other."""
    return {"fr": text.within("fr"), "en": text.within("en")}

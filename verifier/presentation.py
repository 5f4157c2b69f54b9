"""What is asked of a presentation: who shows it, and is what they show theirs (threats.md E)?

Challenge and domain were compared with the signature; whoever asked for the presentation keeps
them, and consumes them once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from keys.resolver import find_key
from proofs.key_binding import holder_key
from schemas.problems import HOLDER_MISMATCH, NOT_BY_ISSUER, ProblemError
from verifier.contents import listed
from verifier.document import Document, Kind, Passed, party_of
from verifier.evidence import Evidence
from verifier.identity import signer_of

_V2: Final = "https://www.w3.org/ns/credentials/v2"


def holder_binding(document: Document, evidence: Evidence) -> Passed:
    """Make sure that the holder named is the one whose key signed (VCDM 2.0 section 4.13).

    Without a holder member whoever controls the key is the holder. Several signers are refused:
    one presentation is shown by one holder.
    """
    holder = holder_of(document)
    if {signer_of(signature) for signature in document.signatures} != {holder}:
        raise ProblemError(NOT_BY_ISSUER.about("the key that signed is not the holder's"))
    return Passed("signed by the holder's own key", evidence.now, {"holder": holder})


def subjects(document: Document, inside: Sequence[Document], evidence: Evidence) -> Passed:
    """Flag a credential about somebody else than the one who shows it (threats.md E05).

    `inside` are the credentials whose signatures held. A subject that is no DID proves nothing
    either way: such a credential is a bearer document. One that its issuer bound to a key (`cnf`)
    is shown by whoever has that key.
    """
    holder = holder_of(document)
    found = [name for credential in inside for name in _subject_ids(credential) if name.startswith("did:")]
    strangers, doubts = sum(name != holder for name in found), []
    for credential in inside:
        try:
            strangers += not _is_bound_to(document, credential, evidence)
        except ProblemError as error:
            doubts.append(error)
    if strangers:
        raise ProblemError(HOLDER_MISMATCH.about(f"{strangers} credential(s) about somebody else"))
    if doubts:
        raise doubts[0]
    return Passed("about the holder" if found else "about nobody whose key is known", evidence.now)


def no_status(_document: Document, evidence: Evidence) -> Passed:
    """Pass: a presentation is never revoked; what it shows may be, and is asked item by item."""
    return Passed("a presentation has no status of its own", evidence.now)


PRESENTATION_CHECKS: Final = {"binding": holder_binding, "status": no_status}
"""Every check of a presentation after `structure` and `signature`, but `holder`, which comes last."""


def holder_of(document: Document) -> str:
    """Return the holder named, or whoever controls the (first) key that signed."""
    return party_of(document.claims.get("holder")) or signer_of(document.signatures[0])


def shown_in(document: Document) -> list[Any]:
    """Return the credentials inside: of a presentation, or the signed parts of a learner record."""
    if document.kind is Kind.PRESENTATION:
        return [_enveloped(entry) for entry in listed(document.claims.get("verifiableCredential"))]
    if document.is_sd_jwt_vc:
        return []
    return [
        child
        for subject in listed(document.claims.get("credentialSubject"))
        if isinstance(subject, Mapping)
        for child in listed(subject.get("verifiableCredential"))
    ]


def _enveloped(entry: Any) -> Any:
    """Return a bare token, which the gate lets through in VCDM 1.1 alone, in the envelope of VCDM 2.0."""
    if not isinstance(entry, str):
        return entry
    return {"@context": _V2, "id": f"data:application/vc+jwt,{entry}", "type": "EnvelopedVerifiableCredential"}


def _is_bound_to(document: Document, credential: Document, evidence: Evidence) -> bool:
    """Did a key sign this presentation to which the credential in it is bound, if it is bound to any?

    Raises PROOF_UNCHECKABLE, or what finding the key raises, where that cannot be told.
    """
    if "cnf" not in credential.token_claims:
        return True
    bound = holder_key(credential.token_claims["cnf"], partial(find_key, evidence.resolver))
    return any(bound == signature.method.key for signature in document.signatures)


def _subject_ids(credential: Document) -> list[str]:
    if credential.is_sd_jwt_vc:
        return [str(credential.claims.get("sub", ""))]
    found = (party_of(subject) for subject in listed(credential.claims.get("credentialSubject")))
    return [identifier for identifier in found if identifier]

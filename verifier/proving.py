"""The check `signature`: does every signature hold, with keys that may sign such a thing?

Claims are read only from what comes out of here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from cryptography import x509

from keys.resolver import DIDResolver, find_key
from keys.verification_method import VerificationMethod
from keys.x5c import ChainTrust
from proofs import integrity, jwt_claims, sd_jwt_vc, vc_cose, vc_jose, vc_jose_content
from proofs.integrity import ProofFinding
from proofs.key_binding import ExpectedBinding
from proofs.vc_jose import JWTFinding
from schemas import credential, presentation
from schemas.problems import CHALLENGE_WRONG, DOMAIN_WRONG, MALFORMED, PROOF_UNCHECKABLE, ProblemError
from verifier.document import Content, Document, Kind, Signature
from verifier.evidence import Evidence, Expected
from verifier.proof_cache import ProvenBy, key_bytes

_PURPOSES = {Kind.CREDENTIAL: "assertionMethod", Kind.PRESENTATION: "authentication"}


class KeyRing:
    """Finds keys and remembers those that it found, for this one document."""

    def __init__(self, resolver: DIDResolver) -> None:
        """Ask `resolver`."""
        self._resolver = resolver
        self.found: dict[str, VerificationMethod] = {}

    def __call__(self, url: str, purpose: str) -> VerificationMethod:
        """Return the key at `url` if it is listed under `purpose`; raise as `find_key`."""
        method = find_key(self._resolver, url, purpose)
        self.found[url] = method
        return method


def prove(content: Content, evidence: Evidence) -> Document:
    """Return the document with its claims when every signature holds.

    Raises `ProblemError` of the proof family, or whatever finding the keys raised.
    """
    if content.message is not None:
        return _prove_message(content, content.message, evidence)
    if content.token is not None:
        how = _prove_disclosures if content.has_disclosures else _prove_token
        return how(content, content.token, evidence)
    claims = content.mapping or {}
    ring = KeyRing(evidence.resolver)
    findings = _remembered(content, ring, evidence) or _checked(content, claims, ring, evidence)
    signatures = tuple(
        Signature(ring.found[finding.verification_method], finding.cryptosuite, finding.created) for finding in findings
    )
    return Document(content, claims, signatures)


def _checked(
    content: Content, claims: Mapping[str, Any], ring: KeyRing, evidence: Evidence
) -> tuple[ProofFinding, ...]:
    expected = evidence.expected or Expected()
    findings = integrity.check_proofs(
        claims,
        find_key=ring,
        converter=evidence.converter,
        purpose=_PURPOSES[content.kind],
        now=evidence.now,
        domain=expected.domain,
        challenge=expected.challenge,
        suites=evidence.suites,
        limits=evidence.limits,
    )
    if evidence.proof_cache is not None and content.kind is Kind.CREDENTIAL:
        proven = tuple(
            ProvenBy(finding, key_bytes(ring.found[finding.verification_method].key)) for finding in findings
        )
        evidence.proof_cache.put(hashlib.sha256(content.raw).digest(), proven)
    return findings


def _remembered(content: Content, ring: KeyRing, evidence: Evidence) -> tuple[ProofFinding, ...]:
    """Return the findings of an earlier check of the same bytes, if keys and dates still agree.

    A question with a challenge or a domain is never answered from memory.
    """
    asked = evidence.expected not in {None, Expected()}
    if evidence.proof_cache is None or content.kind is not Kind.CREDENTIAL or asked:
        return ()
    proven = evidence.proof_cache.get(hashlib.sha256(content.raw).digest()) or ()
    for entry in proven:
        method = ring(entry.finding.verification_method, _PURPOSES[content.kind])
        if key_bytes(method.key) != entry.key or not _in_force(entry.finding, method, evidence.now):
            return ()
    return tuple(entry.finding for entry in proven)


def _in_force(finding: ProofFinding, method: VerificationMethod, now: datetime) -> bool:
    """Are the dates of the proof and of its key still what they were? Otherwise all is checked anew."""
    made = finding.created or now
    ended = finding.expires is not None and now >= finding.expires
    withdrawn = method.revoked_from is not None and made >= method.revoked_from
    too_early = method.valid_from is not None and made < method.valid_from
    return not (made > now or ended or withdrawn or too_early)


def _prove_token(content: Content, token: str, evidence: Evidence) -> Document:
    ring = KeyRing(evidence.resolver)
    finding = vc_jose.check_jwt(token, find_key=ring, now=evidence.now, limits=evidence.limits)
    return _found(content, finding, ring, f"JWT {finding.header['alg']}", evidence)


def _prove_message(content: Content, message: bytes, evidence: Evidence) -> Document:
    ring = KeyRing(evidence.resolver)
    finding = vc_cose.check_cose(message, find_key=ring, now=evidence.now, limits=evidence.limits)
    return _found(content, finding, ring, f"COSE {finding.header['alg']}", evidence)


def _found(content: Content, finding: JWTFinding, ring: KeyRing, suite: str, evidence: Evidence) -> Document:
    """Return what a token or message holds, once its shape is right and it answers what was asked."""
    kind = Kind.PRESENTATION if finding.is_presentation else Kind.CREDENTIAL
    _require_enveloped(content, kind)
    _check_shape(kind, finding.credential, evidence, tokens=finding.media == vc_jose_content.JWT_VP)
    _compare_expected(finding, evidence.expected or Expected())
    method = ring.found[finding.verification_method]
    signature = Signature(method, suite, finding.issued_at or _not_before(finding))
    return Document(replace(content, kind=kind), finding.credential, (signature,), finding.claims)


def _require_enveloped(content: Content, kind: Kind) -> None:
    """Refuse an envelope that says it holds another kind of thing than it does."""
    if content.enveloped_as is not None and kind is not content.kind:
        raise ProblemError(MALFORMED.about("the envelope and what is in it are of different kinds"))


def _check_shape(kind: Kind, document: Mapping[str, Any], evidence: Evidence, *, tokens: bool = False) -> None:
    if kind is Kind.PRESENTATION:
        presentation.gate(document, limits=evidence.limits, tokens=tokens)
    else:
        credential.gate(document, limits=evidence.limits)


def _prove_disclosures(content: Content, token: str, evidence: Evidence) -> Document:
    """Verify an SD-JWT and, where somebody asked a question, that the holder answered it."""
    ring = KeyRing(evidence.resolver)
    finding = sd_jwt_vc.check_sd_jwt_vc(
        token,
        find_key=ring,
        now=evidence.now,
        expected=_expected_binding(evidence.expected or Expected()),
        chains=chain_trust(evidence),
        limits=evidence.limits,
    )
    kind = Kind.PRESENTATION if finding.media == sd_jwt_vc.VP_SD_JWT else Kind.CREDENTIAL
    _require_enveloped(content, kind)
    if finding.media != sd_jwt_vc.DC_SD_JWT:
        members = {name: value for name, value in finding.claims.items() if name not in jwt_claims.REGISTERED}
        _check_shape(kind, members, evidence)
    if content.enveloped_as not in {None, finding.media, jwt_claims.media_type(finding.header, "typ")}:
        raise ProblemError(MALFORMED.about("the envelope and what is in it are of different kinds"))
    made = jwt_claims.moment(finding.claims, "iat") or finding.not_before
    signature = Signature(finding.method, f"SD-JWT {finding.header['alg']}", made)
    return Document(replace(content, kind=kind), finding.claims, (signature,), finding.claims)


def chain_trust(evidence: Evidence) -> ChainTrust:
    """Return whom chains of certificates in tokens are believed from."""
    return ChainTrust(partial(_roots_of, evidence), evidence.revocations)


def _roots_of(evidence: Evidence, issuer: str) -> tuple[x509.Certificate, ...]:
    """Return the roots under which the trust list lets this issuer, and no other, have certificates."""
    entry = evidence.trust.entry_for(issuer)
    if entry is None or not entry.seal_roots:
        raise ProblemError(PROOF_UNCHECKABLE.about("no root of certificates is known for this issuer"))
    return entry.seal_roots


def _expected_binding(expected: Expected) -> ExpectedBinding | None:
    if expected.challenge is None and expected.domain is None:
        return None
    if expected.challenge is None or expected.domain is None:
        raise ProblemError(PROOF_UNCHECKABLE.about("a key binding answers a challenge and a domain together"))
    return ExpectedBinding(expected.domain, expected.challenge)


def _compare_expected(finding: JWTFinding, expected: Expected) -> None:
    """Compare `nonce` and `aud` with what was asked for, exactly (threats.md E01)."""
    if expected.challenge is not None and finding.nonce != expected.challenge:
        raise ProblemError(CHALLENGE_WRONG.about("the token's nonce is not the one that was asked for"))
    if expected.domain is not None and finding.audiences != (expected.domain,):
        raise ProblemError(DOMAIN_WRONG.about("the token was made for another audience"))


def _not_before(finding: JWTFinding) -> datetime | None:
    """Return `nbf`, where an Open Badge says when it was signed (Open Badges 3.0, section 8.2.4)."""
    return jwt_claims.moment(finding.claims, "nbf")

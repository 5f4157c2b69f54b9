"""From a draft to its signed forms: Data Integrity (two suites), a JWT, an SD-JWT VC.

The JWT is that of Open Badges; transcripts and diplomas have the SD-JWT VC, of which parts are
shown. All forms share the credential's id, its status entries and its words. The first form is the one
that goes into the PDF: eddsa-rdfc-2022, and beside it, where that is asked for, the older proof of
the same key that wallets from before the cryptosuites read (a proof set: both must hold).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.x509 import Certificate

from issuer.credentials.drafting import CLR_CONTEXT, Draft
from issuer.credentials.drafting_sd_jwt import PartialDraft, lint_partial
from keys.bls_keys import BLSPublicKey
from keys.did_document import SUFFIX_2020
from keys.resolver import Resolver, find_key
from keys.store import Algorithm, KeyStore, PublicKey, Purpose, Signer
from proofs import sd_jwt_vc
from proofs.integrity import add_proof
from proofs.jsonld import Converter
from proofs.vc_jose import sign_open_badge
from schemas.credential import gate
from schemas.delivery import CredentialForm
from schemas.json_schema import validate
from schemas.problems import DID_INVALID, ProblemError

LD_MEDIA_TYPE: Final = "application/vc"
JWT_MEDIA_TYPE: Final = "application/vc+jwt"
SD_JWT_MEDIA_TYPE: Final = "application/dc+sd-jwt"
OB_SCHEMA: Final = "openbadges/achievement-credential.json"
CLR_SCHEMA: Final = "clr/clr-credential.json"
OLDER_SUITE: Final = "Ed25519Signature2020"
OLDER_CONTEXT: Final = "https://w3id.org/security/suites/ed25519-2020/v1"


def lint(draft: Draft) -> None:
    """Refuse a draft that is not what we may sign: shape, then our schema, which holds the children (K09, K10).

    Raises `ProblemError` SHAPE_NOT_ALLOWED, MALFORMED or SCHEMA_MISMATCH.
    """
    for child in draft.children:
        gate(child)
    if draft.partial is not None:
        lint_partial(draft.partial)
    validate(draft.joined(draft.children), CLR_SCHEMA if draft.children else OB_SCHEMA)


def lead_form(forms: tuple[CredentialForm, ...]) -> CredentialForm:
    """Return the form that goes into the PDF."""
    return next(form for form in forms if form.format == "ldp_vc")


def credential_text(credential: Mapping[str, Any]) -> str:
    """Return the JSON text of a credential as it is stored, delivered and attached."""
    return json.dumps(credential, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Proving:
    """One proof to be made: how, and by whom."""

    cryptosuite: str
    signer: Signer


@dataclass(frozen=True, slots=True)
class _AsOlderKey:
    """The same key under the name by which the DID document describes it as Ed25519VerificationKey2020."""

    signer: Signer

    @property
    def verification_method(self) -> str:
        return self.signer.verification_method + SUFFIX_2020

    @property
    def algorithm(self) -> Algorithm:
        return self.signer.algorithm

    @property
    def public_key(self) -> PublicKey:
        return self.signer.public_key

    @property
    def certificates(self) -> Sequence[Certificate]:
        return self.signer.certificates

    def sign(self, data: bytes) -> bytes:
        return self.signer.sign(data)


@dataclass(frozen=True, slots=True)
class FormSigner:
    """Signs the forms of a document with the institution's keys; types are named under `public_url`.

    With `older_proof` the first form, and each course in it, has an Ed25519Signature2020 beside its
    eddsa-rdfc-2022 proof.
    """

    keys: KeyStore
    converter: Converter
    public_url: str
    older_proof: bool = False

    def forms(self, draft: Draft, *, controller: str, at: datetime) -> tuple[CredentialForm, ...]:
        """Return every form of a document, signed at a moment by the keys of a controller (a DID)."""
        integrity = self.keys.signer(controller, Purpose.CREDENTIAL)
        jose = self.keys.signer(controller, Purpose.JOSE)
        signed = self._sign(draft, self._first_proofs(integrity), at)
        forms = [CredentialForm("ldp_vc", LD_MEDIA_TYPE, credential_text(signed))]
        if jose.algorithm is Algorithm.ES256:  # an institution whose tokens are RS256 has no key for the twin
            twin = self._sign(draft, (Proving("ecdsa-rdfc-2019", jose),), at)
            forms.append(CredentialForm("ldp_vc_ecdsa", LD_MEDIA_TYPE, credential_text(twin)))
        if CLR_CONTEXT not in draft.credential["@context"]:  # the 1EdTech JWT rules are those of single badges
            token = sign_open_badge(draft.joined(()), signer=jose)
            forms.append(CredentialForm("jwt_vc_json", JWT_MEDIA_TYPE, token))
        forms += self._in_parts(draft.partial, jose, at)
        return tuple(forms)

    def _in_parts(self, partial: PartialDraft | None, signer: Signer, at: datetime) -> list[CredentialForm]:
        """Return the SD-JWT VC; none for a holder whose key must be looked up, rather than a bearer form."""
        if partial is None:
            return []
        holder_key = _holder_key(partial.bound_to)
        if partial.bound_to is not None and holder_key is None:
            return []
        claims = {**partial.claims, "iat": int(at.timestamp())}
        vct = f"{self.public_url}/types/{partial.kind.value}"
        token = sd_jwt_vc.issue(claims, vct=vct, signer=signer, holder_key=holder_key)
        return [CredentialForm("dc+sd-jwt", SD_JWT_MEDIA_TYPE, token)]

    def _first_proofs(self, signer: Signer) -> tuple[Proving, ...]:
        first = Proving("eddsa-rdfc-2022", signer)
        return (first, Proving(OLDER_SUITE, _AsOlderKey(signer))) if self.older_proof else (first,)

    def _sign(self, draft: Draft, proofs: Sequence[Proving], at: datetime) -> dict[str, Any]:
        children = [self._proved(child, proofs, at) for child in draft.children]
        credential = draft.joined(children)
        gate(credential)
        return self._proved(credential, proofs, at)

    def _proved(self, credential: Mapping[str, Any], proofs: Sequence[Proving], at: datetime) -> dict[str, Any]:
        """Return the credential with a proof, or with a set; what a proof needs to be read is signed too."""
        document = dict(credential)
        if any(proof.cryptosuite == OLDER_SUITE for proof in proofs):
            document["@context"] = [*document["@context"], OLDER_CONTEXT]
        for proof in proofs:
            document = add_proof(
                document, signer=proof.signer, cryptosuite=proof.cryptosuite, created=at, converter=self.converter
            )
        return document


def _holder_key(did: str | None) -> PublicKey | None:
    """Return the key that a did:key or did:jwk is; None for others."""
    if did is None or not did.startswith(("did:key:", "did:jwk:")):
        return None
    fragment = did.removeprefix("did:key:") if did.startswith("did:key:") else "0"
    key = find_key(Resolver(), f"{did}#{fragment}", "authentication").key
    if isinstance(key, BLSPublicKey):
        raise ProblemError(DID_INVALID.about("a holder's BLS12-381 key signs no key binding"))
    return key

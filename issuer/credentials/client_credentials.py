"""Sign a credential that a program of the institution composed itself (VC-API `credentials/issue`).

The program says what is claimed of whom. Everything that a stranger could misuse is set here, so
that a key of the institution is no oracle (threats.md K09): the issuer is the institution, the id is
ours, and so is the status, since what cannot be revoked is not issued. The order is that of awards
(`issuer.credentials.issuing`): reserve, store the intent, lint, audit, sign, verify from the bytes, store.

The id that the program gave is its own reference: the same credential under it again is answered with
what was signed before, another one is refused. Nothing is delivered or printed.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuer import tokens
from issuer.credentials import store
from issuer.credentials.events import event_of
from issuer.credentials.issuing import IssuingParts, require_sound
from issuer.credentials.models import DocumentRow, IntentRow
from issuer.credentials.reserving import ISSUED, LEASE, REFUSED, status_list_url
from issuer.credentials.signing import CLR_SCHEMA, LD_MEDIA_TYPE, OB_SCHEMA, credential_text
from issuer.credentials.status_register import PURPOSES, StatusRegister
from issuer.institutions import store as institutions
from keys.store import Purpose
from proofs.bitstring_status_list import entry_object
from proofs.integrity import add_proof
from proofs.jsonld import Converter
from schemas import credential
from schemas.json_schema import validate
from schemas.problems import (
    ALREADY_ISSUED,
    BUSY,
    CONFLICT,
    MALFORMED,
    NOT_ALLOWED,
    NOT_FOUND,
    SUITE_UNSUPPORTED,
    FieldError,
    ProblemError,
)

KIND: Final = "credential"
SUITES: Final[Mapping[str, Purpose]] = {
    "eddsa-rdfc-2022": Purpose.CREDENTIAL,
    "eddsa-jcs-2022": Purpose.CREDENTIAL,
    "ecdsa-rdfc-2019": Purpose.JOSE,
    "ecdsa-jcs-2019": Purpose.JOSE,
}
"""The cryptosuites of embedded proofs, and the key of the institution that makes each."""
_REFERENCE_CHARS: Final = 100
_SCHEMAS: Final = {
    "AchievementCredential": OB_SCHEMA,
    "OpenBadgeCredential": OB_SCHEMA,
    "ClrCredential": CLR_SCHEMA,
}
_OURS: Final = ("proof", "credentialStatus")
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class _Order:
    """What a program asked for, with our issuer in it, and who it is."""

    unsigned: Mapping[str, Any]
    reference: str
    digest: str
    did: str
    slug: str
    actor: str
    cryptosuite: str
    media_type: str | None
    """That of the token, None for an embedded proof."""


@dataclass(frozen=True, slots=True)
class _Place:
    """What was reserved for an order."""

    document_id: str
    intent_id: str
    status: tuple[Mapping[str, Any], ...]


class ClientCredentials:
    """Signs what programs compose, once each."""

    def __init__(self, parts: IssuingParts) -> None:
        """Take the parts of the issuing of awards."""
        self._parts = parts
        self._signer = parts.signer
        self._register = StatusRegister(clock=parts.clock)

    def issue(
        self,
        asked: Mapping[str, Any],
        *,
        slug: str,
        actor: str,
        cryptosuite: str,
        media_type: str | None = None,
        reference: str | None = None,
    ) -> Any:
        """Return the credential with a proof, or as a token where a `media_type` is asked for (`issuer.tokens`).

        `reference` is the program's own name for a credential that has no id.

        Raises `ProblemError`: what is wrong with the credential (MALFORMED, CONTEXT_UNKNOWN and their
        like), NOT_ALLOWED (another issuer), SUITE_UNSUPPORTED, ALREADY_ISSUED (other content under
        the same id), BUSY, NOT_FOUND (no such institution).
        """
        if cryptosuite not in SUITES:
            raise ProblemError(SUITE_UNSUPPORTED.about(f"signed here: {', '.join(SUITES)}"))
        with self._parts.database.reading() as session:
            row = institutions.by_slug(session, slug)
            if row is None:
                raise ProblemError(NOT_FOUND.about("there is no such institution"))
            did = row.did
        unsigned = _as_ours(asked, did)
        if media_type is None and credential.version_of(unsigned) != credential.V2:
            raise _refused("@context", "the data model is VCDM 2.0, but of a token")
        tokens.require(unsigned, media_type)
        media_type = media_type and tokens.media_type_of(unsigned)
        if reference is not None and len(reference) > _REFERENCE_CHARS:
            raise ProblemError(MALFORMED.about(f"options.credentialId has at most {_REFERENCE_CHARS} characters"))
        reference = str(asked.get("id", reference or uuid.uuid4().urn))
        digest = _sha256([unsigned, cryptosuite, media_type is not None])
        order = _Order(unsigned, reference, digest, did, slug, actor, cryptosuite, media_type)
        reserved = self._reserve(order)
        if not isinstance(reserved, _Place):
            return reserved
        try:
            return self._sign(order, reserved)
        except ProblemError:
            self._give_up(reserved)
            raise

    def _reserve(self, order: _Order) -> Any:
        """Reserve a document and its places, or return what was signed for the same order before."""
        for _ in range(_TRIES):
            try:
                with self._parts.database.session() as session:
                    return self._reserve_in(session, order)
            except IntegrityError:  # somebody else reserved the same reference at this moment
                continue
        raise _busy()

    def _reserve_in(self, session: Session, order: _Order) -> Any:
        owner = institutions.by_slug(session, order.slug)
        if owner is None:
            raise ProblemError(NOT_FOUND.about("there is no such institution"))
        external_id = f"vc-api:{order.reference}"
        row = store.by_natural_key(session, owner.id, external_id, hold=True)
        if row is None:
            row = self._new_document(order, owner.id, external_id)
            session.add(row)
            session.flush()
        elif row.state == ISSUED and row.kind == KIND and row.award_sha256 == order.digest:
            return _answer(row.forms[0]["media_type"], row.forms[0]["body"])
        elif row.state != REFUSED or row.kind != KIND:
            raise ProblemError(ALREADY_ISSUED.about())
        else:
            self._take_over(session, row.id)
            row.award_sha256, row.actor = order.digest, order.actor
        purposes = owner.purposes.get(KIND, PURPOSES)
        return self._new_place(session, row, purposes)

    def _new_document(self, order: _Order, institution_id: str, external_id: str) -> DocumentRow:
        """Return the row of a document that counts as refused until it is signed."""
        return DocumentRow(
            id=uuid.uuid4().urn,
            institution_id=institution_id,
            external_id=external_id,
            kind=KIND,
            award={},
            award_sha256=order.digest,
            seed=secrets.token_bytes(32),
            printed_sha256=secrets.token_hex(32),  # nothing is printed: no code leads here
            state=REFUSED,
            forms=[],
            actor=order.actor,
            created_at=self._parts.clock.now(),
        )

    def _take_over(self, session: Session, document_id: str) -> None:
        """End the try of somebody who was killed; raise BUSY while somebody is at work."""
        intent = store.open_intent(session, document_id)
        if intent is None:
            return
        if intent.lease_until > self._parts.clock.now():
            raise _busy()
        store.close_intent(session, intent.id, "cancelled")
        self._register.burn(session, intent.id)

    def _new_place(self, session: Session, row: DocumentRow, purposes: Sequence[str]) -> _Place:
        now = self._parts.clock.now()
        intent = IntentRow(
            id=str(uuid.uuid4()), document_id=row.id, state="open", lease_until=now + LEASE, created_at=now
        )
        session.add(intent)
        session.flush()
        places = self._register.reserve(
            session,
            institution_id=row.institution_id,
            purposes=purposes,
            document_id=row.id,
            intent_id=intent.id,
        )
        url = self._signer.public_url
        status = tuple(
            entry_object(status_list_url(url, place.list_id), place.place, place.purpose) for place in places
        )
        return _Place(row.id, intent.id, status)

    def _sign(self, order: _Order, place: _Place) -> Any:
        """Lint, audit, sign, verify, store."""
        parts = self._parts
        status: Any = list(place.status) if len(place.status) > 1 else place.status[0]
        document = tokens.with_status_context({**order.unsigned, "id": place.document_id, "credentialStatus": status})
        _lint(document, self._signer.converter)
        will_sign = _sha256(document)
        with parts.database.session() as session:
            store.write_intent(session, place.intent_id, will_sign, lease_until=parts.clock.now() + LEASE)
        detail = {"institution": order.slug, "will_sign": will_sign}
        line = parts.audit.append(act="sign", subject=place.document_id, actor=order.actor, detail=detail)
        media_type, body = self._secure(order, document)
        require_sound(parts.verify(body.encode(), parts.evidence(), media_type=media_type))
        form = {"format": "jwt_vc_json" if order.media_type else "ldp_vc", "media_type": media_type, "body": body}
        with parts.database.session() as session:
            store.held_document(session, place.document_id)
            if not store.close_intent(session, place.intent_id, "done"):
                raise ProblemError(CONFLICT.about("another process signed this credential"))
            values = {"state": ISSUED, "forms": [form], "issued_at": parts.clock.now()}
            store.write_document(session, place.document_id, **values)
            session.add(event_of(place.document_id, "issued", line, actor=order.actor, reason=""))
        return _answer(media_type, body)

    def _secure(self, order: _Order, document: Mapping[str, Any]) -> tuple[str, str]:
        """Return the media type and the text of what is signed with the institution's key of today."""
        if order.media_type is not None:
            return tokens.signed_token(document, self._signer.keys.signer(order.did, Purpose.JOSE))
        signed = add_proof(
            document,
            signer=self._signer.keys.signer(order.did, SUITES[order.cryptosuite]),
            cryptosuite=order.cryptosuite,
            created=self._parts.clock.now(),
            converter=self._signer.converter,
        )
        return LD_MEDIA_TYPE, credential_text(signed)

    def _give_up(self, place: _Place) -> None:
        """End a try that failed: its places are burnt, and the reference may be used again."""
        with self._parts.database.session() as session:
            store.held_document(session, place.document_id)
            if store.close_intent(session, place.intent_id, "cancelled"):
                self._register.burn(session, place.intent_id)


def _as_ours(asked: Mapping[str, Any], did: str) -> dict[str, Any]:
    """Return the credential with our issuer, after a look at what is not the program's to say."""
    for name in _OURS:
        if name in asked:
            raise _refused(name, f"{name} is set by the issuer")
    issuer = asked.get("issuer", did)
    named = issuer.get("id", did) if isinstance(issuer, Mapping) else issuer
    if named != did:
        raise ProblemError(NOT_ALLOWED.about("the API key signs for its own institution alone"))
    unsigned = {**asked, "issuer": {**issuer, "id": did} if isinstance(issuer, Mapping) else did}
    credential.gate(unsigned)
    if credential.ENVELOPED in unsigned["type"]:
        raise _refused("type", "an envelope is not signed again")
    if len(str(asked.get("id", ""))) > _REFERENCE_CHARS:
        raise _refused("id", f"at most {_REFERENCE_CHARS} characters")
    return unsigned


def _lint(document: Mapping[str, Any], converter: Converter) -> None:
    """Refuse what we may not sign, however it is signed: shape, undefined terms, the schema of its type (K09, K10)."""
    credential.gate(document)
    converter.dataset(document)
    types = document["type"] if isinstance(document["type"], list) else [document["type"]]
    for schema in {_SCHEMAS[name] for name in types if name in _SCHEMAS}:
        validate(document, schema)


def _answer(media_type: str, body: str) -> Any:
    """Return what was signed: a JSON object, or a token as the VC-API answers it."""
    return json.loads(body) if media_type == LD_MEDIA_TYPE else tokens.answer(media_type, body)


def _refused(member: str, detail: str) -> ProblemError:
    return ProblemError(MALFORMED.about(detail, errors=(FieldError(f"/credential/{member}", MALFORMED.code, detail),)))


def _sha256(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _busy() -> ProblemError:
    return ProblemError(BUSY.about("the credential is being signed", retry_after=1))

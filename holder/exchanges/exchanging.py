"""Hand a document to a wallet that is not ours: VC-API exchange and interaction URL (R90, R95).

The wallet asks with an empty message, is asked to prove a key (DIDAuthentication with a challenge
and our domain), proves it with a signed presentation, and gets the credential signed again for it.
A challenge is worth one answer, right or wrong; a wallet that failed asks again.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from accounts.tokens import TOKEN_CHARS, TokenKeeper
from holder.exchanges import store
from holder.exchanges.models import ExchangeRow
from holder.history import store as history
from holder.history.store import Happening
from holder.vault import store as vault
from holder.vault.documents import Document
from holder.vault.receiving import Verify, require_genuine
from schemas.delivery import CredentialForm
from schemas.problems import (
    CHALLENGE_WRONG,
    CONFLICT,
    HOLDER_MISMATCH,
    MALFORMED,
    NOT_ALLOWED,
    NOT_FOUND,
    PROOF_MISSING,
    PROOF_UNCHECKABLE,
    Outcome,
    ProblemError,
)
from schemas.report import Report
from services.clock import Clock
from services.database import Database
from verifier.evidence import Evidence, Expected

PRESENTATION_TYPE: Final = "application/vp"
PROVING: Final = ("structure", "signature", "binding")
"""The checks that say who presents; what is presented beside the key does not matter here."""

CRYPTOSUITES: Final = ("Ed25519Signature2020", "eddsa-rdfc-2022")
_AUDIENCE: Final = "exchange"
_CHALLENGE: Final = "challenge"
_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"


@dataclass(frozen=True, slots=True)
class Offered:
    """What stands behind an exchange's token: a document's kind and institution, nothing personal."""

    exchange_id: str
    person_id: str
    document_id: str
    kind: str
    institution_did: str
    institution_names: Mapping[str, str]
    collected: bool


class Exchanging:
    """Exchanges of every learner."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        tokens: TokenKeeper,
        verify: Verify,
        evidence: Callable[[], Evidence],
        bind: Callable[[str, str], Sequence[CredentialForm]],
        base_url: str,
        life: timedelta = timedelta(minutes=15),
    ) -> None:
        """Take the parts; an offer can be collected once, during `life`."""
        self._database = database
        self._clock = clock
        self._tokens = tokens
        self._verify = verify
        self._evidence = evidence
        self._bind = bind
        self._domain = base_url.rstrip("/")
        self._life = life

    def offer(self, document: Document) -> str:
        """Return the token of a new exchange for a learner's own, unlocked document."""
        if document.locked:
            raise ProblemError(NOT_ALLOWED.about("the document is locked"))
        token, digest = self._tokens.new(_AUDIENCE)
        now = self._clock.now()
        row = ExchangeRow(
            id=str(uuid.uuid4()),
            digest=digest,
            person_id=document.person_id,
            document_id=document.id,
            created_at=now,
            expires_at=now + self._life,
        )
        with self._database.session() as session:
            store.add(session, row)
            history.write(session, Happening.OFFERED, person_id=document.person_id, at=now, document_id=document.id)
        return token

    def interaction_url(self, token: str) -> str:
        """Return the address that a wallet or a person opens first (interop.md, message 1)."""
        return f"{self._domain}/interactions/{token}?iuv=1"

    def protocols(self, token: str) -> dict[str, str]:
        """Return the protocols of an interaction and their addresses; raise NOT_FOUND."""
        self.offered(token)
        return {"vcapi": f"{self._domain}/vc-api/exchanges/{token}"}

    def offered(self, token: str) -> Offered:
        """Return what a token offers; raise NOT_FOUND for an unknown one or one whose time is over."""
        with self._database.reading() as session:
            digest = self._tokens.digest(_AUDIENCE, token)
            row = store.by_token(session, digest, self._clock.now()) if len(token) == TOKEN_CHARS else None
            document = vault.document(session, row.document_id) if row else None
            if row is None or document is None:
                raise ProblemError(NOT_FOUND.about("this offer is over or never was"))
            return Offered(
                row.id,
                row.person_id,
                document.id,
                document.kind,
                document.institution_did,
                document.institution_names,
                row.collected_at is not None,
            )

    def answer(self, token: str, message: Mapping[str, Any]) -> dict[str, Any]:
        """Answer one message of a wallet (interop.md, message 2); raise a problem for what does not hold."""
        offered = self.offered(token)
        presentation = message.get("verifiablePresentation")
        if presentation is None:
            return {} if offered.collected else self._ask(offered)
        if not isinstance(presentation, Mapping):
            raise ProblemError(MALFORMED.about("verifiablePresentation is not an object"))
        holder = self._proven(offered, presentation)
        return self._hand_over(offered, holder)

    def _ask(self, offered: Offered) -> dict[str, Any]:
        """Ask to prove a key with a fresh challenge."""
        challenge, digest = self._tokens.new(_CHALLENGE)
        with self._database.session() as session:
            store.set_challenge(session, offered.exchange_id, digest)
        query = {
            "type": "DIDAuthentication",
            "acceptedMethods": [{"method": "key"}],
            "acceptedCryptosuites": [{"cryptosuite": name} for name in CRYPTOSUITES],
        }
        return {"verifiablePresentationRequest": {"query": [query], "challenge": challenge, "domain": self._domain}}

    def _proven(self, offered: Offered, presentation: Mapping[str, Any]) -> str:
        """Return the DID whose key signed this presentation for this challenge and our domain."""
        challenge = _challenge_of(presentation)
        with self._database.session() as session:
            fresh = store.consume_challenge(session, offered.exchange_id, self._tokens.digest(_CHALLENGE, challenge))
        if not fresh:
            raise ProblemError(CHALLENGE_WRONG.about("this challenge was used or was never asked: ask again"))
        evidence = replace(self._evidence(), expected=Expected(challenge=challenge, domain=self._domain))
        raw = json.dumps(presentation, ensure_ascii=False).encode("utf-8", "surrogatepass")
        _require_proving(self._verify(raw, evidence, media_type=PRESENTATION_TYPE))
        return _holder_of(presentation)

    def _hand_over(self, offered: Offered, holder: str) -> dict[str, Any]:
        """Have the document signed again for the holder, check that it was, and give it away once."""
        forms = [form for form in self._bind(offered.document_id, holder) if form.format == "ldp_vc"]
        credentials = [self._require_bound(form, offered, holder) for form in forms]
        now = self._clock.now()
        with self._database.session() as session:
            if not credentials or not store.collect(session, offered.exchange_id, holder, now):
                raise ProblemError(CONFLICT.about("this offer was collected meanwhile"))
            vault.add_forms(session, offered.document_id, forms, bound_to=holder)
            history.write(
                session,
                Happening.COLLECTED,
                person_id=offered.person_id,
                at=now,
                document_id=offered.document_id,
                holder=holder,
            )
        return {
            "verifiablePresentation": {
                "@context": [_CONTEXT],
                "type": ["VerifiablePresentation"],
                "verifiableCredential": credentials,
            }
        }

    def _require_bound(self, form: CredentialForm, offered: Offered, holder: str) -> dict[str, Any]:
        """Return the credential; what an issuer hands back is believed no more than a stranger's."""
        report = self._verify(form.body.encode(), self._evidence(), media_type=form.media_type)
        require_genuine(report, issuer=offered.institution_did)
        credential: dict[str, Any] = json.loads(form.body)
        subject = credential.get("credentialSubject")
        if not isinstance(subject, Mapping) or subject.get("id") != holder:
            raise ProblemError(HOLDER_MISMATCH.about("the credential was not signed for the key that was proved"))
        return credential


def _challenge_of(presentation: Mapping[str, Any]) -> str:
    """Return the challenge that the presentation says it answers; the verifier checks every proof for it."""
    proofs = presentation.get("proof")
    first = proofs[0] if isinstance(proofs, list) and proofs else proofs
    if not isinstance(first, Mapping):
        raise ProblemError(PROOF_MISSING.about("the presentation is not signed: its holder is not proved"))
    challenge = first.get("challenge")
    if not isinstance(challenge, str):
        raise ProblemError(CHALLENGE_WRONG.about("the proof answers no challenge"))
    return challenge


def _holder_of(presentation: Mapping[str, Any]) -> str:
    """Return the holder: named by the presentation, else the DID of the key that signed it."""
    holder = presentation.get("holder")
    if isinstance(holder, Mapping):
        holder = holder.get("id")
    if holder is None:
        proofs = presentation["proof"]
        first = proofs[0] if isinstance(proofs, list) else proofs
        holder = str(first.get("verificationMethod")).partition("#")[0]
    if not isinstance(holder, str) or not holder.startswith("did:"):
        raise ProblemError(HOLDER_MISMATCH.about("the holder is not a DID"))
    return holder


def _require_proving(report: Report) -> None:
    """Raise a problem unless form, signature and holder's key were each found right."""
    found = {check.id: check for check in report.checks}
    for name in PROVING:
        check = found.get(name)
        if check is None or check.outcome is not Outcome.PASSED:
            problem = check.problem if check else None
            raise ProblemError(problem or PROOF_UNCHECKABLE.about(f"the check {name} did not pass"))

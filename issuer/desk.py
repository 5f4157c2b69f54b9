"""What the issuer offers: the one object that wiring builds and that pages, commands, API and jobs ask.

desk = IssuerDesk(database=…, keys=…, clock=…, jobs=…, …)
issued = desk.issue(award, "boreale", actor="registrar")
desk.revoke(issued.document_id, "Issued by mistake.", actor="registrar")
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.exc import IntegrityError

from issuer.audit import AuditLog, verify_log
from issuer.awards.idempotency import IdempotencyKeys
from issuer.credentials import store
from issuer.credentials.client_credentials import ClientCredentials
from issuer.credentials.issuing import DocumentMaking, Issuing, IssuingParts, Verifying
from issuer.credentials.recovering import Recovering
from issuer.credentials.reserving import Issued, Reserving
from issuer.credentials.revoking import Revoking
from issuer.credentials.showing import DocumentSummary, Showing
from issuer.credentials.signing import FormSigner
from issuer.credentials.status_register import StatusRegister
from issuer.institutions import store as institutions
from issuer.institutions.api_clients import ApiClients
from issuer.institutions.models import InstitutionRow
from issuer.institutions.profile import Institution
from issuer.publishing.status_lists import TTL, VALID, ListParts, StatusLists
from issuer.publishing.token_status_lists import TokenStatusLists
from keys.did_document import PublishedKey, build_document
from keys.store import KeyStore
from proofs.jsonld import Converter
from schemas.awards import Award
from schemas.delivery import CredentialForm
from schemas.problems import CONFLICT, MALFORMED, NOT_FOUND, ProblemError
from schemas.shares import PrintedDocument
from services.clock import Clock
from services.database import Database
from services.jobs import JobQueue
from verifier.evidence import Evidence

_TOKEN_LISTS: Final = {"token": False, "token.cwt": True}
_SLUG: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


class IssuerDesk:
    """Institutions and their documents.

    `create_keys(did)` makes the keys and the seal certificate of a new institution and lists it;
    `published_keys(did)` says which public keys its DID document shows. `step` hears the name of
    each step of issuing (for tests that kill the process). Actors are names for the audit log.
    """

    def __init__(  # noqa: PLR0913 (each is a part or a setting that wiring chooses)
        self,
        *,
        database: Database,
        keys: KeyStore,
        clock: Clock,
        jobs: JobQueue,
        evidence: Callable[[], Evidence],
        verify: Verifying,
        documents: DocumentMaking,
        converter: Converter,
        audit: AuditLog,
        published_keys: Callable[[str], Sequence[PublishedKey]],
        create_keys: Callable[[Institution], None],
        public_url: str,
        base_url: str,
        status_valid: timedelta = VALID,
        status_ttl: timedelta = TTL,
        older_proof: bool = False,
        step: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Build every part; nothing is opened or asked yet."""
        self.public_url, self.base_url = public_url.rstrip("/"), base_url.rstrip("/")
        self._database, self._clock, self._audit = database, clock, audit
        self._published_keys, self._create_keys = published_keys, create_keys
        register = StatusRegister(clock=clock)
        signer = FormSigner(keys, converter, self.public_url, older_proof=older_proof)
        parts = self._parts(register, jobs, signer, documents, verify, evidence, step)
        self._issuing, self.client_credentials = Issuing(parts), ClientCredentials(parts)
        self._revoking = Revoking(database=database, audit=audit, register=register)
        self._recovering = Recovering(database=database, audit=audit, register=register)
        published = ListParts(
            database=database,
            clock=clock,
            keys=keys,
            register=register,
            public_url=self.public_url,
            valid=status_valid,
            ttl=status_ttl,
        )
        self.lists, self.token_lists = StatusLists(published, converter), TokenStatusLists(published)
        self.showing = Showing(database=database, clock=clock)
        self.api_clients = ApiClients(database=database, clock=clock)
        self.idempotency = IdempotencyKeys(database=database, clock=clock)

    def _parts(
        self,
        register: StatusRegister,
        jobs: JobQueue,
        signer: FormSigner,
        documents: DocumentMaking,
        verify: Verifying,
        evidence: Callable[[], Evidence],
        step: Callable[[str], None],
    ) -> IssuingParts:
        return IssuingParts(
            database=self._database,
            clock=self._clock,
            jobs=jobs,
            audit=self._audit,
            reserving=Reserving(
                database=self._database, clock=self._clock, register=register, public_url=self.public_url
            ),
            signer=signer,
            documents=documents,
            verify=verify,
            evidence=evidence,
            base_url=self.base_url,
            step=step,
        )

    def create_institution(
        self, institution: Institution, *, actor: str, purposes: Mapping[str, Sequence[str]] | None = None
    ) -> Institution:
        """Add an institution and make its keys; an equal one again changes nothing.

        `purposes` maps a kind to the status purposes of its documents (default: revocation and
        suspension). Raises `ProblemError` MALFORMED (its slug) or CONFLICT (another one is there).
        """
        if not _SLUG.fullmatch(institution.slug):
            raise ProblemError(MALFORMED.about("a slug has 1 to 40 letters a-z, digits and hyphens"))
        if institution.did != self.did_of(institution.slug):
            raise ProblemError(MALFORMED.about("the DID of an institution stands under our public address"))
        known = self.find_institution(institution.slug)
        if known is not None and known != institution:
            raise ProblemError(CONFLICT.about("another institution has this name"))
        self._create_keys(institution)
        if known is None:
            self._audit.append(act="create-institution", subject=institution.did, actor=actor)
            self._add(institution, {kind: list(names) for kind, names in (purposes or {}).items()})
        return institution

    def did_of(self, slug: str) -> str:
        """Return the DID of an institution: a did:web under our public address."""
        host, _, path = self.public_url.removeprefix("https://").partition("/")
        steps = [host.replace(":", "%3A"), *(path.split("/") if path else []), "t", slug]
        return "did:web:" + ":".join(steps)

    def find_institution(self, slug: str) -> Institution | None:
        """Return an institution, or None."""
        with self._database.reading() as session:
            row = institutions.by_slug(session, slug)
            return institutions.institution_of(row) if row else None

    def institution(self, slug: str) -> Institution:
        """Return an institution; raise NOT_FOUND."""
        found = self.find_institution(slug)
        if found is None:
            raise ProblemError(NOT_FOUND.about("there is no such institution"))
        return found

    def institutions(self) -> tuple[Institution, ...]:
        """Return every institution by its slug."""
        with self._database.reading() as session:
            return tuple(institutions.institution_of(row) for row in institutions.every(session))

    def issue(self, award: Award, institution: str, actor: str) -> Issued:
        """Issue an award of an institution (its slug); see `Issuing.issue`."""
        return self._issuing.issue(award, institution, actor)

    def known(self, award: Award, institution: str) -> str | None:
        """Return the document that was issued for an award, or None; raise ALREADY_ISSUED for other content."""
        return self.showing.known(award, self._require_id(institution))

    def bind(self, document_id: str, holder: str) -> tuple[CredentialForm, ...]:
        """Return the forms of a document signed again for the holder's DID: the message `bind-credential`."""
        return self._issuing.bind(document_id, holder)

    def revoke(self, document_id: str, reason: str, actor: str, *, institution: str | None = None) -> bool:
        """Revoke a document for good; False when it was revoked already. `institution` bounds who may (K01)."""
        return self._revoking.revoke(document_id, reason, actor, institution_id=self._id_of(institution))

    def suspend(self, document_id: str, reason: str, actor: str, *, institution: str | None = None) -> bool:
        """Suspend a document; False when it was suspended already."""
        return self._revoking.suspend(document_id, reason, actor, institution_id=self._id_of(institution))

    def restore(self, document_id: str, reason: str, actor: str, *, institution: str | None = None) -> bool:
        """End a suspension; False when there was none."""
        return self._revoking.restore(document_id, reason, actor, institution_id=self._id_of(institution))

    def document(self, document_id: str, *, institution: str | None = None) -> DocumentSummary:
        """Return what is known of a document; raise NOT_FOUND (also for another institution's)."""
        return self.showing.document(document_id, institution_id=self._id_of(institution))

    def documents(
        self, institution: str, *, limit: int = 50, after: str = "", kind: str = ""
    ) -> tuple[DocumentSummary, ...]:
        """Return the newest documents of an institution; `after` is the id of the last one seen."""
        return self.showing.documents(self._require_id(institution), limit=limit, after=after, kind=kind)

    def counts(self, institution: str) -> Mapping[str, int]:
        """Return how many documents of an institution are reserved, awaiting, issued or refused."""
        return self.showing.counts(self._require_id(institution))

    def forms(self, document_id: str) -> tuple[CredentialForm, ...]:
        """Return the signed forms of a document; raise NOT_FOUND."""
        return self.showing.forms(document_id)

    def pdf(self, document_id: str) -> bytes:
        """Return the sealed PDF of a document; raise NOT_FOUND."""
        return self.showing.pdf(document_id)

    def printed(self, token: str) -> PrintedDocument | None:
        """Return what the code printed on a document stands for; never a name or a grade."""
        return self.showing.printed(token)

    def publish_status_lists(self) -> int:
        """Sign every status list that is due; return how many."""
        return self.lists.publish()

    def status_list(self, name: str) -> bytes:
        """Return a signed status list as the register has it now; raise NOT_FOUND.

        `name` is what follows `/status/` in its address: its id, for the Token Status List with `/token`
        (`/token.cwt` is that list as a CWT, which has the same address).
        """
        list_id, _, form = name.partition("/")
        if form in _TOKEN_LISTS:
            return self.token_lists.current(list_id, cwt=_TOKEN_LISTS[form])
        return self.lists.current(name)

    def did_document(self, slug: str) -> dict[str, Any]:
        """Return the DID document of an institution; raise NOT_FOUND."""
        institution = self.institution(slug)
        return build_document(institution.did, self._published_keys(institution.did))

    def resume(self, *, alone: bool = False) -> int:
        """Catch up with the audit log, then issue what a crash left unsigned; return how many documents.

        See `Recovering.catch_up` and `Issuing.resume`; call it at each start, before anything else.
        """
        self._recovering.catch_up()
        return self._issuing.resume(alone=alone)

    def issue_awaiting(self) -> int:
        """Issue the documents that wait for a timestamp or evidence, if these can be had; return how many."""
        return self._issuing.issue_awaiting()

    def verify_audit_log(self) -> int:
        """Return the number of lines of the audit log; raise `BrokenLogError` at the first changed one."""
        with self._database.reading() as session:
            witnesses = store.audit_witnesses(session)
        return verify_log(self._audit.path, witnesses)

    def now(self) -> datetime:
        """Return this moment by the desk's clock."""
        return self._clock.now()

    def _add(self, institution: Institution, purposes: dict[str, list[str]]) -> None:
        row = InstitutionRow(
            id=str(uuid.uuid4()),
            slug=institution.slug,
            did=institution.did,
            profile=institutions.profile_json(institution),
            logo=institution.branding.logo,
            purposes=purposes,
            created_at=self._clock.now(),
        )
        try:
            with self._database.session() as session:
                institutions.add(session, row)
        except IntegrityError as error:
            raise ProblemError(CONFLICT.about("another institution has this name")) from error

    def _id_of(self, slug: str | None) -> str | None:
        return None if slug is None else self._require_id(slug)

    def _require_id(self, slug: str) -> str:
        with self._database.reading() as session:
            row = institutions.by_slug(session, slug)
        if row is None:
            raise ProblemError(NOT_FOUND.about("there is no such institution"))
        return row.id

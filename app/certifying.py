"""Gives an institution its keys, its seal certificate and its place on the trust list.

In development everything is made on the spot: a certification authority under VAR, a timestamp
authority, a registry that vouches. In production the DID keys are made here too, while the seal's
key and chain come from a file that an authority issued.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from app.config import Settings
from app.key_stores import passphrase
from app.timestamping import AuthorityTimestamper, chains_of_authorities
from app.trusting import merged_pins, vouch_for
from issuer.institutions.profile import Institution
from keys import did_key, rotation
from keys.certificate_requests import request_certificate
from keys.certificates import DevelopmentCA, days_left
from keys.did_document import PublishedKey
from keys.key_files import RecordedKeyStore
from keys.local_signer import PrivateKey, generate
from keys.public_keys import acceptable
from keys.revocation_store import Chain, RevocationStore
from keys.rotation import KeyRecord, KeyState, RotationError
from keys.seal_certificates import fit_chain, read_seal_file
from keys.store import KeyNotFoundError, PublicKey, Purpose, Signer
from keys.trust import PinnedCertificate, TrustEntry, TrustList
from proofs.jsonld import Converter
from proofs.pades_sealing import ValidationMaterial
from schemas.problems import CERTIFICATE_MISMATCHED, KEY_STORE_UNAVAILABLE, SETTING_INVALID, ProblemError
from services.clock import Clock
from services.files import write_atomically
from services.log import logger
from services.timestamps import LocalTimestamper, TimestampAuthority, Timestamper

_DID_PURPOSES: Final = (Purpose.CREDENTIAL, Purpose.JOSE, Purpose.STATUS)
_CRL_KEPT: Final = timedelta(hours=12)
_RECOGNISED_SINCE: Final = datetime(2020, 1, 1, tzinfo=UTC)
"""Since when the development registry vouches: examples carry past dates (R29)."""
_STAMPS_DAYS: Final = 2 * 365
"""A renewal wins time only when the authority's certificate ends later than the one before: a fresh one comes early."""
_LOOK_AGAIN: Final = timedelta(hours=1)
_TSA: Final = "urn:parchemin:timestamp-authority"


class Certifying:
    """The authority behind an institution's keys; one a process."""

    def __init__(self, *, settings: Settings, clock: Clock, keys: RecordedKeyStore, converter: Converter) -> None:
        """Take the parts; nothing is made yet."""
        self._settings = settings
        self._clock = clock
        self._keys = keys
        self._converter = converter
        self._crl: tuple[datetime, bytes] | None = None
        self._looked: datetime | None = None

    def create_keys(self, institution: Institution, *, trust: TrustList) -> None:
        """Make the keys that an institution lacks and put it on the list; may be called again."""
        now = self._clock.now()
        for purpose in _DID_PURPOSES:
            if not self._has(institution.did, purpose):
                self._keys.create(institution.did, purpose, now=now)
        can_seal = self._settings.development or self._settings.seal_key  # else `request_seal` or `import_seal` follows
        if can_seal and not self._has(institution.did, Purpose.SEAL):
            self._make_seal(institution, now)
        if self._settings.development:
            self._vouch(institution, trust, now)

    def prepare(
        self, institution: Institution, purpose: Purpose, *, trust: TrustList, rsa_key: bool = False
    ) -> KeyRecord:
        """Make a key that is published and signs nothing yet, so that everybody knows it before it is used."""
        now = self._clock.now()
        if purpose is Purpose.SEAL:
            record = self._make_seal(institution, now, state=KeyState.PREPARED, rsa_key=rsa_key)
        else:
            record = self._keys.create(institution.did, purpose, now=now, rsa_key=rsa_key, state=KeyState.PREPARED)
        self._tell_registry(institution, trust)
        return record

    def rotate(self, institution: Institution, purpose: Purpose, *, trust: TrustList) -> KeyRecord:
        """Let the key that was prepared sign from now on, or a new one; what the old one signed keeps verifying."""
        mine = [record for record in self._keys.records(institution.did) if record.purpose is purpose]
        prepared = [record for record in mine if record.state is KeyState.PREPARED]
        ready = [one for one in prepared if purpose is not Purpose.SEAL or self._keys.certificates(one.id)]
        if prepared and not ready:
            raise RotationError("the key that was made has no certificate yet: keys import-seal")
        record = ready[0] if ready else self.prepare(institution, purpose, trust=trust)
        return self._keys.activate(record.id, now=self._clock.now())

    def request_seal(self, institution: Institution, *, rsa_key: bool = False) -> tuple[KeyRecord, bytes]:
        """Make a key for the seal where keys are kept; return it with the request (PEM) for its certificate."""
        now = self._clock.now()
        record = self._keys.create(institution.did, Purpose.SEAL, now=now, rsa_key=rsa_key, state=KeyState.PREPARED)
        signer, name = self._keys.signer_of(record.id), institution.names.within("fr")
        return record, request_certificate(signer, organisation=name, did=institution.did)

    def import_seal(
        self, institution: Institution, data: bytes, phrase: bytes | None, *, trust: TrustList
    ) -> KeyRecord:
        """Keep what an authority handed over: a chain for a key that is here, or a key with its chain.

        It seals after `rotate`. Raises ProblemError: not-parsable, key-unfit, key-weak,
        certificate-mismatched, certificate-not-in-force, certificate-unfit.
        """
        now = self._clock.now()
        key, certificates = read_seal_file(data, phrase)
        mine = [one for one in self._keys.records(institution.did) if one.purpose is Purpose.SEAL]
        publics = [key.public_key()] if key else [one.public_key() for one in certificates]
        record = next((one for one in mine if one.public_key in publics), None)
        if record is not None:
            self._keys.renew_certificates(record.id, fit_chain(certificates, record.public_key, now=now))
        elif key is not None:
            record = self._brought(institution, key, certificates, now, KeyState.PREPARED)
        else:
            raise ProblemError(CERTIFICATE_MISMATCHED.about("no key here has one of these certificates"))
        self._tell_registry(institution, trust)
        return record

    def retire(self, key_id: str) -> KeyRecord:
        """Let a key sign nothing more for good; raise `RotationError`, also for one that signs now."""
        if rotation.by_id(self._keys.records(), key_id).state is KeyState.CURRENT:
            raise RotationError("this key signs now: rotate first")
        return self._keys.retire(key_id, now=self._clock.now())

    def compromise(self, institution: Institution, key_id: str, *, since: datetime, trust: TrustList) -> KeyRecord:
        """Let nobody believe a key from `since` on, in the DID document, the trust list and the revocation list."""
        rotation.by_id(self._keys.records(institution.did), key_id)
        record = self._keys.compromise(key_id, since=since)
        if record.purpose is Purpose.SEAL and self._settings.development:
            authority = self._authority()
            authority.revoke(self._keys.certificates(key_id)[0], at=record.compromised_since or since)
            authority.save(self._authority_path, passphrase(self._settings))
            self._crl = None
        self._tell_registry(institution, trust)
        return record

    def records(self, did: str | None = None) -> tuple[KeyRecord, ...]:
        """Return what is known of every key, or of those of an institution."""
        return self._keys.records(did)

    def certificates(self, key_id: str) -> tuple[x509.Certificate, ...]:
        """Return the chain of a key, empty when it has none."""
        return self._keys.certificates(key_id)

    def _tell_registry(self, institution: Institution, trust: TrustList) -> None:
        if self._settings.development:
            self._vouch(institution, trust, self._clock.now())

    def published_keys(self, did: str) -> tuple[PublishedKey, ...]:
        """Return the public keys that an institution's DID document shows."""
        return rotation.published(self._keys.records(), did)

    @cached_property
    def _authorities(self) -> AuthorityTimestamper:
        return AuthorityTimestamper(self._settings, self._clock)

    def timestamper(self) -> Timestamper:
        """Return who says when: the authorities of the settings, or the throw-away one."""
        if self._settings.timestamp_addresses:
            return self._authorities
        if not self._settings.development:
            raise ProblemError(SETTING_INVALID.about("PARCHEMIN_TIMESTAMP_ADDRESSES is not set"))
        now = self._clock.now()
        if not self._stamps_for_long(now):
            authority = self._authority()
            self._keys.create(
                _TSA, Purpose.TIMESTAMP, now=now, certify=lambda key: authority.timestamp_certificate(key, now=now)
            )
        return LocalTimestamper(TimestampAuthority(self._keys.signer(_TSA, Purpose.TIMESTAMP), self._clock.now))

    def _stamps_for_long(self, now: datetime) -> bool:
        """Is there a key of the throw-away authority whose certificate outlasts what is renewed next?"""
        try:
            chain = self._keys.signer(_TSA, Purpose.TIMESTAMP).certificates
        except KeyNotFoundError:
            return False
        return days_left(chain[0], now=now) > _STAMPS_DAYS

    def material(self, certificate: x509.Certificate, timestamper: Timestamper) -> ValidationMaterial:
        """Return what proves that a seal certificate is in force; nothing is fetched.

        Raises ProblemError(awaiting-evidence) when nothing that is kept says so now; what a timestamp
        authority lacks is found when it answers.
        """
        return self.material_of(self._chain_of(certificate), timestamper)

    def material_of(self, chain: Chain, timestamper: Timestamper) -> ValidationMaterial:
        """Return what proves that a chain is in force, also one whose key is elsewhere; see `material`."""
        others = tuple(dict.fromkeys((*chain, *timestamper.certificates)))
        roots = tuple(one for one in others if one.issuer == one.subject)
        now = self._clock.now()
        own, foreign = self._split((chain, *chains_of_authorities(timestamper.certificates, now)))
        kept = self.evidence.evidence(foreign, required=(chain,), now=now)
        crls = (*(self._crls() if own else ()), *kept.crls)
        return ValidationMaterial(roots, others, crls, kept.ocsp_responses)

    @cached_property
    def evidence(self) -> RevocationStore:
        """Return where answers of authorities are kept; an operator may put lists under VAR/crls by hand."""
        return RevocationStore(self._settings.var / "revocation", placed=self._settings.var / "crls")

    def signer(self, institution: Institution) -> Signer:
        """Return what signs the institution's seals; raise ProblemError(key-store-unavailable) when nothing does."""
        try:
            return self._keys.signer(institution.did, Purpose.SEAL)
        except KeyNotFoundError as error:
            raise ProblemError(KEY_STORE_UNAVAILABLE.about("the institution has no key for its seal")) from error

    def watched(self, *others: Chain) -> tuple[Chain, ...]:
        """Return the chains about which answers are to be had: every seal's, those of timestamps, and others."""
        if self._settings.timestamp_addresses:
            self._look_at_authorities()
            stamping = chains_of_authorities(self._authorities.certificates, self._clock.now())
        else:
            stamping = ()
        seals = [one for one in self._keys.records() if one.purpose is Purpose.SEAL]
        chains = [self._keys.certificates(record.id) for record in seals]
        return tuple(self._split((*chains, *stamping, *others))[1])

    def _look_at_authorities(self) -> None:
        """See now and then which certificates the authorities sign with."""
        now = self._clock.now()
        if self._looked is None or not timedelta(0) <= now - self._looked < _LOOK_AGAIN:
            self._looked = now
            for address, reason in self._authorities.look().items():
                logger("timestamps").warning("an authority failed", host=urlsplit(address).hostname, reason=reason)

    def _split(self, chains: Iterable[Chain]) -> tuple[list[Chain], list[Chain]]:
        """Return the chains of our own throw-away authority, which makes its list itself, and the others."""
        root = self._authority().root if self._settings.development else None
        several = [chain for chain in chains if chain]
        return [one for one in several if one[-1] == root], [one for one in several if one[-1] != root]

    def root_pem(self) -> bytes:
        """Return the development root, for those who want to check seals with their own tools."""
        return self._authority().root.public_bytes(Encoding.PEM)

    def crls(self) -> tuple[bytes, ...]:
        """Return the revocation lists in force (DER)."""
        return self._crls() if self._settings.development else self.evidence.known().crls

    def _has(self, controller: str, purpose: Purpose) -> bool:
        with suppress(KeyNotFoundError):
            self._keys.signer(controller, purpose)
            return True
        return False

    def _make_seal(
        self, institution: Institution, now: datetime, *, state: KeyState = KeyState.CURRENT, rsa_key: bool = False
    ) -> KeyRecord:
        if self._settings.seal_key:
            return self._install_seal(institution, now, state)
        if not self._settings.development:
            raise ProblemError(SETTING_INVALID.about("PARCHEMIN_SEAL_KEY names no key and chain for the PDF seal"))
        authority = self._authority()

        def certify(key: PublicKey) -> Sequence[x509.Certificate]:
            name = institution.names.within("fr")
            return authority.seal_certificate(key, organisation=name, did=institution.did, now=now)

        return self._keys.create(institution.did, Purpose.SEAL, now=now, certify=certify, rsa_key=rsa_key, state=state)

    def _install_seal(self, institution: Institution, now: datetime, state: KeyState) -> KeyRecord:
        try:
            data = Path(self._settings.seal_key).read_bytes()
        except OSError as error:
            raise ProblemError(SETTING_INVALID.about("the file of PARCHEMIN_SEAL_KEY cannot be read")) from error
        key, certificates = read_seal_file(data, passphrase(self._settings))
        if key is None:
            raise ProblemError(SETTING_INVALID.about("the file of PARCHEMIN_SEAL_KEY holds no private key"))
        if self._known(key.public_key()) is not None:
            raise ProblemError(SETTING_INVALID.about("PARCHEMIN_SEAL_KEY still names a key that is known here"))
        return self._brought(institution, key, certificates, now, state)

    def _brought(
        self,
        institution: Institution,
        key: PrivateKey,
        certificates: Sequence[x509.Certificate],
        now: datetime,
        state: KeyState,
    ) -> KeyRecord:
        chain = fit_chain(certificates, acceptable(key.public_key()), now=now)
        return self._keys.install(institution.did, Purpose.SEAL, key, now=now, certificates=chain, state=state)

    def _known(self, key: object) -> KeyRecord | None:
        found = (record for record in self._keys.records() if record.public_key == key)
        return next(found, None)

    def _vouch(self, institution: Institution, trust: TrustList, now: datetime) -> None:
        """Put the institution on the development registry's list, unless it stands there as it is."""
        known = trust.entry_for(institution.did)
        before = known or TrustEntry(institution.did, {}, _RECOGNISED_SINCE)
        chains = self._seal_chains(institution.did)
        roots = [chain[-1] for _, chain in chains]
        stamping = [one for one in self.timestamper().certificates if one.issuer == one.subject]
        entry = replace(
            before,
            names={code: institution.names.within(code) for code in ("fr", "en")},
            seal_roots=tuple(dict.fromkeys((*before.seal_roots, *roots))),
            seal_certificates=merged_pins(
                [PinnedCertificate(chain[0], chain[0].not_valid_before_utc, until) for until, chain in chains],
                before.seal_certificates,
            ),
            timestamp_roots=tuple(dict.fromkeys((*before.timestamp_roots, *(stamping or roots)))),
        )
        if entry != known:
            signer = self._registry()
            vouch_for(entry, settings=self._settings, converter=self._converter, signer=signer, trust=trust, now=now)

    def _seal_chains(self, did: str) -> list[tuple[datetime | None, Sequence[x509.Certificate]]]:
        """Return the chain of each seal key, in use or not, and from when on the key is not believed."""
        records = [record for record in self._keys.records(did) if record.purpose is Purpose.SEAL]
        found = [(record.compromised_since, self._keys.certificates(record.id)) for record in records]
        return [(since, chain) for since, chain in found if chain]

    def _registry(self) -> Signer:
        """Return the key of the development registry; its did:key is left where verifiers find it."""
        now = self._clock.now()
        known = [record for record in self._keys.records() if record.controller.startswith("did:key:")]
        if not known:
            key = generate(Purpose.CREDENTIAL)
            did = did_key.did_for(acceptable(key.public_key()))
            known = [self._keys.install(did, Purpose.CREDENTIAL, key, now=now)]
        write_atomically(self._settings.trust_anchor_path, known[0].controller.encode())
        return self._keys.signer(known[0].controller, Purpose.CREDENTIAL)

    def _authority(self) -> DevelopmentCA:
        return DevelopmentCA.open(self._authority_path, passphrase(self._settings), now=self._clock.now())

    @property
    def _authority_path(self) -> Path:
        return self._settings.var / "authority" / "development-ca.json"

    def _chain_of(self, certificate: x509.Certificate) -> Sequence[x509.Certificate]:
        for record in self._keys.records():
            chain = self._keys.certificates(record.id)
            if chain and chain[0] == certificate:
                return chain
        return (certificate,)

    def _crls(self) -> tuple[bytes, ...]:
        """Return the list of the development authority, made when it is asked for."""
        now = self._clock.now()
        if self._crl is None or not timedelta(0) <= now - self._crl[0] < _CRL_KEPT:
            self._crl = (now, self._authority().crl(now=now).public_bytes(Encoding.DER))
        return (self._crl[1],)

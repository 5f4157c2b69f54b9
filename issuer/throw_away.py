"""Signs for conformance suites with throw-away keys: development only.

The keys are made when the application starts and forgotten with it. The issuer (the holder, of a
presentation) is the did:key of the signing key, whatever the request says: nobody is signed for but
the key itself (threats.md K09). A request that names the did:key of another key here that suits the
cryptosuite is signed with that one, and so is one whose `verificationMethod` does: so a suite asks for P-384.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from contexts.loader import BundledLoader
from issuer import throw_away_status, tokens
from issuer.throw_away_status import StatusWish
from keys import did_key
from keys.local_signer import LocalSigner
from keys.store import PublicKey
from proofs import ecdsa_sd_2023, integrity
from proofs.bitstring_status_list import Bits, unsigned_list_credential
from proofs.jsonld import Converter
from schemas import credential, presentation
from schemas.experimental import BBS_2023
from schemas.limits import DEFAULT, Limits
from schemas.problems import MALFORMED, NOT_FOUND, SUITE_UNSUPPORTED, ProblemError

if TYPE_CHECKING:
    from proofs.bbs_signer import BBSSigner

DEFAULT_SUITE: Final = "eddsa-rdfc-2022"
_SD: Final = ecdsa_sd_2023.NAME
_NO_SUCH_KEY: Final = "options.verificationMethod is no key that signs this here"
_OLD_SUITE: Final = "Ed25519Signature2020"
_P384: Final = ("ecdsa-jcs-2019", "ecdsa-rdfc-2019")
_LIST_SUITES: Final = ("eddsa-rdfc-2022", "ecdsa-rdfc-2019")
_LIST_LIFE: Final = timedelta(hours=1)
_NEEDED: Final = {
    _OLD_SUITE: "https://w3id.org/security/suites/ed25519-2020/v1",
    "": "https://w3id.org/security/data-integrity/v2",
}
"""The context that defines the proof where that of the data model does not."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a request wants a document signed: its `options`, read."""

    cryptosuite: str = DEFAULT_SUITE
    mandatory: tuple[str, ...] = ()
    challenge: str | None = None
    domain: str | None = None
    media_type: str | None = None
    """That of a token, or `tokens.ANY_TOKEN`; None for an embedded proof."""
    status: StatusWish | None = None
    """What an entry on a status list is to say."""
    created: datetime | None = None
    """When the proof says it was made; None for now."""
    expires: datetime | None = None
    purpose: str | None = None
    """What the proof must be for; None for the purpose of what is signed."""
    proof_id: str | None = None
    previous: tuple[str, ...] = ()
    """Ids of proofs of the document that the new one covers (Data Integrity, section 2.1.2)."""
    verification_method: str | None = None

    def beyond(self, *known: str) -> tuple[str, ...]:
        """Return the names of the proof options that are wished for, other than those of `known`."""
        wished = {
            "challenge": self.challenge,
            "created": self.created,
            "domain": self.domain,
            "expires": self.expires,
            "id": self.proof_id,
            "previousProof": self.previous,
            "proofPurpose": self.purpose,
            "verificationMethod": self.verification_method,
        }
        return tuple(name for name, value in wished.items() if value and name not in known)


@dataclass(frozen=True, slots=True)
class ThrowAwayIssuer:
    """Signs whatever is well-formed, in the name of its own keys.

    `signers` by cryptosuite; `others` by cryptosuite and did:key, for a request that names one.
    """

    signers: Mapping[str, LocalSigner]
    converter: Converter
    now: Callable[[], datetime]
    others: Mapping[tuple[str, str], LocalSigner] = field(default_factory=dict)
    limits: Limits = DEFAULT
    bbs: BBSSigner | None = None
    """The key of bbs-2023, where that is switched on; it signs credentials alone."""

    def issuer_ids(self) -> dict[str, str]:
        """Return the issuer id of each cryptosuite, as a suite's configuration needs them."""
        found = {suite: _did_of(signer) for suite, signer in self.signers.items()}
        return found if self.bbs is None else {**found, BBS_2023: _did_of(self.bbs)}

    def issuers(self) -> tuple[tuple[str, str, str], ...]:
        """Return cryptosuite, kind of key and issuer id of every way to sign."""
        pairs = [*self.signers.items(), *((suite, signer) for (suite, _), signer in self.others.items())]
        found = [(suite, key_type(signer.public_key), _did_of(signer)) for suite, signer in pairs]
        if self.bbs is not None:
            found.append((BBS_2023, "Bls12381G2", _did_of(self.bbs)))
        return tuple(sorted(found))

    def issue(self, document: Mapping[str, Any], wish: Wish, *, address: str = "") -> Any:
        """Return the credential with a proof, or as a token; raise `ProblemError` for what may not be signed.

        `address` is where `status_list` is served, for a wish with a status purpose.
        """
        credential.gate(document, limits=self.limits)
        _require_purpose(wish, "assertionMethod")
        if wish.cryptosuite == BBS_2023 and self.bbs is not None:
            return self._based(document, wish, self.bbs)
        signer = self._signer(wish, document["issuer"])
        unsigned = _by(signer, document)
        if wish.status is not None:
            unsigned["credentialStatus"] = throw_away_status.new_entry(wish.status, _key_of(signer), address)
            unsigned = tokens.with_status_context(unsigned)
        if wish.media_type is not None:
            _require_only(wish, "a token", "proofPurpose", "verificationMethod")
            tokens.require(unsigned, wish.media_type)
            return tokens.answer(*tokens.signed_token(unsigned, signer))
        return self._secured(_with_context(unsigned, wish.cryptosuite), wish, signer)

    def prove(self, document: Mapping[str, Any], wish: Wish) -> dict[str, Any]:
        """Return the presentation with a proof for authentication."""
        presentation.gate(document, limits=self.limits)
        _require_purpose(wish, "authentication")
        if wish.media_type is not None or wish.status is not None:
            raise ProblemError(MALFORMED.about("a presentation is signed with an embedded proof, and has no status"))
        if wish.cryptosuite == _SD:
            raise ProblemError(SUITE_UNSUPPORTED.about("a base proof is for a credential, to derive from"))
        signer = self._signer(wish, document.get("holder"))
        unsigned = _with_context({**document, "holder": _did_of(signer)}, wish.cryptosuite)
        return self._proved(unsigned, wish, signer, "authentication")

    def status_list(self, name: str, url: str) -> dict[str, Any]:
        """Return the list of that name, signed now, at `url`: nothing on it is set. Raise NOT_FOUND."""
        for suite in _LIST_SUITES:
            signers = [self.signers[suite], *(signer for (other, _), signer in self.others.items() if other == suite)]
            for signer in signers:
                found = throw_away_status.parse_name(name, _key_of(signer))
                if found is not None:
                    return self._signed_list(url, found, suite, signer)
        raise ProblemError(NOT_FOUND.about())

    def _signed_list(self, url: str, kind: tuple[str, int], suite: str, signer: LocalSigner) -> dict[str, Any]:
        now, (purpose, size) = self.now(), kind
        unsigned = unsigned_list_credential(
            url,
            issuer=_did_of(signer),
            purpose=purpose,
            bits=Bits(size=size),
            valid_from=now,
            valid_until=now + _LIST_LIFE,
        )
        return integrity.add_proof(unsigned, signer=signer, cryptosuite=suite, created=now, converter=self.converter)

    def _secured(self, unsigned: Mapping[str, Any], wish: Wish, signer: LocalSigner) -> dict[str, Any]:
        if wish.cryptosuite != _SD:
            return self._proved(unsigned, wish, signer, "assertionMethod")
        _require_only(wish, "a base proof", "created", "proofPurpose", "verificationMethod")
        return ecdsa_sd_2023.add_base_proof(
            unsigned,
            signer=signer,
            created=wish.created or self.now(),
            converter=self.converter,
            mandatory=list(wish.mandatory),
            limits=self.limits,
        )

    def _based(self, document: Mapping[str, Any], wish: Wish, signer: BBSSigner) -> dict[str, Any]:
        """Return the credential with a base proof of bbs-2023; it says when it was made only if that is wished for."""
        _require_only(wish, "a base proof", "created", "proofPurpose", "verificationMethod")
        if wish.media_type is not None or wish.status is not None:
            raise ProblemError(MALFORMED.about("a BBS key signs neither tokens nor status lists"))
        if wish.verification_method not in {None, signer.verification_method}:
            raise ProblemError(MALFORMED.about(_NO_SUCH_KEY))
        signed: dict[str, Any] = import_module("proofs.bbs_2023").add_base_proof(
            _with_context(_by(signer, document), BBS_2023),
            signer=signer,
            created=wish.created,
            converter=self.converter,
            mandatory=wish.mandatory,
            limits=self.limits,
        )
        return signed

    def _proved(self, unsigned: Mapping[str, Any], wish: Wish, signer: LocalSigner, purpose: str) -> dict[str, Any]:
        return integrity.add_proof(
            unsigned,
            signer=signer,
            cryptosuite=wish.cryptosuite,
            created=wish.created or self.now(),
            converter=self.converter,
            purpose=purpose,
            domain=wish.domain,
            challenge=wish.challenge,
            expires=wish.expires,
            proof_id=wish.proof_id,
            previous=wish.previous,
            limits=self.limits,
        )

    def _signer(self, wish: Wish, named: object) -> LocalSigner:
        """Return the key of the suite; `named` may be the did:key of another one that suits it."""
        if wish.cryptosuite not in self.signers:
            raise ProblemError(SUITE_UNSUPPORTED.about(f"signed here: {', '.join(self.signers)}"))
        wished = wish.verification_method
        identifier = wished.partition("#")[0] if wished else named.get("id") if isinstance(named, Mapping) else named
        signer = self.others.get((wish.cryptosuite, str(identifier)), self.signers[wish.cryptosuite])
        if wished not in {None, signer.verification_method}:
            raise ProblemError(MALFORMED.about(_NO_SUCH_KEY))
        return signer


def make_throw_away_issuer(
    now: Callable[[], datetime],
    converter: Converter | None = None,
    limits: Limits = DEFAULT,
    suites: Collection[str] = integrity.CRYPTOSUITES,
) -> ThrowAwayIssuer:
    """Return an issuer with fresh keys: Ed25519 for the eddsa suites, P-256 and P-384 for the ecdsa suites.

    One of BLS12-381 too when bbs-2023 is among `suites` (`proofs.experimental`).
    """
    edwards, p256 = _fresh(ed25519.Ed25519PrivateKey.generate()), _fresh(ec.generate_private_key(ec.SECP256R1()))
    signers = {suite: p256 if suite.startswith("ecdsa") else edwards for suite in integrity.CRYPTOSUITES}
    p384 = _fresh(ec.generate_private_key(ec.SECP384R1()))
    others = {(suite, _did_of(p384)): p384 for suite in _P384}
    bbs = import_module("proofs.bbs_signer").BBSSigner.generate() if BBS_2023 in suites else None
    return ThrowAwayIssuer(signers, converter or Converter(BundledLoader.open()), now, others, limits, bbs)


def key_type(key: PublicKey) -> str:
    """Return the kind of a key as the W3C suites name it: Ed25519, P-256 or P-384."""
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return "Ed25519"
    return f"P-{key.curve.key_size}"


def _require_purpose(wish: Wish, purpose: str) -> None:
    if wish.purpose not in {None, purpose}:
        raise ProblemError(MALFORMED.about(f"options.proofPurpose is {purpose} or absent"))


def _require_only(wish: Wish, secured: str, *known: str) -> None:
    """Refuse what was wished for and would not be in what is signed."""
    if beyond := wish.beyond(*known):
        raise ProblemError(MALFORMED.about(f"{secured} has no {', '.join(beyond)}"))


def _fresh(key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> LocalSigner:
    return LocalSigner(key, verification_method=did_key.verification_method_for(key.public_key()))


def _by(signer: LocalSigner | BBSSigner, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with the signer as its issuer."""
    issuer = document["issuer"]
    own = {**issuer, "id": _did_of(signer)} if isinstance(issuer, Mapping) else _did_of(signer)
    return {**document, "issuer": own}


def _did_of(signer: LocalSigner | BBSSigner) -> str:
    return signer.verification_method.partition("#")[0]


def _key_of(signer: LocalSigner) -> str:
    return signer.verification_method.partition("#")[2]


def _with_context(document: dict[str, Any], suite: str) -> dict[str, Any]:
    """Add the context that defines the proof, where the data model's own does not (VCDM 1.1)."""
    contexts = document["@context"]
    if suite != _OLD_SUITE and contexts[0] != credential.V1:
        return document
    needed = _NEEDED.get(suite, _NEEDED[""])
    return document if needed in contexts else {**document, "@context": [*contexts, needed]}

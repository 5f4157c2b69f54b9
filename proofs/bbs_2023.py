"""The cryptosuite bbs-2023: one BBS signature over all statements, and proofs of some of them. Experimental.

    base = add_base_proof(document, signer=signer, converter=converter, mandatory=["/issuer"])
    shown = derive(base, selective=["/credentialSubject/achievement"], converter=converter)

A derived proof proves that there is a signature and hides which: each is blinded afresh. What it shows
can still link it, and so can the numbers of its statements (docs/explanation/experimental-suites.md).
`check_proofs` verifies what `derive` returns where `proofs.experimental` lets the suite in; a base
proof is for the holder alone. Holder binding and pseudonyms, optional features of the suite, are not
supported. Specification: Data Integrity BBS Cryptosuites 1.0, sections 3.2 to 3.4.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NoReturn

from keys.bls_keys import KEY_BYTES, BLSPublicKey, bls_key
from keys.multibase import encode_multibase
from keys.store import Signer, VerificationKey
from proofs import bbs_signatures as bbs
from proofs import cbor, rdfc
from proofs.bbs_signer import BBSSigner
from proofs.cryptosuite import DATA_INTEGRITY_PROOF, FaultySignatureError, Securing, UnsuitableKeyError
from proofs.jsonld import Converter
from proofs.sd_statements import Statements, shuffled_names
from proofs.sd_values import (
    base_proof,
    mandatory_digest,
    no_base,
    rank,
    raw_value,
    shown_lines,
    split,
    tampered,
    value_parts,
)
from schemas.experimental import BBS_2023
from schemas.limits import DEFAULT, Limits
from schemas.moments import written
from schemas.problems import MALFORMED, SUITE_UNSUPPORTED, TOO_COMPLEX, ProblemError

NAME: Final = BBS_2023
_TAG: Final = b"\xd9\x5d"
_BASE: Final = _TAG + b"\x02"
_DERIVED: Final = _TAG + b"\x03"
_FEATURES: Final = frozenset(_TAG + bytes([number]) for number in (5, 7, 9))
"""Derived proofs with holder binding, a pseudonym, or both."""
_HEADER_BYTES: Final = 64
_HMAC_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class BaseProof:
    """What the value of a base proof holds (section 3.3.2)."""

    signature: bytes
    header: bytes
    key: BLSPublicKey
    hmac_key: bytes
    mandatory: list[str]


@dataclass(frozen=True, slots=True)
class DerivedProof:
    """What the value of a derived proof holds (section 3.3.7)."""

    proof: bytes
    names: dict[int, str]
    """For the number of each canonical label the name that was signed."""
    mandatory: list[int]
    selective: list[int]
    presentation: bytes


@dataclass(frozen=True, slots=True)
class Bbs2023:
    """The suite as `check_proofs` sees it."""

    name: str = NAME
    proof_type: str = DATA_INTEGRITY_PROOF

    def create(self, _securing: Securing, _options: Mapping[str, Any], _signer: Signer) -> NoReturn:
        """Refuse: no `Signer` signs many messages; `add_base_proof` takes what does."""
        msg = f"{NAME} signs with a BBS key only"
        raise UnsuitableKeyError(msg)

    def check(self, securing: Securing, proof: Mapping[str, Any], key: VerificationKey) -> None:
        """Raise `ProblemError` unless a derived proof holds (section 3.4.7).

        TAMPERED; SUITE_UNSUPPORTED for an optional feature; TOO_COMPLEX for too many statements.
        """
        if not isinstance(key, BLSPublicKey):
            raise tampered(f"{NAME} is used with BLS12-381 only")
        found = _read_derived(proof["proofValue"], securing.limits)
        options = {name: value for name, value in proof.items() if name != "proofValue"}
        kept, others = split(shown_lines(securing, found.names), set(found.mandatory))
        if len(kept) != len(found.mandatory):
            raise tampered("the statements are not those that were signed")
        try:
            holds = bbs.proof_holds(
                key.raw,
                found.proof,
                _header(securing, options, kept),
                found.presentation,
                _messages(others),
                found.selective,
            )
        except bbs.BBSError as error:
            raise tampered(f"the proof is none of these statements: {error}") from None
        if not holds:
            raise tampered("the proof does not fit the document")


SUITE: Final = Bbs2023()


def add_base_proof(
    document: Mapping[str, Any],
    *,
    signer: BBSSigner,
    converter: Converter,
    mandatory: Sequence[str],
    created: datetime | None = None,
    purpose: str = "assertionMethod",
    limits: Limits = DEFAULT,
) -> dict[str, Any]:
    """Return a new object: `document` with a base proof; every derived one shows what `mandatory` points to.

    Every derived proof says when the base proof was made, if it does: without `created` nothing of
    the kind links them. The signature is checked before it is let go. Raises MALFORMED when a pointer
    (RFC 6901) selects nothing, TOO_COMPLEX for too many statements, and what the converter raises.
    """
    unsecured = {key: value for key, value in document.items() if key != "proof"}
    options = {"type": DATA_INTEGRITY_PROOF, "cryptosuite": NAME}
    if created is not None:
        options["created"] = written(created)
    options |= {"verificationMethod": signer.verification_method, "proofPurpose": purpose}
    securing = Securing(unsecured, converter, limits)
    hmac_key = secrets.token_bytes(_HMAC_BYTES)
    statements = Statements(unsecured, hmac_key, converter, limits, shuffled_names)
    kept, others = split(statements.lines, set(statements.numbers(mandatory)))
    _bound(len(others), limits)
    header, messages, key = _header(securing, options, kept), _messages(others), signer.public_key.raw
    signature = signer.sign_messages(header, messages)
    if not bbs.signature_holds(key, signature, header, messages):
        msg = "a signature did not hold when it was checked"
        raise FaultySignatureError(msg)
    value = cbor.encode([signature, header, key, hmac_key, list(mandatory)])
    return unsecured | {"proof": {**options, "proofValue": encode_multibase(_BASE + value, base="u")}}


def derive(
    document: Mapping[str, Any],
    *,
    selective: Sequence[str],
    converter: Converter,
    presentation_header: bytes = b"",
    limits: Limits = DEFAULT,
) -> dict[str, Any]:
    """Return what the pointers `selective` and the issuer's mandatory ones show, with a derived proof (section 3.4.6).

    `presentation_header` is bound into the proof, such as a verifier's challenge; it stands in it for
    all to read. The proof is checked before it is let go. Raises MALFORMED: no base proof of this
    suite, or one that does not hold; a pointer that selects nothing; nothing shown.
    """
    proof = base_proof(document, NAME)
    base = _read_base(proof.get("proofValue"), limits)
    unsecured = {key: value for key, value in document.items() if key != "proof"}
    statements = Statements(unsecured, base.hmac_key, converter, limits, shuffled_names)
    mandatory = set(statements.numbers(base.mandatory))
    pointers = [*base.mandatory, *selective]
    if not pointers:
        raise ProblemError(MALFORMED.about("nothing would be shown"))
    hidden = [number for number in range(len(statements.lines)) if number not in mandatory]
    _bound(len(hidden), limits)
    shown = statements.select(pointers)
    chosen = set(shown.numbers)
    disclosed = [place for place, number in enumerate(hidden) if number in chosen]
    messages = _messages([statements.lines[number] for number in hidden])
    try:
        made = bbs.prove(base.key.raw, base.signature, base.header, presentation_header, messages, disclosed)
    except bbs.BBSError:
        raise no_base() from None
    value = cbor.encode(
        [
            made,
            {
                rank(label): int(name.removeprefix("_:b"))
                for label, name in zip(rdfc.labels(shown.dataset, limits=limits), shown.names, strict=True)
            },
            [place for place, number in enumerate(shown.numbers) if number in mandatory],
            disclosed,
            presentation_header,
        ]
    )
    derived = {**proof, "proofValue": encode_multibase(_DERIVED + value, base="u")}
    _check_derived(Securing(shown.document, converter, limits), derived, base.key)
    return shown.document | {"proof": derived}


def _check_derived(securing: Securing, derived: Mapping[str, Any], key: BLSPublicKey) -> None:
    """Raise MALFORMED unless the proof that was just made holds: the base proof was none, or the machine failed."""
    try:
        SUITE.check(securing, derived, key)
    except ProblemError as error:
        raise ProblemError(MALFORMED.about("the base proof is not that of the document")) from error


def _header(securing: Securing, options: Mapping[str, Any], mandatory: Sequence[str]) -> bytes:
    """Return what is signed besides the messages (section 3.4.5)."""
    return securing.options_digest(options, method="rdfc", hash_name="sha256") + mandatory_digest(mandatory)


def _messages(lines: Sequence[str]) -> list[bytes]:
    return [line.encode() for line in lines]


def _bound(messages: int, limits: Limits) -> None:
    """Refuse more messages than are worked on: each costs a point of its own."""
    if messages > limits.bbs_messages:
        raise ProblemError(TOO_COMPLEX.about(f"more than {limits.bbs_messages} statements to choose from"))


def _read_base(value: Any, limits: Limits) -> BaseProof:
    """Read the value of a base proof; raise MALFORMED."""
    try:
        signature, header, key, hmac_key, mandatory = value_parts(raw_value(value, limits), _BASE)
        _check_octets(signature, bbs.SIGNATURE_BYTES)
        _check_octets(header, _HEADER_BYTES)
        _check_octets(key, KEY_BYTES)
        _check_octets(hmac_key, _HMAC_BYTES)
        if not isinstance(mandatory, list) or not all(isinstance(pointer, str) for pointer in mandatory):
            raise no_base()
        return BaseProof(signature, header, bls_key(key), hmac_key, mandatory)
    except (ValueError, TypeError, ProblemError):
        raise no_base() from None


def _read_derived(value: str, limits: Limits) -> DerivedProof:
    """Read the value of a derived proof; raise TAMPERED, SUITE_UNSUPPORTED or TOO_COMPLEX."""
    try:
        raw = raw_value(value, limits)
        if raw[:3] in _FEATURES:
            raise ProblemError(SUITE_UNSUPPORTED.about(f"{NAME} with holder binding or a pseudonym"))
        proof, names, mandatory, selective, presentation = value_parts(raw, _DERIVED)
        for octets in (proof, presentation):
            _check_octets(octets)
        _check_numbers(mandatory)
        _check_numbers(selective)
        _check_names(names)
        messages = bbs.messages_in(proof, len(selective))
    except (ValueError, TypeError):
        raise tampered("the proof value is not a derived proof") from None
    _bound(messages, limits)
    named = {number: f"_:b{name}" for number, name in names.items()}
    return DerivedProof(proof, named, mandatory, selective, presentation)


def _check_octets(value: Any, size: int | None = None) -> None:
    """Raise `TypeError` or `ValueError` unless `value` is a byte string, of `size` where one is given."""
    if not isinstance(value, bytes):
        msg = "no byte string"
        raise TypeError(msg)
    if size is not None and len(value) != size:
        msg = "a byte string of another size"
        raise ValueError(msg)


def _check_numbers(value: Any) -> None:
    """Raise `TypeError` or `ValueError` unless `value` is a list of numbers in ascending order."""
    if not isinstance(value, list) or not all(type(number) is int for number in value):
        msg = "no list of numbers"
        raise TypeError(msg)
    if any(later <= earlier for earlier, later in itertools.pairwise(value)):
        msg = "numbers that do not ascend"
        raise ValueError(msg)


def _check_names(value: Any) -> None:
    """Raise `TypeError` or `ValueError` unless `value` maps numbers to different numbers."""
    if not isinstance(value, dict) or not all(type(name) is int for name in value.values()):
        msg = "no map of numbers"
        raise TypeError(msg)
    if len(set(value.values())) != len(value):
        msg = "one name for two"
        raise ValueError(msg)

"""Data Integrity proofs: add one, or check all of them.

    signed = add_proof(document, signer=signer, cryptosuite="eddsa-rdfc-2022", created=now, converter=converter)
    findings = check_proofs(signed, find_key=find_key, converter=converter, now=now)

Every proof of a set must hold, and every proof that another one names must be there (`previousProof`).
What is checked, in this order, cheap things first:

1. each proof's own form: type, purpose, dates, domain, challenge, what it names;
2. the key: found by `find_key` under the purpose, in force when the proof was made;
3. the signature over the document as received.

Whether the key's controller is the issuer or holder is for the caller to ask: a finding names the
controller. Specification: Verifiable Credential Data Integrity 1.0, section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from keys.store import Signer
from keys.verification_method import VerificationMethod
from proofs import (
    ecdsa_jcs_2019,
    ecdsa_rdfc_2019,
    ecdsa_sd_2023,
    ed25519_signature_2020,
    eddsa_jcs_2022,
    eddsa_rdfc_2022,
)
from proofs.cryptosuite import DATA_INTEGRITY_PROOF, Cryptosuite, Securing
from proofs.jsonld import Converter
from proofs.proof_options import ProofOptions, read_proof
from schemas.limits import DEFAULT, Limits
from schemas.moments import written
from schemas.problems import (
    KEY_COMPROMISED,
    MALFORMED,
    NOT_BY_ISSUER,
    PROOF_MISSING,
    SUITE_UNSUPPORTED,
    TAMPERED,
    TOO_COMPLEX,
    ProblemError,
)

KeyFinder = Callable[[str, str], VerificationMethod]
"""Takes the URL of a key and a purpose such as `assertionMethod`; raises `ProblemError`."""

_SUITES: Final[tuple[Cryptosuite, ...]] = (
    eddsa_rdfc_2022.SUITE,
    eddsa_jcs_2022.SUITE,
    ecdsa_rdfc_2019.SUITE,
    ecdsa_jcs_2019.SUITE,
    ecdsa_sd_2023.SUITE,
    ed25519_signature_2020.SUITE,
)
CRYPTOSUITES: Final[Mapping[str, Cryptosuite]] = MappingProxyType({suite.name: suite for suite in _SUITES})
"""Every cryptosuite by the name under which `add_proof` takes it."""
_VERIFIED_AS: Final[Mapping[str, str]] = MappingProxyType({"eddsa-2022": "eddsa-rdfc-2022"})


class ProofFinding(NamedTuple):
    """A proof that holds."""

    verification_method: str
    controller: str
    cryptosuite: str
    created: datetime | None
    expires: datetime | None
    purpose: str
    domain: str | tuple[str, ...] | None
    challenge: str | None


def add_proof(  # noqa: PLR0913 (each is an option of the specification)
    document: Mapping[str, Any],
    *,
    signer: Signer,
    cryptosuite: str,
    created: datetime,
    converter: Converter,
    purpose: str = "assertionMethod",
    domain: str | None = None,
    challenge: str | None = None,
    expires: datetime | None = None,
    proof_id: str | None = None,
    previous: Sequence[str] = (),
    limits: Limits = DEFAULT,
) -> dict[str, Any]:
    """Return a new object: `document` with one more proof; an earlier proof stays beside it (a proof set).

    `previous` names proofs of the document by their ids: the new one covers them too (a proof
    chain, section 4.4). The signature is checked before it is let go. Raises `ProblemError` when the document may not
    be signed (see `Converter.dataset`) and SUITE_UNSUPPORTED for a name not in `CRYPTOSUITES`.
    """
    suite = CRYPTOSUITES.get(cryptosuite)
    if suite is None:
        raise ProblemError(SUITE_UNSUPPORTED.about("no such cryptosuite"))
    unsecured = _without_proof(document)
    earlier = [] if document.get("proof") is None else _listed(document["proof"])
    covered = [proof for proof in earlier if proof.get("id") in previous]
    if len(covered) != len(previous):
        raise ProblemError(MALFORMED.about("an earlier proof that is named is not there"))
    options: dict[str, Any] = (
        {"type": suite.proof_type} if proof_id is None else {"id": proof_id, "type": suite.proof_type}
    )
    if suite.proof_type == DATA_INTEGRITY_PROOF:
        options["cryptosuite"] = suite.name
    options["created"] = written(created)
    if expires is not None:
        options["expires"] = written(expires)
    options["verificationMethod"], options["proofPurpose"] = signer.verification_method, purpose
    if domain is not None:
        options["domain"] = domain
    if challenge is not None:
        options["challenge"] = challenge
    if previous:
        options["previousProof"] = previous[0] if len(previous) == 1 else list(previous)
    target = unsecured | {"proof": covered} if covered else unsecured
    proof = suite.create(Securing(target, converter, limits), options, signer)
    return unsecured | {"proof": [*earlier, proof] if earlier else proof}


def check_proofs(  # noqa: PLR0913 (each is an option of the specification)
    document: Mapping[str, Any],
    *,
    find_key: KeyFinder,
    converter: Converter,
    now: datetime,
    purpose: str = "assertionMethod",
    domain: str | None = None,
    challenge: str | None = None,
    suites: Mapping[str, Cryptosuite] = CRYPTOSUITES,
    limits: Limits = DEFAULT,
) -> tuple[ProofFinding, ...]:
    """Return what each proof of `document` says, in order, if every one of them holds.

    `domain` and `challenge` are compared when given; `suites` are those that are checked, by name
    (`proofs.experimental`). Raises the `ProblemError` of the first thing that is wrong: PROOF_MISSING,
    SUITE_UNSUPPORTED, PURPOSE_WRONG, OUT_OF_RANGE, PROOF_EXPIRED, DOMAIN_WRONG, CHALLENGE_WRONG,
    TAMPERED, MALFORMED, TOO_COMPLEX, what `find_key` raises, or what the converter raises. `document`
    is not changed.
    """
    listed = _proof_list(document.get("proof"), limits)
    named = [_suite(proof, suites) for proof in listed]  # first: another kind of proof has other members
    proofs = [read_proof(proof, purpose=purpose, now=now, domain=domain, challenge=challenge) for proof in listed]
    earlier = _previous_proofs(proofs)
    unsecured = _without_proof(document)
    securing = Securing(unsecured, converter, limits)
    findings = []
    for proof, suite, previous in zip(proofs, named, earlier, strict=True):
        method = _key_in_force(find_key(proof.verification_method, purpose), proof, now)
        target = Securing(unsecured | {"proof": previous}, converter, limits) if previous else securing
        suite.check(target, proof.raw, method.key)
        findings.append(_finding(proof, method, suite))
    return tuple(findings)


def _without_proof(document: Mapping[str, Any]) -> dict[str, Any]:
    unsecured = dict(document)
    unsecured.pop("proof", None)
    return unsecured


def _listed(proof: Any) -> list[Any]:
    return proof if isinstance(proof, list) else [proof]


def _proof_list(proof: Any, limits: Limits) -> list[Any]:
    """Return the proofs of a document; none is not a kind of yes."""
    proofs = _listed(proof)
    if not proofs or not all(isinstance(item, dict) and item for item in proofs):
        raise ProblemError(PROOF_MISSING.about("no proof, or something that is no proof"))
    if len(proofs) > limits.proofs:
        raise ProblemError(TOO_COMPLEX.about(f"more than {limits.proofs} proofs"))
    return proofs


def _suite(proof: Mapping[str, Any], suites: Mapping[str, Cryptosuite]) -> Cryptosuite:
    """Return the suite that checks `proof`; names are compared exactly."""
    kind = proof.get("type")
    name = proof.get("cryptosuite") if kind == DATA_INTEGRITY_PROOF else kind
    if not isinstance(name, str):
        raise ProblemError(MALFORMED.about("a proof does not name its kind"))
    suite = suites.get(_VERIFIED_AS.get(name, name))
    if suite is None or suite.proof_type != kind:
        raise ProblemError(SUITE_UNSUPPORTED.about("a kind of proof that is not checked here"))
    return suite


def _previous_proofs(proofs: list[ProofOptions]) -> list[list[dict[str, Any]]]:
    """Return for each proof those that it names, in the order of the set (section 4.5).

    Raises TAMPERED for a name that no proof has, two proofs of one name, and proofs that name
    each other in a circle.
    """
    if len(proofs) == 1 and not proofs[0].previous:
        return [[]]
    named = [proof for proof in proofs if proof.id is not None]
    by_id = {proof.id: proof for proof in named}
    if len(by_id) != len(named):
        raise ProblemError(TAMPERED.about("two proofs have the same id"))
    for proof in proofs:
        if any(name not in by_id for name in proof.previous):
            raise ProblemError(TAMPERED.about("an earlier proof that is named is not there"))
    settled: set[str | None] = set()
    waiting = list(proofs)
    while waiting:
        ready = [proof for proof in waiting if settled.issuperset(proof.previous)]
        if not ready:
            raise ProblemError(TAMPERED.about("proofs name each other in a circle"))
        settled.update(proof.id for proof in ready)
        waiting = [proof for proof in waiting if proof not in ready]
    return [[other.raw for other in named if other.id in proof.previous] for proof in proofs]


def _key_in_force(method: VerificationMethod, proof: ProofOptions, now: datetime) -> VerificationMethod:
    """Refuse a key that was not in force when the proof says it was made."""
    moment = proof.created or now
    if method.valid_from is not None and moment < method.valid_from:
        raise ProblemError(NOT_BY_ISSUER.about("the key was not in use yet"))
    if method.revoked_from is not None and moment >= method.revoked_from:
        raise ProblemError(KEY_COMPROMISED.about("the key was no longer in force"))
    return method


def _finding(proof: ProofOptions, method: VerificationMethod, suite: Cryptosuite) -> ProofFinding:
    return ProofFinding(
        verification_method=proof.verification_method,
        controller=method.controller,
        cryptosuite=suite.name,
        created=proof.created,
        expires=proof.expires,
        purpose=proof.purpose,
        domain=proof.domain,
        challenge=proof.challenge,
    )

"""What peers take to issue and verify the same documents: processor milliseconds, for `bench_proofs.py`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from openbadgeslib.ob3.credential import OpenBadgeCredential
from openbadgeslib.ob3.ldp import (
    OB3LdpSigner,
    OB3LdpVerifier,
    add_data_integrity_proof,
    verify_data_integrity_proof,
)
from openvc.keys import Ed25519SigningKey
from openvc.proof.data_integrity import DataIntegrityProofSuite
from pyld import jsonld as pyld

from keys import did_key
from keys.multibase import decode_multibase
from tests.support import linked_data as ld
from tests.support.node import CONTEXTS, Judge

Work = Callable[[], object]
ROUNDS = 60
WHEN = "2026-05-31T12:00:00Z"
SHOWN = ["/credentialSubject/result"]
ALWAYS = ["/issuer", "/validFrom"]


def in_python() -> dict[str, Work]:
    """Return issuing and verifying eddsa-rdfc-2022 with openvc-core, openbadgeslib, and PyLD used naively."""
    contexts = {url: dict(ld.loader().load(url)) for url in ld.loader().urls()}
    return openvc_works(contexts) | openbadgeslib_works(contexts) | naive_works(contexts)


def openvc_works(contexts: dict[str, Any]) -> dict[str, Work]:
    """Return openvc-core's."""
    key, signer, suite = Ed25519SigningKey.generate("key-1"), ld.ed25519_signer(), DataIntegrityProofSuite()
    unsigned = ld.full_badge(ld.controller(signer))
    method = signer.verification_method
    theirs = suite.add_proof(unsigned, signing_key=key, verification_method=method, extra_contexts=contexts)
    jwk: Any = key.public_jwk() if callable(getattr(key, "public_jwk", None)) else key.public_jwk
    return {
        "openvc-core issue": lambda: suite.add_proof(
            unsigned, signing_key=key, verification_method=method, extra_contexts=contexts
        ),
        "openvc-core verify": lambda: suite.verify(theirs, public_key_jwk=jwk, now=ld.NOW, extra_contexts=contexts),
    }


def openbadgeslib_works(contexts: dict[str, Any]) -> dict[str, Work]:
    """Return openbadgeslib's: its classes, which its documentation names, and its functions for the proof alone.

    The functions take documents of any shape and do not ask whether all of the JSON is signed; ours does.
    """
    key = ed25519.Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    method = did_key.verification_method_for(key.public_key())
    unsigned = ld.full_badge(method.partition("#")[0])

    def issue() -> Any:
        return add_data_integrity_proof(unsigned, private, method, created=ld.NOW, extra_contexts=contexts)

    signed = issue()
    ld.check(signed)
    raw, badge = orjson.dumps(signed), OpenBadgeCredential.from_vc_document(unsigned)
    signer, verifier = OB3LdpSigner(private), OB3LdpVerifier(issuer_did=method.partition("#")[0])
    return {
        "openbadgeslib issue": lambda: signer.sign(badge, created=ld.NOW),
        "openbadgeslib verify": lambda: verifier.verify(raw),
        "openbadgeslib, proof alone issue": issue,
        "openbadgeslib, proof alone verify": lambda: verify_data_integrity_proof(
            signed, public, extra_contexts=contexts
        ),
    }


def naive_works(contexts: dict[str, Any]) -> dict[str, Work]:
    """Return those of PyLD and cryptography, put together as most Python projects do."""
    signer = ld.ed25519_signer()
    unsigned = ld.full_badge(ld.controller(signer))
    signed = ld.sign(unsigned, signer)

    def load(url: str, _options: Any) -> Any:
        return {"contextUrl": None, "documentUrl": url, "document": contexts[url]}

    def data(document: dict[str, Any], proof: dict[str, Any]) -> bytes:
        options = {name: value for name, value in proof.items() if name != "proofValue"}
        settings = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
        parts = ({"@context": document["@context"], **options}, document)
        return b"".join(hashlib.sha256(pyld.normalize(part, settings).encode()).digest() for part in parts)

    def verify() -> None:
        document = {name: value for name, value in signed.items() if name != "proof"}
        key: Any = did_key.find(signed["proof"]["verificationMethod"], "assertionMethod").key
        key.verify(decode_multibase(signed["proof"]["proofValue"]), data(document, signed["proof"]))

    return {"PyLD naive issue": lambda: signer.sign(data(unsigned, signed["proof"])), "PyLD naive verify": verify}


def in_node(claims: dict[str, Any], frame: dict[str, Any], vct: str) -> dict[str, float]:
    """Return what the packages for Node.js take: @digitalbazaar/*, jose and @sd-jwt/sd-jwt-vc."""
    document = {name: value for name, value in ld.full_badge("").items() if name != "credentialStatus"}
    found: dict[str, float] = {}
    judge = Judge("data_integrity.mjs", str(CONTEXTS))
    for suite, kind, rounds in (
        ("eddsa-rdfc-2022", "Ed25519", ROUNDS),
        ("ecdsa-rdfc-2019", "P-256", ROUNDS),
        ("ecdsa-sd-2023", "P-256", ROUNDS // 4),
    ):
        pointers = {"mandatoryPointers": ALWAYS, "selectivePointers": SHOWN}
        answer = judge.ask("bench", document=document, kind=kind, suite=suite, rounds=rounds, now=WHEN, **pointers)
        act = "base" if suite == "ecdsa-sd-2023" else "issue"
        found[f"@digitalbazaar {suite} {act}"] = answer["issue"]
        found[f"@digitalbazaar {suite} verify"] = answer["verify"]
    judge.close()
    judge = Judge("jose.mjs")
    for algorithm in ("EdDSA", "ES256"):
        answer = judge.ask("bench", algorithm=algorithm, claims=ld.full_badge("did:example:x"), rounds=ROUNDS * 4)
        found[f"jose vc+jwt {algorithm} issue"], found[f"jose vc+jwt {algorithm} verify"] = (
            answer["issue"],
            answer["verify"],
        )
    judge.close()
    judge = Judge("sd_jwt.mjs")
    now = int(datetime.now(UTC).timestamp())
    answer = judge.ask("bench", claims={"vct": vct, **claims}, frame=frame, header={}, rounds=ROUNDS * 4, now=now)
    judge.close()
    return found | {"@sd-jwt issue": answer["issue"], "@sd-jwt verify": answer["verify"]}

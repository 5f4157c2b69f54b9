"""What a verifier may ask the world for: issuers of every DID method that we know."""

from __future__ import annotations

import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding

from app.config import Settings
from app.wiring import Choices, make_verifier_parts
from keys import did_key
from keys.certificates import DevelopmentCA
from keys.did_webvh import log_address_of
from keys.local_signer import LocalSigner
from proofs.integrity import add_proof
from schemas.report import Answer
from services.clock import StoppedClock
from services.fetch import Fetched, MappingFetcher
from tests.support.linked_data import converter, ed25519_signer
from tests.support.webvh import NOW, Log

UNSIGNED = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential"],
    "credentialSubject": {"id": "urn:example:zoe"},
}


class Issuer:
    """An issuer by did:webvh: its log, and a credential that the key of its document signed."""

    def __init__(self) -> None:
        key = ed25519.Ed25519PrivateKey.generate()
        self.log = Log(LocalSigner(key, verification_method=did_key.verification_method_for(key.public_key())))
        method = {"type": "Multikey", "controller": self.log.did, "publicKeyMultibase": self.log.key()}
        method["id"] = f"{self.log.did}#key"
        contexts = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
        state = {"@context": contexts, "id": self.log.did, "verificationMethod": [method]}
        self.log.add(state={**state, "assertionMethod": [method["id"]]})
        self.signed = add_proof(
            {**UNSIGNED, "issuer": self.log.did},
            signer=LocalSigner(key, verification_method=f"{self.log.did}#key"),
            cryptosuite="eddsa-rdfc-2022",
            created=NOW,
            converter=converter(),
        )


def integrity(folder: Path, issuer: Issuer, log: bytes) -> tuple[Answer, str | None]:
    """Return what a verifier says of the integrity of the credential while the host shows this log."""
    address = log_address_of(issuer.log.did)
    fetcher = MappingFetcher({address: Fetched(address, 200, "text/jsonl", log)})
    choices = Choices(public=False, clock=StoppedClock(NOW), fetcher=fetcher)
    parts = make_verifier_parts(Settings(development=True, var=folder), choices)
    answered = parts.verifier.verify(json.dumps(issuer.signed).encode()).integrity
    return answered.answer, answered.code


def test_an_issuer_with_a_verifiable_history_is_resolved(tmp_path: Path) -> None:
    """Proof core, item 7: did:webvh is verified."""
    issuer = Issuer()
    assert (Answer.YES, None) == integrity(tmp_path, issuer, issuer.log.raw())


def test_a_history_that_somebody_else_continued_is_not_believed(tmp_path: Path) -> None:
    """A host that is taken over cannot rewrite the log (F02)."""
    issuer = Issuer()
    issuer.log.add(by=ed25519_signer())
    answer, code = integrity(tmp_path, issuer, issuer.log.raw())
    assert Answer.YES is not answer
    assert "did-document-invalid" == code


def test_lists_that_an_operator_placed_are_at_hand_for_certificates_in_tokens(tmp_path: Path) -> None:
    parts = make_verifier_parts(Settings(development=True, var=tmp_path), Choices(public=False))
    evidence = parts.verifier._evidence()
    assert () == evidence.revocations()
    crl = DevelopmentCA.create(now=NOW).crl(now=NOW)
    (tmp_path / "crls").mkdir()
    (tmp_path / "crls" / "root.crl").write_bytes(crl.public_bytes(Encoding.PEM))
    (tmp_path / "crls" / "leaf.ocsp").write_bytes(b"an answer")
    assert (crl.public_bytes(Encoding.DER), b"an answer") == evidence.revocations()

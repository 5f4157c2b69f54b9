"""Tokens are judged before they are taken, and the next authority is asked instead (X10, H13)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from proofs.pades import Sealer, ValidationMaterial, check_seal
from proofs.timestamp_tokens import TokenJudge
from schemas.problems import ProblemError
from services.timestamps import (
    HTTPTimestamper,
    LocalTimestamper,
    TimestampAuthority,
    TimestampUnavailableError,
    token_certificates,
)
from tests.support.pdf_pki import NOW, LoadedSigner, TestCA
from tests.support.sealed import SealWorld

DIGEST = hashlib.sha256(b"a diploma").digest()
CA = TestCA()
GOOD = CA.timestamping()
JUDGE = TokenJudge((CA.root,), (), lambda: NOW)
DAY = timedelta(days=1)


def token_of(key: LoadedSigner, at: object = NOW) -> bytes:
    return LocalTimestamper(TimestampAuthority(key, lambda: at)).stamp(DIGEST)  # type: ignore[arg-type, return-value]


def test_a_good_token_is_taken() -> None:
    JUDGE(token_of(GOOD), DIGEST)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: token_of(CA.timestamping(days=-1)), "not in force, or not known"),
        (lambda: token_of(TestCA().timestamping()), "not in force, or not known"),
        (lambda: token_of(CA.seal()), "not in force, or not known|does not hold"),
        (lambda: token_of(GOOD, NOW + timedelta(hours=1)), "clock"),
        (lambda: token_of(GOOD, NOW - timedelta(hours=1)), "clock"),
    ],
    ids=["expired", "strange-root", "wrong-use", "future", "past"],
)
def test_a_token_that_would_not_be_believed_is_not_taken(make: Callable[[], bytes], why: str) -> None:
    with pytest.raises(TimestampUnavailableError, match=why):
        JUDGE(make(), DIGEST)


def test_a_token_over_another_digest_or_with_another_signature_is_not_taken() -> None:
    with pytest.raises(TimestampUnavailableError, match="does not hold"):
        JUDGE(token_of(GOOD), bytes(32))
    token = cms.ContentInfo.load(token_of(GOOD))
    signer = token["content"]["signer_infos"][0]
    signature = signer["signature"].native
    raw = token.dump().replace(signature, signature[:-1] + bytes([signature[-1] ^ 1]))
    with pytest.raises(TimestampUnavailableError, match="does not hold"):
        JUDGE(raw, DIGEST)
    bare = cms.ContentInfo.load(token_of(GOOD))
    bare["content"]["certificates"] = []
    with pytest.raises(TimestampUnavailableError):
        JUDGE(bare.dump(force=True), DIGEST)


class ByTurns:
    """Another authority answers from the n-th question on."""

    def __init__(self, *, first: LoadedSigner, then: LoadedSigner, after: int) -> None:
        self.keys, self.after, self.asked = (first, then), after, 0
        self.certificates = (first.certificates[0], then.certificates[0], CA.root)

    def stamp(self, digest: bytes) -> bytes:
        self.asked += 1
        key = self.keys[self.asked > self.after]
        return LocalTimestamper(TimestampAuthority(key, lambda: NOW)).stamp(digest)


def _world() -> SealWorld:
    return SealWorld(ca=CA)


@pytest.mark.parametrize(("after", "questions"), [(0, 3), (1, 6), (2, 6), (3, 3)])
def test_when_another_authority_takes_over_the_seal_is_made_anew(after: int, questions: int) -> None:
    """The evidence in a file is that of one authority: mixed, it could not be proved later."""
    world = _world()
    stamper = ByTurns(first=GOOD, then=CA.timestamping(), after=after)
    material = ValidationMaterial((CA.root,), stamper.certificates, world.material().crls)
    sealer = Sealer(signer=world.signer, timestamper=stamper, material=lambda: material, now=lambda: NOW)
    sealed = sealer.seal(world.base())
    assert questions == stamper.asked  # a sample, the seal's and the document's; once more when they differ
    assert "B-LTA" == check_seal(sealed, trust=world.trust, now=NOW + 400 * DAY).level
    assert "B-LTA" == check_seal(sealer.seal(world.base()), trust=world.trust, now=NOW).level


def test_authorities_that_answer_by_turns_for_ever_seal_nothing() -> None:
    world = _world()

    class Alternating(ByTurns):
        def stamp(self, digest: bytes) -> bytes:
            self.after = self.asked + 1 - self.asked % 2
            return super().stamp(digest)

    stamper = Alternating(first=GOOD, then=CA.timestamping(), after=0)
    material = ValidationMaterial((CA.root,), stamper.certificates, world.material().crls)
    sealer = Sealer(signer=world.signer, timestamper=stamper, material=lambda: material, now=lambda: NOW)
    with pytest.raises(ProblemError) as caught:
        sealer.seal(world.base())
    assert "awaiting-timestamp" == caught.value.problem.code


def test_evidence_that_is_missing_of_the_authority_makes_a_document_wait() -> None:
    """X11: an answer about the seal's certificate is there, one about the timestamp's is not."""
    world = _world()
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=world.signer.certificates[0],
        issuer=CA.root,
        algorithm=hashes.SHA1(),  # noqa: S303 (how a certificate is named, nothing more)
        cert_status=ocsp.OCSPCertStatus.GOOD,
        this_update=NOW,
        next_update=NOW + DAY,
        revocation_time=None,
        revocation_reason=None,
    )
    answer = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, CA.root).sign(CA.key, hashes.SHA256())
    told = (answer.public_bytes(Encoding.DER),)
    material = ValidationMaterial((CA.root,), world.timestamper.certificates, ocsp_responses=told)
    sealer = Sealer(signer=world.signer, timestamper=world.timestamper, material=lambda: material, now=lambda: NOW)
    with pytest.raises(ProblemError) as caught:
        sealer.seal(world.base())
    assert "awaiting-evidence" == caught.value.problem.code


def test_the_certificates_of_a_token_begin_with_its_signers() -> None:
    assert tuple(GOOD.certificates) == token_certificates(token_of(GOOD))
    bare = cms.ContentInfo.load(token_of(GOOD))
    bare["content"]["certificates"] = []
    with pytest.raises(ValueError, match="does not hold"):
        token_certificates(bare.dump(force=True))
    by_key = cms.ContentInfo.load(token_of(GOOD))
    identifier = GOOD.certificates[0].extensions.get_extension_for_class

    digest = identifier(x509.SubjectKeyIdentifier).value.digest
    by_key["content"]["signer_infos"][0]["sid"] = cms.SignerIdentifier({"subject_key_identifier": digest})
    assert GOOD.certificates[0] == token_certificates(by_key.dump(force=True))[0]


@contextmanager
def lying(monkeypatch: pytest.MonkeyPatch, answers: dict[str, LoadedSigner]) -> Iterator[list[str]]:
    """Let addresses answer with the keys given; what is not listed is dead."""
    asked: list[str] = []

    def post(_self: HTTPTimestamper, address: str, question: bytes) -> bytes:
        asked.append(address)
        if address not in answers:
            raise ConnectionRefusedError(address)
        return TimestampAuthority(answers[address], lambda: NOW).respond(question)

    with monkeypatch.context() as patch:
        patch.setattr(HTTPTimestamper, "_post", post)
        yield asked


def test_the_dead_and_the_lying_are_passed_over_and_asked_last_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    liar = CA.timestamping(days=-1)
    addresses = ["http://dead", "http://liar", "http://good"]
    with lying(monkeypatch, {"http://liar": liar, "http://good": GOOD}) as asked:
        stamper = HTTPTimestamper(addresses, accept=JUDGE)
        JUDGE(stamper.stamp(DIGEST), DIGEST)
        assert addresses == asked
        stamper.stamp(DIGEST)
        assert [*addresses, "http://good"] == asked


def test_when_all_failed_nobody_is_asked_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch of ten thousand does not wait for the dead at each row."""
    with lying(monkeypatch, {}) as asked:
        stamper = HTTPTimestamper(["http://one", "http://two"])
        for _ in range(3):
            with pytest.raises(TimestampUnavailableError):
                stamper.stamp(DIGEST)
        assert ["http://one", "http://two"] == asked
        patient = HTTPTimestamper(["http://one"], pause=0)
        for _ in range(3):
            with pytest.raises(TimestampUnavailableError):
                patient.stamp(DIGEST)
        assert 5 == len(asked)

"""Sealing with a key that is elsewhere: only a digest travels."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature

from proofs.pades import ValidationMaterial, check_seal
from proofs.pades_deferred import Waiting, finish, prepare
from schemas.awards import Kind, Language
from schemas.problems import ProblemError
from tests.support.documents import INSTITUTION
from tests.support.pdf_pki import NOW, LoadedSigner
from tests.support.sealed import SealWorld


def remote(signer: LoadedSigner, digest: bytes) -> bytes:
    """Sign a digest as a remote service does: it never sees the document."""
    prehashed = Prehashed(hashes.SHA256())
    if isinstance(signer.key, rsa.RSAPrivateKey):
        return signer.key.sign(digest, padding.PKCS1v15(), prehashed)
    r, s = decode_dss_signature(signer.key.sign(digest, ec.ECDSA(prehashed)))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def prepared(world: SealWorld) -> Waiting:
    return prepare(
        world.base(),
        chain=world.signer.certificates,
        timestamper=world.timestamper,
        material=world.material(),
        now=NOW,
        stamp=world.typesetter.stamp(INSTITUTION, Language.FRENCH, Kind.TRANSCRIPT),
    )


def finished(world: SealWorld, waiting: Waiting, signature: bytes, material: ValidationMaterial | None = None) -> bytes:
    return finish(waiting, signature, timestamper=world.timestamper, material=material or world.material(), now=NOW)


@pytest.mark.parametrize("kind", ["P-256", "RSA-3072"])
def test_a_remote_key_seals_as_a_near_one_does(kind: str) -> None:
    world = SealWorld(kind=kind)
    waiting = prepared(world)
    assert len(waiting.digest) == 32
    sealed = finished(world, waiting, remote(world.signer, waiting.digest))
    finding = check_seal(sealed, trust=world.trust, now=NOW)
    assert (finding.level, finding.certificate) == ("B-LTA", world.signer.certificates[0])


def test_a_signature_over_something_else_is_refused() -> None:
    world = SealWorld()
    waiting, other = prepared(world), prepared(world)
    with pytest.raises(ProblemError) as caught:
        finished(world, waiting, remote(world.signer, other.digest))
    assert caught.value.problem.code == "certificate-untrusted"


def test_a_key_that_cannot_seal_is_refused() -> None:
    world = SealWorld()
    waiting = prepared(world)
    key = ed25519.Ed25519PrivateKey.generate().public_key()

    class Odd:
        def public_key(self) -> ed25519.Ed25519PublicKey:
            return key

    with pytest.raises(ProblemError) as caught:
        finished(world, dataclasses.replace(waiting, chain=(Odd(),)), b"x" * 64)  # type: ignore[arg-type]
    assert caught.value.problem.code == "certificate-untrusted"


def test_a_certificate_revoked_meanwhile_finishes_nothing() -> None:
    world = SealWorld()
    waiting = prepared(world)
    world.ca.revoke(world.signer.certificates[0], NOW - timedelta(minutes=5))
    with pytest.raises(ProblemError) as caught:
        finished(world, waiting, remote(world.signer, waiting.digest))
    assert caught.value.problem.code == "certificate-revoked"


def test_two_authorities_in_one_seal_finish_nothing() -> None:
    """The evidence in a file is that of one authority; the signature may be given again."""
    world = SealWorld()
    waiting = prepared(world)
    stampers = [world.timestamper, world.ca.timestamper(), world.timestamper]

    class ByTurns:
        certificates = tuple(one.certificates[0] for one in stampers[:2])

        def stamp(self, digest: bytes) -> bytes:
            return stampers.pop().stamp(digest)

    material = dataclasses.replace(world.material(), certificates=(*ByTurns.certificates, world.ca.root))
    signature = remote(world.signer, waiting.digest)
    with pytest.raises(ProblemError) as caught:
        finish(waiting, signature, timestamper=ByTurns(), material=material, now=NOW)
    assert caught.value.problem.code == "awaiting-timestamp"
    assert check_seal(finished(world, waiting, signature), trust=world.trust, now=NOW).level == "B-LTA"

from __future__ import annotations

from proofs.signatures import curve_hash, ecdsa_holds, eddsa_holds, edwards_hash
from tests.support import linked_data as ld


def test_a_key_of_another_kind_never_holds() -> None:
    edwards, curve = ld.ed25519_signer(), ld.ecdsa_signer()
    assert eddsa_holds(edwards.public_key, edwards.sign(b"x"), b"x")
    assert ecdsa_holds(curve.public_key, curve.sign(b"x"), b"x")
    assert not eddsa_holds(curve.public_key, edwards.sign(b"x"), b"x")
    assert not ecdsa_holds(edwards.public_key, curve.sign(b"x"), b"x")
    assert not eddsa_holds(edwards.public_key, edwards.sign(b"x"), b"y")
    assert not ecdsa_holds(curve.public_key, curve.sign(b"x"), b"y")
    assert not ecdsa_holds(curve.public_key, curve.sign(b"x") + b"\0", b"x")


def test_each_kind_of_key_has_its_hash() -> None:
    edwards, curve = ld.ed25519_signer().public_key, ld.ecdsa_signer().public_key
    assert ("sha256", None) == (edwards_hash(edwards), edwards_hash(curve))
    assert (None, "sha256") == (curve_hash(edwards), curve_hash(curve))

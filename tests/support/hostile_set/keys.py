"""Fresh keys, and the names under which documents know them; nothing here is the product's own code."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
CURVES: dict[str, tuple[Any, str, Any, int, bytes]] = {
    "P-256": (ec.SECP256R1(), "ES256", hashes.SHA256(), 32, b"\x80\x24"),
    "P-384": (ec.SECP384R1(), "ES384", hashes.SHA384(), 48, b"\x81\x24"),
    "P-521": (ec.SECP521R1(), "ES512", hashes.SHA512(), 66, b"\x82\x24"),
    "secp256k1": (ec.SECP256K1(), "ES256K", hashes.SHA256(), 32, b"\xe7\x01"),
}
ORDERS = {
    "P-256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "Ed25519": 2**252 + 27742317777372353535851937790883648493,
}


def b58(data: bytes) -> str:
    """Return base58btc."""
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        digits = _ALPHABET[rest] + digits
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + digits


def unb58(text: str) -> bytes:
    """Return the bytes of a base58btc text."""
    number = 0
    for character in text:
        number = number * 58 + _ALPHABET.index(character)
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def b64(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Return the bytes of base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Key:
    """A key pair of its own; `vm` is how proofs name it and `did` who it belongs to (did:key by default)."""

    def __init__(self, kind: str = "Ed25519", *, bits: int = 2048, exponent: int = 65537) -> None:
        self.kind = kind
        self.private: Any
        if kind == "Ed25519":
            self.private, self.alg = ed25519.Ed25519PrivateKey.generate(), "EdDSA"
        elif kind == "RSA":
            self.private, self.alg = rsa.generate_private_key(exponent, bits), "RS256"
        else:
            self.private, self.alg = ec.generate_private_key(CURVES[kind][0]), CURVES[kind][1]
        self.multikey = "z" + b58(self.prefix + self.raw)
        self.did = f"did:key:{self.multikey}"
        self.vm = f"{self.did}#{self.multikey}"

    @property
    def public(self) -> Any:
        return self.private.public_key()

    @property
    def prefix(self) -> bytes:
        return {"Ed25519": b"\xed\x01", "RSA": b"\x85\x24"}.get(self.kind) or CURVES[self.kind][4]

    @property
    def raw(self) -> bytes:
        """Return the public key as did:key writes it."""
        if self.kind == "Ed25519":
            return bytes(self.public.public_bytes_raw())
        if self.kind == "RSA":
            return bytes(self.public.public_bytes(Encoding.DER, PublicFormat.PKCS1))
        return bytes(self.public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint))

    @property
    def pem(self) -> bytes:
        return bytes(self.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

    @property
    def jwk(self) -> dict[str, str]:
        if self.kind == "Ed25519":
            return {"kty": "OKP", "crv": "Ed25519", "x": b64(self.raw)}
        numbers = self.public.public_numbers()
        if self.kind == "RSA":
            n, e = numbers.n, numbers.e
            size = (n.bit_length() + 7) // 8
            return {
                "kty": "RSA",
                "n": b64(n.to_bytes(size, "big")),
                "e": b64(e.to_bytes((e.bit_length() + 7) // 8, "big")),
            }
        size = CURVES[self.kind][3]
        x, y = (b64(part.to_bytes(size, "big")) for part in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": self.kind, "x": x, "y": y}

    def as_jwk(self) -> Key:
        """Name the key by its did:jwk from now on."""
        self.did = "did:jwk:" + b64(json.dumps(self.jwk, separators=(",", ":")).encode())
        self.vm = f"{self.did}#0"
        return self

    def as_web(self, did: str, fragment: str = "key-1") -> Key:
        """Name the key as one of a did:web from now on."""
        self.did, self.vm = did, f"{did}#{fragment}"
        return self

    def sign(self, data: bytes, algorithm: Any = None) -> bytes:
        """Return the signature: raw r and s for curves."""
        if self.kind == "Ed25519":
            return bytes(self.private.sign(data))
        if self.kind == "RSA":
            return bytes(self.private.sign(data, padding.PKCS1v15(), algorithm or hashes.SHA256()))
        _, _, usual, size, _ = CURVES[self.kind]
        r, s = decode_dss_signature(self.private.sign(data, ec.ECDSA(algorithm or usual)))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    def high_s(self, signature: bytes) -> bytes:
        """Return the other spelling of a P-256 signature."""
        r, s = signature[:32], int.from_bytes(signature[32:], "big")
        return r + max(s, ORDERS["P-256"] - s).to_bytes(32, "big")

    def method(self, form: str = "Multikey") -> dict[str, Any]:
        """Return the key as a DID document lists it."""
        found: dict[str, Any] = {"id": self.vm, "type": form, "controller": self.did}
        if form.startswith("JsonWebKey"):
            return found | {"publicKeyJwk": self.jwk}
        return found | {"publicKeyMultibase": self.multikey}

    def thumbprint(self) -> str:
        text = json.dumps(self.jwk, separators=(",", ":"), sort_keys=True)
        return b64(hashlib.sha256(text.encode()).digest())

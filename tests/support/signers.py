"""Signers with did:key names, and tokens made by hand, for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, partial
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from keys import did_key
from keys.local_signer import LocalSigner, PrivateKey
from keys.multibase import encode_base64url
from keys.resolver import DIDResolver, Resolver, find_key
from keys.store import Algorithm
from proofs.vc_jose import KeyFinder


@cache
def private_key(algorithm: Algorithm, name: str = "issuer") -> PrivateKey:
    """Return one key per algorithm and name for the whole run; RSA keys are slow to make."""
    del name
    if algorithm is Algorithm.EDDSA:
        return ed25519.Ed25519PrivateKey.generate()
    if algorithm is Algorithm.RS256:
        return rsa.generate_private_key(65537, 2048)
    curves = {Algorithm.ES256: ec.SECP256R1, Algorithm.ES384: ec.SECP384R1, Algorithm.ES512: ec.SECP521R1}
    return ec.generate_private_key(curves[algorithm]())


def signer(algorithm: Algorithm = Algorithm.ES256, name: str = "issuer") -> LocalSigner:
    """Return a signer named by its did:key."""
    key = private_key(algorithm, name)
    return LocalSigner(key, verification_method=did_key.verification_method_for(key.public_key()))


def controller(of: LocalSigner) -> str:
    """Return the DID of a signer."""
    return of.verification_method.partition("#")[0]


def key_finder(resolver: DIDResolver | None = None) -> KeyFinder:
    """Return the `find_key` of a resolver; by default of one that knows did:key and did:jwk."""
    return partial(find_key, resolver or Resolver())


def raw_token(header: Mapping[str, Any] | bytes, payload: Mapping[str, Any] | bytes, by: LocalSigner | None) -> str:
    """Return a token of any header and payload, as an attacker or a careless issuer makes it."""
    pieces = [piece if isinstance(piece, bytes) else json.dumps(piece).encode() for piece in (header, payload)]
    signing_input = ".".join(encode_base64url(piece) for piece in pieces)
    signature = by.sign(signing_input.encode()) if by else b""
    return f"{signing_input}.{encode_base64url(signature)}"

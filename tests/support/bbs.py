"""Base and derived proofs of bbs-2023 for tests, and the suites with it switched on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from keys.multibase import decode_multibase, encode_multibase
from proofs import bbs_2023, cbor, experimental
from proofs.bbs_signer import BBSSigner
from proofs.cryptosuite import Cryptosuite
from tests.support import linked_data as ld

MANDATORY = ("/issuer", "/validFrom", "/credentialStatus")
BASE, DERIVED = b"\xd9\x5d\x02", b"\xd9\x5d\x03"


@cache
def signer() -> BBSSigner:
    """Return a key for all tests; making one takes longer than signing."""
    return BBSSigner.generate()


def suites() -> Mapping[str, Cryptosuite]:
    """Return the suites with bbs-2023 switched on."""
    return experimental.allowed(["bbs-2023"])


def issuer() -> str:
    """Return the did:key of `signer`."""
    return signer().verification_method.partition("#")[0]


def base(document: Any = None, **options: Any) -> dict[str, Any]:
    """Return a badge, or `document`, with a base proof."""
    options = {"signer": signer(), "mandatory": MANDATORY, **options}
    return bbs_2023.add_base_proof(document or ld.full_badge(issuer()), converter=ld.converter(), **options)


def shown(document: dict[str, Any], *selective: str, **options: Any) -> dict[str, Any]:
    """Return what is shown of `document`."""
    return bbs_2023.derive(document, selective=selective, converter=ld.converter(), **options)


def check(document: Mapping[str, Any], **options: Any) -> Any:
    """Check the proofs of `document` with bbs-2023 switched on."""
    return ld.check(document, **{"suites": suites(), **options})


def parts(document: Mapping[str, Any]) -> Any:
    """Return what the proof value holds."""
    return cbor.decode(decode_multibase(document["proof"]["proofValue"], max_chars=100_000, bases="u")[3:])


def with_parts(document: dict[str, Any], change: Callable[[list[Any]], Any], prefix: bytes) -> dict[str, Any]:
    """Return `document` with another proof value: `change` works on its parts, or returns what stands there instead."""
    found = parts(document)
    answer = change(found)
    value = cbor.encode(found if answer is None else answer)
    return {**document, "proof": {**document["proof"], "proofValue": encode_multibase(prefix + value, base="u")}}

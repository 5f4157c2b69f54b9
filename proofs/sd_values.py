"""What the suites of selective disclosure have in common: reading proof values, and the lines of what is shown.

Specification: Data Integrity ECDSA Cryptosuites 1.0, section 3.5; Data Integrity BBS Cryptosuites
1.0, section 3.3.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from keys.multibase import decode_multibase
from proofs import cbor, rdfc
from proofs.cryptosuite import Securing
from proofs.sd_statements import named_lines
from schemas.limits import Limits
from schemas.problems import MALFORMED, TAMPERED, ProblemError


def raw_value(value: Any, limits: Limits) -> bytes:
    """Return the bytes of a proof value; raise `MultibaseError`, or `TypeError` for what is no text."""
    return decode_multibase(value, max_chars=limits.sd_proof_value_chars, bases="u")


def value_parts(raw: bytes, prefix: bytes) -> Any:
    """Return what stands after `prefix`; raise `CBORError`, or `ValueError` for another kind of value."""
    if raw[: len(prefix)] != prefix:
        msg = "another kind of proof value"
        raise ValueError(msg)
    return cbor.decode(raw[len(prefix) :])


def base_proof(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the one proof of `document`, also from a list of one, if it is of the suite `name`; raise MALFORMED."""
    proof = document.get("proof")
    if isinstance(proof, list) and len(proof) == 1:
        (proof,) = proof
    if not isinstance(proof, Mapping) or proof.get("cryptosuite") != name:
        raise no_base()
    return proof


def shown_lines(securing: Securing, names: Mapping[int, str]) -> list[str]:
    """Return the document's lines under the names that the issuer signed; TAMPERED when they do not fit.

    `names` by the number of the canonical label: that of `_:c14n0` is 0.
    """
    dataset = securing.converter.dataset(securing.document, limits=securing.limits)
    labels = rdfc.labels(dataset, limits=securing.limits)
    if {rank(label) for label in labels} != names.keys():
        raise tampered("the names of the statements are not those that were signed")
    return named_lines(dataset, [names[rank(label)] for label in labels])


def split(lines: Sequence[str], mandatory: Collection[int]) -> tuple[list[str], list[str]]:
    """Return the lines whose numbers are mandatory, and the others."""
    kept = [line for number, line in enumerate(lines) if number in mandatory]
    return kept, [line for number, line in enumerate(lines) if number not in mandatory]


def mandatory_digest(lines: Sequence[str]) -> bytes:
    """Return the SHA-256 of the mandatory lines."""
    return hashlib.sha256("".join(lines).encode()).digest()


def rank(label: str) -> int:
    """Return the number of a canonical label such as `_:c14n0`."""
    return int(label.removeprefix("_:c14n"))


def tampered(detail: str) -> ProblemError:
    """Return the problem of a proof that does not hold."""
    return ProblemError(TAMPERED.about(detail))


def no_base() -> ProblemError:
    """Return the problem of a holder who has nothing to derive from."""
    return ProblemError(MALFORMED.about("no base proof to derive from"))

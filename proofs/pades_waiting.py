"""A document that waits for its signature, as files: what a signing service gets, and what it gives back.

    write(waiting, folder)                  # document.pdf, waiting.json, signed-attributes.der, digest.bin
    waiting = read(folder)
    signature = signature_in(answer, waiting)

Services answer in several ways: the bare signature (PKCS#1, r followed by s, or ECDSA in DER), the
same in base64, or a whole CMS around it. All come down to the bare one, which `finish` checks.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from pathlib import Path
from typing import Final

import orjson
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from keys.certificates import pem_of
from proofs.pades_deferred import Waiting
from schemas import strict_json
from schemas.problems import NOT_PARSABLE, ProblemError
from services.files import PRIVATE, write_atomically

FORMAT: Final = "parchemin-waiting-seal/1"
DOCUMENT: Final = "document.pdf"
RECORD: Final = "waiting.json"
ATTRIBUTES: Final = "signed-attributes.der"
DIGEST: Final = "digest.bin"


def write(waiting: Waiting, folder: Path) -> None:
    """Write what waits into a folder; `digest.bin` alone needs to leave the house."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    record = {
        "format": FORMAT,
        "document_sha256": hashlib.sha256(waiting.pdf).hexdigest(),
        "document_digest": waiting.document_digest.hex(),
        "place": list(waiting.place),
        "chain": pem_of(waiting.chain),
    }
    write_atomically(folder / DOCUMENT, waiting.pdf, mode=PRIVATE)
    write_atomically(folder / ATTRIBUTES, waiting.signed_attributes, mode=PRIVATE)
    write_atomically(folder / DIGEST, waiting.digest, mode=PRIVATE)
    write_atomically(folder / RECORD, orjson.dumps(record, option=orjson.OPT_INDENT_2), mode=PRIVATE)


def read(folder: Path) -> Waiting:
    """Return what waits in a folder; raise ProblemError(not-parsable) when it is not whole."""
    try:
        record = strict_json.loads((folder / RECORD).read_bytes())
        pdf = (folder / DOCUMENT).read_bytes()
        start, end = (int(number) for number in record["place"])
        _require(record["format"] == FORMAT and record["document_sha256"] == hashlib.sha256(pdf).hexdigest())
        return Waiting(
            pdf=pdf,
            document_digest=bytes.fromhex(record["document_digest"]),
            place=(start, end),
            signed_attributes=(folder / ATTRIBUTES).read_bytes(),
            chain=tuple(x509.load_pem_x509_certificates(record["chain"].encode("ascii"))),
        )
    except (OSError, KeyError, TypeError, ValueError, ProblemError) as error:
        raise ProblemError(NOT_PARSABLE.about("no whole document waits in this folder")) from error


def signature_in(answer: bytes, waiting: Waiting) -> bytes:
    """Return the bare signature in what a service gave back: PKCS#1, or r followed by s.

    Whether it is the right one is seen by `finish`. Raises ProblemError(not-parsable).
    """
    plain = _from_base64(answer)
    inside = _in_cms(plain)
    key = waiting.chain[0].public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return inside
    size = (key.curve.key_size + 7) // 8
    if len(inside) == 2 * size:
        return inside
    try:
        r, s = decode_dss_signature(inside)
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")
    except (ValueError, OverflowError) as error:
        raise ProblemError(NOT_PARSABLE.about("this is no ECDSA signature")) from error


def _require(whole: bool) -> None:  # noqa: FBT001 (what is said about the folder)
    if not whole:
        raise ValueError(FORMAT)


def _from_base64(answer: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(answer.split()), validate=True)
    except binascii.Error:
        return answer


def _in_cms(answer: bytes) -> bytes:
    """Return the signature inside a CMS, or the answer itself when it is none."""
    try:
        info = cms.ContentInfo.load(answer, strict=True)
        signature: bytes = info["content"]["signer_infos"][0]["signature"].native
    except (ValueError, TypeError, KeyError, IndexError):
        return answer
    return signature

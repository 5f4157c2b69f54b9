"""A signing service of somebody else: a process of its own that holds the key and is given a digest, nothing more.

python signing_service.py KEY.pem raw|der|base64|cms < digest.bin > answer
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path

from asn1crypto import algos, cms
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_private_key


def sign(pem: bytes, digest: bytes, form: str) -> bytes:
    """Return the signature of a SHA-256 digest in the form that this service speaks."""
    key = load_pem_private_key(pem, None)
    prehashed = Prehashed(hashes.SHA256())
    if isinstance(key, rsa.RSAPrivateKey):
        bare = key.sign(digest, padding.PKCS1v15(), prehashed)
    elif isinstance(key, ec.EllipticCurvePrivateKey):
        bare = key.sign(digest, ec.ECDSA(prehashed))
        if form in {"raw", "base64"}:
            r, s = decode_dss_signature(bare)
            bare = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    else:
        raise TypeError(form)
    if form == "cms":
        return _in_cms(bare)
    return base64.encodebytes(bare) if form == "base64" else bare


def _in_cms(signature: bytes) -> bytes:
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": {"issuer_and_serial_number": {"issuer": asn1_x509.Name.build({}), "serial_number": 1}},
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": signature,
        }
    )
    signed = {
        "version": "v1",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {"content_type": "data"},
        "signer_infos": [signer],
    }
    der: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return der


if __name__ == "__main__":
    given = sys.stdin.buffer.read()
    if len(given) != 32:
        raise SystemExit("a digest, and nothing else, is taken")
    sys.stdout.buffer.write(sign(Path(sys.argv[1]).read_bytes(), given, sys.argv[2]))

"""Ask an authority for a certificate (PKCS #10, RFC 2986): the key signs the request, wherever it is."""

from __future__ import annotations

from asn1crypto import algos, core, csr, keys, pem, x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from keys.store import Signer

_DER_NAME = "CERTIFICATE REQUEST"


def request_certificate(signer: Signer, *, organisation: str, did: str) -> bytes:
    """Return the request (PEM) for a seal's certificate; the DID stands in it as a URI."""
    public = signer.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    names = x509.GeneralNames([x509.GeneralName("uniform_resource_identifier", did)])
    extensions = x509.Extensions(
        [
            {"extn_id": "key_usage", "critical": True, "extn_value": {"digital_signature", "non_repudiation"}},
            {"extn_id": "subject_alt_name", "extn_value": names},
        ]
    )
    subject = x509.Name.build({"organization_name": organisation, "common_name": f"{organisation}, sceau / seal"})
    info = csr.CertificationRequestInfo(
        {
            "version": "v1",
            "subject": subject,
            "subject_pk_info": keys.PublicKeyInfo.load(public),
            "attributes": [{"type": "extension_request", "values": [extensions]}],
        }
    )
    is_rsa = isinstance(signer.public_key, rsa.RSAPublicKey)
    signature = signer.sign(info.dump())
    whole = csr.CertificationRequest(
        {
            "certification_request_info": info,
            "signature_algorithm": algos.SignedDigestAlgorithm(
                {"algorithm": "sha256_rsa" if is_rsa else "sha256_ecdsa"}
            ),
            "signature": core.OctetBitString(signature if is_rsa else _as_der(signature)),
        }
    )
    armoured: bytes = pem.armor(_DER_NAME, whole.dump())
    return armoured


def _as_der(signature: bytes) -> bytes:
    half = len(signature) // 2
    return encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))

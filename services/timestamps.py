"""Timestamps (RFC 3161): who says when, and how to ask them.

    token = HTTPTimestamper(["https://one.example/tsa", "https://two.example/tsa"]).stamp(digest)

Digests are SHA-256. A token is the DER of a CMS `ContentInfo`; the one who asked has checked that
it answers the question (status, digest, nonce), not that its signature holds: that is judged
where it is used.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import secrets
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Final, Protocol
from urllib.parse import urlsplit

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from services.asn1_settling import settle

_DIGEST_BYTES: Final = 32
_ANSWER_BYTES: Final = 65_536
_OK: Final = 200
_AVOIDED_SECONDS: Final = 60.0
_POLICY: Final = "1.3.6.1.4.1.32473.1"  # an authority for tests; the number is for documentation (RFC 5612), and short
QUERY_TYPE: Final = "application/timestamp-query"
REPLY_TYPE: Final = "application/timestamp-reply"


class TimestampUnavailableError(Exception):
    """No authority gave a timestamp; nothing is wrong with what was to be stamped."""


class TimeStampResponse(core.Sequence):  # type: ignore[misc]  # asn1crypto is not typed
    """TimeStampResp of RFC 3161 section 2.4.2; asn1crypto's own does not know that a refusal has no token."""

    _fields: ClassVar = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


class Timestamper(Protocol):
    """Has a moment attested by an authority."""

    @property
    def certificates(self) -> Sequence[x509.Certificate]:
        """Return the authority's certificates known beforehand; may be empty."""
        ...

    def stamp(self, digest: bytes) -> bytes:
        """Return the token (DER) for a SHA-256 digest; raise `TimestampUnavailableError`."""
        ...


class AuthorityKey(Protocol):
    """The key of an authority: what `keys.store.Signer` is, as far as this door needs it."""

    @property
    def certificates(self) -> Sequence[x509.Certificate]:
        """Return the chain, the key's own certificate first."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Return the signature: PKCS#1 v1.5 for RSA, r followed by s for an elliptic curve."""
        ...


def cms_signature(certificate: x509.Certificate, signature: bytes) -> bytes:
    """Return a signer's signature as CMS wants it: DER for ECDSA (RFC 5753 section 7.2), RSA as it is."""
    if not isinstance(certificate.public_key(), ec.EllipticCurvePublicKey):
        return signature
    half = len(signature) // 2
    return encode_dss_signature(int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))


def signature_algorithm(certificate: x509.Certificate) -> str:
    """Return asn1crypto's name of the algorithm with SHA-256; raise ValueError for other keys."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return "sha256_rsa"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "sha256_ecdsa"
    raise ValueError("a certificate for CMS signatures holds an RSA or an elliptic-curve key")


@dataclass(frozen=True, slots=True)
class TimestampAuthority:
    """An authority of our own: for development and tests, and inside a closed network.

    `respond` takes and gives the bytes of RFC 3161; what it signs with is loaded once.
    """

    key: AuthorityKey
    now: Callable[[], datetime]
    policy: str = _POLICY

    def respond(self, request: bytes) -> bytes:
        """Return a TimeStampResp for a TimeStampReq (RFC 3161 section 2.4)."""
        try:
            asked = tsp.TimeStampReq.load(request, strict=True)
            imprint = asked["message_imprint"]
            algorithm = imprint["hash_algorithm"]["algorithm"].native
            digest = imprint["hashed_message"].native
            nonce, with_certificates = asked["nonce"].native, bool(asked["cert_req"].native)
        except (ValueError, TypeError, KeyError):
            return _refusal("bad_data_format")
        if algorithm != "sha256" or len(digest) != _DIGEST_BYTES:
            return _refusal("bad_alg")
        token = self._token(imprint, nonce, with_certificates=with_certificates)
        answer = settle(TimeStampResponse({"status": {"status": "granted"}, "time_stamp_token": token}))
        return bytes(answer.dump())

    def _token(self, imprint: Any, nonce: int | None, *, with_certificates: bool) -> cms.ContentInfo:
        moment = self.now().replace(microsecond=0)
        info: dict[str, Any] = {
            "version": "v1",
            "policy": self.policy,
            "message_imprint": imprint,
            "serial_number": secrets.randbits(120),
            "gen_time": moment,
            "accuracy": {"seconds": 1},
        }
        if nonce is not None:
            info["nonce"] = nonce
        content = tsp.TSTInfo(info).dump()
        chain = [_asn1(certificate) for certificate in self.key.certificates]
        signed = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [{"algorithm": "sha256"}],
                "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(content)},
                "certificates": chain if with_certificates else [],
                "signer_infos": [self._signer_info(content, chain[0], moment)],
            }
        )
        return cms.ContentInfo({"content_type": "signed_data", "content": signed})

    def _signer_info(self, content: bytes, own: asn1_x509.Certificate, moment: datetime) -> cms.SignerInfo:
        certificate = self.key.certificates[0]
        attributes = settle(_signed_attributes(content, own, moment))
        return cms.SignerInfo(
            {
                "version": "v1",
                "sid": {"issuer_and_serial_number": {"issuer": own.issuer, "serial_number": own.serial_number}},
                "digest_algorithm": {"algorithm": "sha256"},
                "signed_attrs": attributes,
                "signature_algorithm": {"algorithm": signature_algorithm(certificate)},
                "signature": cms_signature(certificate, self.key.sign(attributes.dump())),
            }
        )


@dataclass(frozen=True, slots=True)
class LocalTimestamper:
    """Asks an authority inside this process, through the same bytes as over the network."""

    authority: TimestampAuthority

    @property
    def certificates(self) -> Sequence[x509.Certificate]:
        """Return the authority's chain."""
        return self.authority.key.certificates

    def stamp(self, digest: bytes) -> bytes:
        """Return the token for a SHA-256 digest."""
        question, nonce = _question(digest)
        return _token_in(self.authority.respond(question), digest, nonce)


def _believe(_token: bytes, _digest: bytes) -> None:
    """Accept any token that answers the question."""


@dataclass(frozen=True, slots=True)
class HTTPTimestamper:
    """Asks authorities over http(s), in the given order, until one answers (RFC 3161 section 3.4).

    `timeout` is in seconds and for each address, however slowly bytes drip. Redirects are not
    followed: the addresses are settings. `accept` judges a token further (its signature, its
    certificate) and raises `TimestampUnavailableError`: then the next authority is asked. One that
    failed a moment ago is asked last, so that not every document waits for it; when all have
    failed nobody is asked for `pause` seconds.
    """

    addresses: Sequence[str]
    timeout: float = 5.0
    certificates: Sequence[x509.Certificate] = ()
    accept: Callable[[bytes, bytes], None] = _believe
    pause: float = 10.0
    _failed: dict[str, float] = field(default_factory=dict, repr=False, compare=False)

    def stamp(self, digest: bytes) -> bytes:
        """Return the first good token; raise `TimestampUnavailableError` naming each failure."""
        if self._just_failed():
            raise TimestampUnavailableError("no authority answered a few seconds ago")
        failures = []
        for address in self._in_order():
            try:
                token = self.ask(address, digest)
            except TimestampUnavailableError as error:
                self._failed[address] = time.monotonic()
                failures.append(f"{urlsplit(address).hostname}: {error}")
            else:
                self._failed.pop(address, None)
                return token
        raise TimestampUnavailableError("; ".join(failures) or "no address of an authority is set")

    def ask(self, address: str, digest: bytes) -> bytes:
        """Return the token of one authority; raise `TimestampUnavailableError`."""
        question, nonce = _question(digest)
        try:
            token = _token_in(self._post(address, question), digest, nonce)
        except (OSError, http.client.HTTPException) as error:
            raise TimestampUnavailableError(str(error) or type(error).__name__) from error
        self.accept(token, digest)
        return token

    def _just_failed(self) -> bool:
        """Return whether every authority failed just now: then a batch does not wait again for each row."""
        since = time.monotonic() - self.pause
        return bool(self.addresses) and all(self._failed.get(one, since) > since for one in self.addresses)

    def _in_order(self) -> list[str]:
        """Return the addresses as they are set, those that failed a moment ago behind the others."""
        since = time.monotonic() - _AVOIDED_SECONDS
        return sorted(self.addresses, key=lambda address: self._failed.get(address, since) > since)

    def _post(self, address: str, question: bytes) -> bytes:
        parts = urlsplit(address)
        kind = {"https": http.client.HTTPSConnection, "http": http.client.HTTPConnection}.get(parts.scheme)
        if kind is None or not parts.hostname:
            raise TimestampUnavailableError("the address is not an http address")
        connection = kind(parts.hostname, parts.port, timeout=self.timeout)
        watch = threading.Timer(self.timeout, _shut, [connection])
        watch.daemon = True
        watch.start()
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, question, {"Content-Type": QUERY_TYPE, "Accept": REPLY_TYPE})
            answer = connection.getresponse()
            if answer.status != _OK or answer.headers.get_content_type() != REPLY_TYPE:
                raise TimestampUnavailableError(f"answered {answer.status}, not a timestamp")
            body: bytes = answer.read(_ANSWER_BYTES + 1)
        finally:
            watch.cancel()
            connection.close()
        if len(body) > _ANSWER_BYTES:
            raise TimestampUnavailableError("the answer is too long")
        return body


def _shut(connection: http.client.HTTPConnection) -> None:
    """End a connection whose time is over, in the middle of whatever it waits for."""
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)


def token_certificates(token: bytes) -> tuple[x509.Certificate, ...]:
    """Return the certificates in a token, the signer's first; raise ValueError when it is none, or names none."""
    signed = cms.ContentInfo.load(token)["content"]
    found = [one.chosen for one in signed["certificates"]]
    sid = signed["signer_infos"][0]["sid"].chosen
    own = [one for one in found if _is_named(one, sid)]
    if not own:
        raise ValueError("the token does not hold its signer's certificate")
    rest = [one for one in found if one.dump() != own[0].dump()]
    return tuple(x509.load_der_x509_certificate(one.dump()) for one in (own[0], *rest))


def token_moment(token: bytes) -> datetime:
    """Return the time that a token attests; raise ValueError when it is none. Its signature is not checked."""
    moment: datetime = _info_of(cms.ContentInfo.load(token))["gen_time"].native
    return moment


def _question(digest: bytes) -> tuple[bytes, int]:
    if len(digest) != _DIGEST_BYTES:
        raise ValueError("a SHA-256 digest has 32 bytes")
    nonce = secrets.randbits(63) | 1 << 62  # always eight bytes: the answers are of one size
    imprint = {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": digest}
    request = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True})
    return request.dump(), nonce


def _token_in(answer: bytes, digest: bytes, nonce: int) -> bytes:
    """Return the token of a TimeStampResp that answers exactly this question (RFC 3161 section 2.4.2)."""
    try:
        response = TimeStampResponse.load(answer, strict=True)
        status = response["status"]["status"].native
        if status not in {"granted", "granted_with_mods"}:
            raise TimestampUnavailableError(f"the authority refused ({status})")
        token = response["time_stamp_token"]
        info = _info_of(token)
        imprint = info["message_imprint"]
        same_digest = secrets.compare_digest(imprint["hashed_message"].native, digest)
        if not same_digest or imprint["hash_algorithm"]["algorithm"].native != "sha256":
            raise TimestampUnavailableError("the authority stamped something else")
        if info["nonce"].native != nonce:
            raise TimestampUnavailableError("the authority answered another question")
        der: bytes = token.dump()
    except (ValueError, TypeError, KeyError) as error:
        raise TimestampUnavailableError("the answer is not a timestamp") from error
    return der


def _info_of(token: cms.ContentInfo) -> tsp.TSTInfo:
    if token["content_type"].native != "signed_data":
        raise ValueError("a timestamp token is signed data")
    inside = token["content"]["encap_content_info"]
    if inside["content_type"].native != "tst_info":
        raise ValueError("a timestamp token holds a TSTInfo")
    return inside["content"].parsed


def _is_named(certificate: asn1_x509.Certificate, sid: Any) -> bool:
    if isinstance(sid, cms.IssuerAndSerialNumber):
        return bool(certificate.issuer == sid["issuer"] and certificate.serial_number == sid["serial_number"].native)
    return bool(certificate.key_identifier == sid.native)


def _refusal(reason: str) -> bytes:
    status = tsp.PKIStatusInfo({"status": "rejection", "fail_info": {reason}})
    refusal: bytes = TimeStampResponse({"status": status}).dump()
    return refusal


def _signed_attributes(content: bytes, own: asn1_x509.Certificate, moment: datetime) -> cms.CMSAttributes:
    """Return what the authority signs, with the certificate named by its digest (RFC 5816)."""
    reference = tsp.ESSCertIDv2(
        {"hash_algorithm": {"algorithm": "sha256"}, "cert_hash": hashlib.sha256(own.dump()).digest()}
    )
    values: dict[str, Any] = {
        "content_type": "tst_info",
        "message_digest": hashlib.sha256(content).digest(),
        "signing_time": cms.Time({"utc_time": core.UTCTime(moment)}),
        "signing_certificate_v2": tsp.SigningCertificateV2({"certs": [reference]}),
    }
    return cms.CMSAttributes([cms.CMSAttribute({"type": name, "values": [value]}) for name, value in values.items()])


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))

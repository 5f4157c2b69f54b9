"""RFC 3161: an authority of our own, and asking authorities over http with fail-over."""

from __future__ import annotations

import hashlib
import http.client
import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from asn1crypto import algos, cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519

from services.timestamps import (
    QUERY_TYPE,
    REPLY_TYPE,
    HTTPTimestamper,
    LocalTimestamper,
    TimestampAuthority,
    TimeStampResponse,
    TimestampUnavailableError,
    _shut,
    cms_signature,
    signature_algorithm,
    token_moment,
)
from tests.support.pdf_pki import NOW, LoadedSigner, TestCA

DIGEST = hashlib.sha256(b"a diploma").digest()
CA = TestCA()
KEY = CA.timestamping()
AUTHORITY = TimestampAuthority(KEY, lambda: NOW)
Answer = Callable[[bytes], tuple[int, str, bytes]]


@contextmanager
def server(answer: Answer) -> Iterator[str]:
    """Serve one authority on loopback."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            assert QUERY_TYPE == self.headers["Content-Type"]
            status, kind, body = answer(asked)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{httpd.server_port}/tsa?policy=1"
        finally:
            httpd.shutdown()
            thread.join()


def good(asked: bytes) -> tuple[int, str, bytes]:
    return 200, REPLY_TYPE, AUTHORITY.respond(asked)


def test_a_token_attests_the_time_of_the_authority() -> None:
    assert token_moment(LocalTimestamper(AUTHORITY).stamp(DIGEST)) == NOW


def test_an_rsa_authority_signs_too() -> None:
    authority = TimestampAuthority(CA.timestamping("RSA-2048"), lambda: NOW)
    assert token_moment(LocalTimestamper(authority).stamp(DIGEST)) == NOW


def test_the_authority_counts_no_serial_number_twice() -> None:
    stamper = LocalTimestamper(AUTHORITY)
    serials = {_info(stamper.stamp(DIGEST))["serial_number"].native for _ in range(5)}
    assert len(serials) == 5


def test_the_timestamper_knows_the_chain_of_its_authority() -> None:
    assert tuple(KEY.certificates) == tuple(LocalTimestamper(AUTHORITY).certificates)


def test_what_is_stamped_must_be_a_sha_256_digest() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        LocalTimestamper(AUTHORITY).stamp(b"short")


def test_the_authority_refuses_what_it_cannot_read() -> None:
    answer = TimeStampResponse.load(AUTHORITY.respond(b"\x30\x03nonsense"))
    assert ("rejection", {"bad_data_format"}) == (
        answer["status"]["status"].native,
        answer["status"]["fail_info"].native,
    )


def test_the_authority_refuses_a_weak_digest() -> None:
    request = _request(hashlib.sha1(b"x").digest(), "sha1")  # noqa: S324
    answer = TimeStampResponse.load(AUTHORITY.respond(request))
    assert answer["status"]["fail_info"].native == {"bad_alg"}


def test_a_request_without_nonce_or_certificates_is_answered_so() -> None:
    answer = TimeStampResponse.load(AUTHORITY.respond(_request(DIGEST, "sha256")))
    token = answer["time_stamp_token"]
    assert len(token["content"]["certificates"]) == 0
    assert token["content"]["encap_content_info"]["content"].parsed["nonce"].native is None


def test_the_first_address_that_answers_is_taken() -> None:
    with server(good) as address:
        token = HTTPTimestamper([address]).stamp(DIGEST)
    assert _info(token)["message_imprint"]["hashed_message"].native == DIGEST


def test_the_next_address_is_asked_when_one_fails() -> None:
    with server(lambda _: (503, "text/plain", b"later")) as broken, server(good) as working:
        stamper = HTTPTimestamper(["ftp://127.0.0.1/", "http://127.0.0.1:1/", broken, working], timeout=2)
        assert token_moment(stamper.stamp(DIGEST)) == NOW


def test_an_authority_that_drips_is_left_when_its_time_is_over() -> None:
    """X10: each byte comes in time, the answer never."""
    over = threading.Event()

    def drip(_asked: bytes) -> tuple[int, str, bytes]:
        over.wait(30)
        return 200, REPLY_TYPE, b""

    with server(drip) as address:
        try:
            with pytest.raises(TimestampUnavailableError):
                HTTPTimestamper([address], timeout=0.2).stamp(DIGEST)
        finally:
            over.set()


def test_a_connection_that_was_never_made_is_left_without_a_word() -> None:
    _shut(http.client.HTTPConnection("127.0.0.1", 1))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda _: (200, "text/html", b"<p>sign in</p>"), "not a timestamp"),
        (lambda _: (200, REPLY_TYPE, b"x" * 70_000), "too long"),
        (lambda _: (200, REPLY_TYPE, b"\x30\x00"), "not a timestamp"),
        (lambda _: (200, REPLY_TYPE, AUTHORITY.respond(b"nonsense")), "refused"),
        (lambda _: (200, REPLY_TYPE, AUTHORITY.respond(_request(bytes(32), "sha256"))), "something else"),
        (lambda _: (200, REPLY_TYPE, AUTHORITY.respond(_request(DIGEST, "sha256"))), "another question"),
        (lambda _: (200, REPLY_TYPE, _not_a_token()), "not a timestamp"),
    ],
)
def test_an_answer_that_does_not_answer_is_not_taken(answer: Answer, reason: str) -> None:
    with server(answer) as address, pytest.raises(TimestampUnavailableError, match=reason):
        HTTPTimestamper([address]).stamp(DIGEST)


def test_without_an_address_nothing_can_be_stamped() -> None:
    with pytest.raises(TimestampUnavailableError, match="no address"):
        HTTPTimestamper([]).stamp(DIGEST)


def test_a_token_is_signed_data_with_a_time() -> None:
    with pytest.raises(ValueError, match="TSTInfo"):
        token_moment(_not_a_token_content("signed_data").dump())
    with pytest.raises(ValueError, match="signed data"):
        token_moment(cms.ContentInfo({"content_type": "data", "content": b"x"}).dump())


def test_only_rsa_and_elliptic_curves_sign_cms() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(key, None)
    )
    with pytest.raises(ValueError, match="RSA or an elliptic-curve"):
        signature_algorithm(certificate)


def test_an_rsa_signature_is_left_as_it_is() -> None:
    signer: LoadedSigner = CA.timestamping("RSA-2048")
    assert cms_signature(signer.certificates[0], b"signature") == b"signature"


def _request(digest: bytes, algorithm: str) -> bytes:
    imprint = {"hash_algorithm": algos.DigestAlgorithm({"algorithm": algorithm}), "hashed_message": digest}
    request: bytes = tsp.TimeStampReq({"version": 1, "message_imprint": imprint}).dump()
    return request


def _not_a_token() -> bytes:
    answer = {"status": {"status": "granted"}, "time_stamp_token": _not_a_token_content("signed_data")}
    body: bytes = TimeStampResponse(answer).dump()
    return body


def _not_a_token_content(kind: str) -> cms.ContentInfo:
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [],
            "encap_content_info": {"content_type": "data", "content": b"x"},
            "signer_infos": [],
        }
    )
    return cms.ContentInfo({"content_type": kind, "content": signed})


def _info(token: bytes) -> tsp.TSTInfo:
    return cms.ContentInfo.load(token)["content"]["encap_content_info"]["content"].parsed

"""Which form is it, decided by the bytes; envelopes hold a token and nothing else (threats.md C14)."""

from __future__ import annotations

from typing import Any

import pytest

from proofs.vc_jose import sign_credential
from schemas.limits import Limits
from schemas.problems import ProblemError
from tests.support.issuer_simulator import V2, World, dumped
from verifier.document import Form
from verifier.reading import form_of, types_of
from verifier.verification import verify

TOKEN = "eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.c2ln"


@pytest.mark.parametrize(
    ("raw", "form"),
    [
        (b"%PDF-1.7", Form.PDF),
        (b"\xef\xbb\xbf%PDF-1.7", Form.PDF),
        (b' \t\r\n{"a":1}', Form.JSON),
        (TOKEN.encode(), Form.TOKEN),
        (TOKEN.encode() + b"\n", Form.TOKEN),
        (TOKEN.encode() + b"~", Form.DISCLOSURES),
        (TOKEN.encode() + b"~WyJzYWx0Il0~eyJ.x.y\n", Form.DISCLOSURES),
        (b"\xd2\x84", Form.COSE),
        (b"\x84%PDF-", Form.COSE),
    ],
)
def test_the_form_is_found_by_the_content(raw: bytes, form: Form) -> None:
    assert form is form_of(raw)


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"null", b"hello", b"\xef\xbb\xbf{}", b"a.b", b"a.b.c.d", TOKEN.encode() + b" ", b"<html>"]
)
def test_what_has_no_form_could_not_be_read(raw: bytes) -> None:
    """A27."""
    with pytest.raises(ProblemError, match="not-parsable"):
        form_of(raw)


def test_the_media_type_only_names_a_broken_pdf() -> None:
    assert Form.PDF is form_of(b"\x00", "application/pdf")
    assert Form.PDF is form_of(b"\xd2\x84", "application/pdf")
    assert Form.JSON is form_of(b"{}", "application/pdf")


@pytest.mark.parametrize(
    ("value", "types"),
    [({"type": "A"}, ("A",)), ({"type": ["A", 1, "B"]}, ("A", "B")), ({"type": 7}, ()), ({}, ()), ([], ()), ("x", ())],
)
def test_types_are_read_from_whatever_came(value: Any, types: tuple[str, ...]) -> None:
    assert types == types_of(value)


def envelope(**changes: Any) -> dict[str, Any]:
    issuer = World().issuer()
    token = sign_credential(issuer.badge(), signer=issuer.jose_signer)
    whole = {"@context": [V2], "id": f"data:application/vc+jwt,{token}", "type": "EnvelopedVerifiableCredential"}
    return whole | changes


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "a claim beside the token"}, "malformed"),
        ({"credentialSubject": {"id": "did:example:x"}}, "malformed"),
        ({"type": ["EnvelopedVerifiableCredential", "VerifiableCredential"]}, "malformed"),
        ({"@context": ["https://www.w3.org/2018/credentials/v1"]}, "malformed"),
        ({"@context": "https://www.w3.org/2018/credentials/v1"}, "malformed"),
        ({"@context": [V2, V2]}, "shape-not-allowed"),
        ({"@context": []}, "shape-not-allowed"),
        ({"@context": [V2, {"type": "https://evil.example/"}]}, "context-unknown"),
        ({"@context": None}, "shape-not-allowed"),
        ({"id": 7}, "malformed"),
        ({"id": f"data:application/vc+jwt;base64,{TOKEN}"}, "not-parsable"),
        ({"id": f"data:text/html,{TOKEN}"}, "not-parsable"),
        ({"id": f"data:application/vc,{TOKEN}"}, "not-parsable"),
        ({"id": f"data:application/vp+jwt,{TOKEN}"}, "not-parsable"),
        ({"id": f"https://example.org/{TOKEN}"}, "not-parsable"),
        ({"id": f"data:application/vc+jwt,{TOKEN}\n"}, "not-parsable"),
        ({"id": "data:application/vc+jwt,é.é.é"}, "not-parsable"),
        ({"id": f"data:application/vc+sd-jwt,{TOKEN}"}, "not-parsable"),
        ({"id": f"data:application/vp+sd-jwt,{TOKEN}~"}, "not-parsable"),
        ({"id": f"data:application/dc+sd-jwt,{TOKEN}"}, "not-parsable"),
        ({"id": "data:application/vc+cose,oo"}, "not-parsable"),
        ({"id": "data:application/vc+cose;base64,o"}, "not-parsable"),
    ],
)
def test_an_envelope_holds_a_token_and_nothing_else(changes: dict[str, Any], code: str) -> None:
    """C14; the twin, an envelope as it should be, is verified in test_verification.py."""
    world = World()
    report = verify(dumped(envelope(**changes)), world.evidence())
    assert code == next(check.problem.code for check in report.checks if check.problem)
    assert "structure" == next(check.id for check in report.checks if check.problem)


def test_what_is_larger_than_the_limit_is_not_read() -> None:
    """A26."""
    world = World()
    report = verify(b"{" + b" " * 200 + b"}", world.evidence(limits=Limits(body_bytes=200)))
    assert "too-large" == next(check.problem.code for check in report.checks if check.problem)

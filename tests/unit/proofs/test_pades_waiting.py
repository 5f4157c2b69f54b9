"""A document that waits, as files; and the forms in which services answer."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from proofs.pades_deferred import Waiting
from proofs.pades_waiting import read, signature_in, write
from schemas.problems import ProblemError
from tests.support.pdf_pki import TestCA
from tests.support.signing_service import _in_cms

CA = TestCA()
ELLIPTIC = CA.seal()
RSA = CA.seal("RSA-2048")
RAW = (7).to_bytes(32, "big") + (9).to_bytes(32, "big")
DER = encode_dss_signature(7, 9)


def waiting(chain: object = None) -> Waiting:
    return Waiting(b"%PDF-1.7 document", b"d" * 32, (10, 20), b"attributes", chain or tuple(ELLIPTIC.certificates))  # type: ignore[arg-type]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write(waiting(), tmp_path / "waiting")
    assert waiting() == read(tmp_path / "waiting")
    assert waiting().digest == (tmp_path / "waiting" / "digest.bin").read_bytes()
    assert {0o600} == {path.stat().st_mode & 0o777 for path in (tmp_path / "waiting").iterdir()}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "document.pdf").write_bytes(b"%PDF-1.7 another"),
        lambda folder: (folder / "document.pdf").unlink(),
        lambda folder: (folder / "waiting.json").write_bytes(b"{}"),
        lambda folder: (folder / "waiting.json").write_bytes(b"not JSON"),
        lambda folder: _changed(folder, "format", "other/1"),
        lambda folder: _changed(folder, "place", ["a", "b"]),
        lambda folder: _changed(folder, "chain", "x"),
        lambda folder: _changed(folder, "document_digest", "xyz"),
    ],
    ids=["changed", "gone", "empty", "junk", "format", "place", "chain", "digest"],
)
def test_a_folder_that_is_not_whole_is_refused(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    write(waiting(), tmp_path)
    spoil(tmp_path)
    with pytest.raises(ProblemError) as caught:
        read(tmp_path)
    assert "not-parsable" == caught.value.problem.code


def _changed(folder: Path, name: str, value: object) -> None:
    path = folder / "waiting.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), name: value}))


@pytest.mark.parametrize(
    "answer",
    [RAW, DER, base64.b64encode(RAW), base64.encodebytes(DER), _in_cms(DER), base64.b64encode(_in_cms(DER))],
    ids=["raw", "der", "base64", "base64-der", "cms", "base64-cms"],
)
def test_every_form_comes_down_to_r_and_s(answer: bytes) -> None:
    assert RAW == signature_in(answer, waiting())


def test_an_rsa_signature_stays_as_it_is() -> None:
    assert b"\x01" * 256 == signature_in(b"\x01" * 256, waiting(tuple(RSA.certificates)))


@pytest.mark.parametrize("answer", [b"", b"nonsense!", encode_dss_signature(2**300, 1)], ids=["none", "junk", "large"])
def test_what_is_no_signature_is_told(answer: bytes) -> None:
    with pytest.raises(ProblemError) as caught:
        signature_in(answer, waiting())
    assert "not-parsable" == caught.value.problem.code

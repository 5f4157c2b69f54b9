"""The trust list: signed, written in one step, read strictly (R88)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from keys import trust
from keys.trust import PinnedCertificate, TrustEntry, TrustList
from schemas.problems import TAMPERED, ProblemError

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DID = "did:web:registrar.example:t:boreale"


def _certificate():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Seal")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(NOW).not_valid_after(NOW + timedelta(days=1))
    return builder.sign(key, hashes.SHA256())


@pytest.fixture(scope="module")
def entry():
    seal = _certificate()
    return TrustEntry(
        DID,
        {"fr": "Université Boréale", "en": "Boreal University"},
        NOW,
        NOW + timedelta(days=365),
        "did:web:archives.example",
        (seal,),
        (PinnedCertificate(seal, NOW, NOW + timedelta(days=1)), PinnedCertificate(seal, NOW)),
        (seal,),
    )


def _raw(entry, **changes):
    document = trust.to_json(TrustList({"fr": "Réseau", "en": "Network"}, (entry,)), issued_at=NOW)
    document["issuers"][0] |= changes
    return json.dumps(document).encode()


def _accept(_document):
    return None


def test_what_is_written_is_read_again(entry, tmp_path):
    path = tmp_path / "deep" / "trust-list.json"
    trust.write(path, _raw(entry))
    read = trust.read(path, check=_accept)
    assert entry == read.entry_for(DID)
    assert {"fr": "Réseau", "en": "Network"} == read.registry_names
    assert [path] == list(path.parent.iterdir())


def test_nobody_vouches_for_an_issuer_that_is_not_listed(entry):
    assert None is trust.parse(_raw(entry), check=_accept).entry_for("did:web:elsewhere.example")


def test_the_proof_is_asked_for_before_anything_is_believed(entry):
    def refuse(_document):
        raise ProblemError(TAMPERED.about())

    with pytest.raises(ProblemError) as caught:
        trust.parse(_raw(entry, names={}), check=refuse)
    assert "tampered" == caught.value.problem.code


@pytest.mark.parametrize(
    "changes",
    [
        {"did": "https://registrar.example"},
        {"did": None},
        {"successor": "nobody"},
        {"names": {}},
        {"names": {"fr": 3}},
        {"since": "2026-11-22"},
        {"since": "yesterday"},
        {"seal_roots": ["no certificate"]},
        {"seal_certificates": [{"since": "2026-11-22T00:00:00Z"}]},
        {"seal_certificates": 7},
        {"seal_roots": [7]},
        {"since": 7},
        {"keys": "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"},
        {"keys": [7]},
        {"keys": ["z6Mk"]},
        {"countersigners": 7},
        {"countersigners": {"OpenBadgeCredential": "did:web:x.example"}},
        {"countersigners": {"OpenBadgeCredential": ["nobody"]}},
    ],
)
def test_a_malformed_entry_is_refused(entry, changes):
    with pytest.raises(ProblemError) as caught:
        trust.parse(_raw(entry, **changes), check=_accept)
    assert caught.value.problem.code in {"malformed", "did-invalid"}


@pytest.mark.parametrize("raw", [b"[]", b"{}", b'{"format":"parchemin-trust-list/2"}'])
def test_what_is_no_trust_list_is_refused(raw):
    with pytest.raises(ProblemError) as caught:
        trust.parse(raw, check=_accept)
    assert "malformed" == caught.value.problem.code


def test_an_issuer_stands_once(entry):
    with pytest.raises(ValueError, match="twice"):
        TrustList({"fr": "x"}, (entry, entry))


def test_a_failed_write_leaves_the_old_list_and_no_litter(tmp_path, monkeypatch):
    path = tmp_path / "trust-list.json"
    trust.write(path, b"old")

    def fail(_descriptor):
        raise OSError

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError):
        trust.write(path, b"new")
    assert b"old" == path.read_bytes()
    assert [path] == list(tmp_path.iterdir())


def test_those_who_have_to_sign_too_are_told_by_type(entry):
    also = {"OpenBadgeCredential": ("did:web:order.example",)}
    signed = replace(entry, countersigners=also)
    assert also == trust.parse(_raw(signed), check=_accept).entry_for(DID).countersigners


def test_the_keys_of_an_issuer_are_read(entry):
    keys = ("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",)
    assert keys == trust.parse(_raw(replace(entry, keys=keys)), check=_accept).entry_for(DID).keys
    assert "keys" not in json.loads(_raw(entry))["issuers"][0]


def test_an_entry_may_have_no_successor_and_no_end(entry):
    again = trust.parse(_raw(entry, successor=None, until=None), check=_accept).entry_for(DID)
    assert (None, None) == (again.successor, again.until)

"""A built CMS is encoded once, and says the same as before."""

from __future__ import annotations

from asn1crypto import cms, core

from services.asn1_settling import settle


def _attributes(size: int) -> cms.CMSAttributes:
    digest = cms.CMSAttribute({"type": "message_digest", "values": [b"\x01" * size]})
    return cms.CMSAttributes([digest, cms.CMSAttribute({"type": "content_type", "values": ["data"]})])


def _signed(size: int) -> cms.ContentInfo:
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier({"subject_key_identifier": b"\x02" * 20}),
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": _attributes(size),
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": b"\x03" * 70,
        }
    )
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "data", "content": b""},
            "signer_infos": [signer],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": data})


def test_the_bytes_are_those_of_asn1crypto_for_every_length():
    """Lengths around 0x80 and 0x180 are those that asn1crypto takes for indefinite ones."""
    for size in (*range(40, 70), *range(100, 140), 340, 341, 342, 343, 344):
        assert _signed(size).dump() == settle(_signed(size)).dump()


def test_what_was_settled_is_not_encoded_again(monkeypatch):
    value = settle(_signed(32))
    encoded = []
    original = core.Sequence._set_contents

    def count(self, force=False):
        encoded.append(type(self).__name__)
        return original(self, force)

    monkeypatch.setattr(core.Sequence, "_set_contents", count)
    value.dump()
    assert [] == encoded


def test_a_change_after_settling_is_not_lost():
    value = settle(_signed(32))
    value["content"]["signer_infos"][0]["signature"] = b"\x04" * 70
    assert b"\x04" * 70 in settle(value).dump()

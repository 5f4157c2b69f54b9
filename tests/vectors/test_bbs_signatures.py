"""The published test vectors of BBS signatures (draft-irtf-cfrg-bbs-signatures, BLS12-381-SHA-256)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from proofs import bbs_signatures as bbs


@cache
def published() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_name("bbs_signatures.json").read_text())
    return found


def octets(name: str) -> bytes:
    return bytes.fromhex(published()[name])


def messages() -> list[bytes]:
    return [bytes.fromhex(one) for one in published()["messages"]]


def test_the_key_pair() -> None:
    secret = bbs.key_from(octets("key_material"), octets("key_info"))
    assert int(published()["secret_key"], 16) == secret
    assert octets("public_key") == bbs.public_of(secret)


def test_the_generators() -> None:
    assert published()["generators"] == [one.hex() for one in bbs._generators(10).encoded]


def test_the_signature_to_the_byte() -> None:
    secret, public, header = int(published()["secret_key"], 16), octets("public_key"), octets("header")
    assert octets("signature") == bbs.sign(secret, public, header, messages())
    assert bbs.signature_holds(public, octets("signature"), header, messages())
    for changed in (messages()[:-1], messages()[::-1], [*messages()[:-1], b"\0"]):
        assert not bbs.signature_holds(public, octets("signature"), header, changed)


def test_the_proof_to_the_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    scalars = [int(one, 16) for one in published()["random_scalars"]]
    monkeypatch.setattr(bbs, "random_scalars", lambda count: scalars[:count])
    public, header, presentation = octets("public_key"), octets("header"), octets("presentation_header")
    disclosed = published()["disclosed"]
    made = bbs.prove(public, octets("signature"), header, presentation, messages(), disclosed)
    assert octets("proof") == made
    shown = [messages()[place] for place in disclosed]
    assert bbs.proof_holds(public, made, header, presentation, shown, disclosed)
    assert 10 == bbs.messages_in(made, len(disclosed))

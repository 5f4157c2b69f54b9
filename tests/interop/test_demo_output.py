"""Implementations that are not ours read what the demo made, and refuse what was changed."""

from __future__ import annotations

import copy
import json

import pytest

from tests.support import demonstration
from tests.support.node import CONTEXTS, Judge

pytestmark = [pytest.mark.interop, pytest.mark.xdist_group("demo")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    base = tmp_path_factory.getbasetemp()
    return demonstration.output(base.parent if "gw" in base.name else base)


@pytest.fixture(scope="module")
def bazaar():
    judge = Judge("data_integrity.mjs", str(CONTEXTS))
    yield judge
    judge.close()


def _ask(bazaar, folder, credential):
    did = json.loads((folder / "did.json").read_text())
    now = json.loads((folder / "summary.json").read_text())["documents"][0]["report"]["at"]
    suite = credential["proof"]["cryptosuite"]
    return bazaar.ask("verify", document=credential, suites=[suite], now=now, dids={did["id"]: did})


@pytest.mark.parametrize(
    ("name", "suite"),
    [
        ("badge.json", "eddsa-rdfc-2022"),
        ("transcript.json", "eddsa-rdfc-2022"),
        ("badge-ecdsa.json", "ecdsa-rdfc-2019"),
    ],
)
def test_digital_bazaar_s_library_verifies_it_and_refuses_it_altered(bazaar, folder, name, suite):
    """R92."""
    credential = json.loads((folder / name).read_text())
    assert suite == credential["proof"]["cryptosuite"]
    answer = _ask(bazaar, folder, credential)
    assert answer["verified"], answer["error"]
    altered = copy.deepcopy(credential)
    altered["name"] = altered["name"] + " "
    assert not _ask(bazaar, folder, altered)["verified"]


def test_each_course_of_the_transcript_verifies_alone(bazaar, folder):
    """R40: any child of a transcript can be shown by itself."""
    transcript = json.loads((folder / "transcript.json").read_text())
    children = transcript["credentialSubject"]["verifiableCredential"]
    assert len(children) > 8
    for child in (children[0], children[-1]):
        answer = _ask(bazaar, folder, child)
        assert answer["verified"], answer["error"]


def test_jose_verifies_the_badge_as_a_token_and_refuses_it_altered(folder, tmp_path):
    """R92: did:web resolved from files, as a web server would lay them out."""
    did = json.loads((folder / "did.json").read_text())
    place = tmp_path.joinpath(*did["id"].removeprefix("did:web:").split(":"))
    place.mkdir(parents=True)
    (place / "did.json").write_text(json.dumps(did))
    token = (folder / "badge.jwt").read_text()
    judge = Judge("jose.mjs", str(tmp_path))
    try:
        claims = judge.ask("verify", token=token, algorithms=["ES256"])["claims"]
        assert did["id"] == claims["iss"]
        header, payload, signature = token.split(".")
        flipped = payload[:40] + ("A" if payload[40] != "A" else "B") + payload[41:]
        assert "error" in judge.ask("verify", token=f"{header}.{flipped}.{signature}", algorithms=["ES256"])
    finally:
        judge.close()

"""What an institution issues, form by form, before the verifiers of others; and after it was revoked.

The issuer is the product's own, with its keys, DID document and status lists; the peers read the real clock.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openbadgeslib.ob3 import OB3LdpVerifier, OB3VerificationError, OB3Verifier
from openvc import VerificationPolicy, verify_credential
from openvc.did.base import DidResolverRegistry
from openvc.did.did_web import DidWebResolver
from openvc.proof.errors import ProofMalformed
from openvc.resolvers import default_status_list_resolver, default_status_list_token_resolver
from openvc.status.status_list import CredentialRevoked, CredentialSuspended

from schemas.awards import Kind
from schemas.report import Verdict
from services.clock import SystemClock
from tests.support.awards import make_award
from tests.support.issuing import PUBLIC_URL, House, open_house
from tests.support.linked_data import CLR
from tests.support.node import Judge
from tests.support.peer_openvc import contexts

pytestmark = pytest.mark.interop

KINDS = list(Kind)
BADGES = [kind for kind in Kind if kind is not Kind.TRANSCRIPT]
OPEN_BADGES = [Kind.BADGE, Kind.MICRO_CREDENTIAL]
DID_ADDRESS = f"{PUBLIC_URL}/t/boreale/did.json"
REGISTRY = "https://registry.example/registry.json"


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    judge = Judge("verifier_core.mjs")
    yield judge
    judge.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_house(tmp_path, clock=SystemClock())
    yield house
    house.database.close()


def issued(house: House, kind: Kind) -> tuple[str, dict[str, str]]:
    """Return the id of a document and its forms."""
    document_id = house.desk.issue(make_award(kind), "boreale", "registrar").document_id
    return document_id, {form.format: form.body for form in house.desk.forms(document_id)}


def web(house: House, credential: Any) -> dict[str, Any]:
    """Return what stands at the addresses that a verifier asks for: address to JSON."""
    lists = [entry["statusListCredential"] for entry in credential["credentialStatus"]]
    did: str = house.desk.did_document("boreale")["id"]
    return {
        DID_ADDRESS: house.desk.did_document("boreale"),
        REGISTRY: {"meta": {}, "registry": {did: {"name": "Université Boréale", "url": "https://boreale.example"}}},
        CLR: contexts()[CLR],
        **{address: json.loads(house.desk.status_list(address.rpartition("/")[2])) for address in lists},
    }


def wallet(judge: Judge, house: House, credential: Any) -> Any:
    """Return the answer of the Learner Credential Wallet's verifier."""
    registries = [{"name": "Registre", "type": "dcc-legacy", "url": REGISTRY}]
    return judge.ask("credential", credential=credential, registries=registries, pages=web(house, credential))


def openvc(house: House, credential: Any) -> Any:
    """Return openvc-core's result; it fetches status lists of both kinds."""
    resolver = DidResolverRegistry([DidWebResolver(lambda _: house.desk.did_document("boreale"))])

    def fetch(address: str) -> str:
        return house.desk.status_list(address.removeprefix(f"{PUBLIC_URL}/status/")).decode()

    lists = default_status_list_resolver(resolver=resolver, extra_contexts=contexts(), fetch=fetch)
    return verify_credential(
        credential,
        policy=VerificationPolicy(),
        resolver=resolver,
        extra_contexts=contexts(),
        resolve_status_list=lists,
        resolve_status_list_token=default_status_list_token_resolver(resolver=resolver, fetch=fetch),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_wallet_s_verifier_believes_each_kind_until_it_is_revoked(judge: Judge, house: House, kind: Kind) -> None:
    """R92."""
    document_id, forms = issued(house, kind)
    credential = json.loads(forms["ldp_vc"])
    good = {
        "valid_signature": True,
        "expiration": True,
        "revocation_status": True,
        "suspension_status": True,
        "registered_issuer": True,
    }
    answer = wallet(judge, house, credential)
    assert ([], good) == (answer["errors"], answer["steps"]), answer
    house.desk.suspend(document_id, "enquiry", "registrar")
    assert good | {"suspension_status": False} == wallet(judge, house, credential)["steps"]
    house.desk.restore(document_id, "no cause", "registrar")
    assert good == wallet(judge, house, credential)["steps"]
    house.desk.revoke(document_id, "error", "registrar")
    assert good | {"revocation_status": False} == wallet(judge, house, credential)["steps"]
    assert Verdict.FAILED is house.verify(forms["ldp_vc"]).verdict


@pytest.mark.parametrize("kind", BADGES)
def test_openbadgeslib_believes_each_badge_in_both_forms(house: House, kind: Kind) -> None:
    """R92."""
    _, forms = issued(house, kind)
    credential = json.loads(forms["ldp_vc"])
    did = house.desk.did_document("boreale")["id"]

    def download(url: str) -> bytes:
        return json.dumps(web(house, credential)[url]).encode()

    assert credential["id"] == OB3LdpVerifier.for_issuer_did(did).verify(credential, download=download).id
    token = OB3Verifier.for_issuer_did(did, download=download).verify(forms["jwt_vc_json"])
    assert credential["id"] == token.id
    with pytest.raises(OB3VerificationError):
        OB3LdpVerifier.for_issuer_did(did).verify({**credential, "name": "Autre"}, download=download)


@pytest.mark.parametrize("kind", OPEN_BADGES)
def test_openvc_believes_each_open_badge_in_both_suites_until_it_is_revoked(house: House, kind: Kind) -> None:
    document_id, forms = issued(house, kind)
    credentials = [json.loads(forms[name]) for name in ("ldp_vc", "ldp_vc_ecdsa")]
    for credential in credentials:
        found = openvc(house, credential)
        assert (house.desk.did_document("boreale")["id"], False) == (found.issuer, found.status.revoked)
    house.desk.revoke(document_id, "error", "registrar")
    for credential in credentials:
        with pytest.raises(CredentialRevoked):
            openvc(house, credential)


@pytest.mark.parametrize("kind", [Kind.DIPLOMA, Kind.ATTESTATION, Kind.TRANSCRIPT])
def test_openvc_compacts_no_achievement_credential_to_itself(house: House, kind: Kind) -> None:
    """Known difference: see test_openvc.py."""
    _, forms = issued(house, kind)
    with pytest.raises(ProofMalformed, match="not in compacted form"):
        openvc(house, json.loads(forms["ldp_vc"]))


@pytest.mark.parametrize("kind", [Kind.DIPLOMA, Kind.TRANSCRIPT])
def test_openvc_believes_what_is_shown_in_parts_until_it_is_revoked(house: House, kind: Kind) -> None:
    """R92, R103."""
    document_id, forms = issued(house, kind)
    found = openvc(house, forms["dc+sd-jwt"])
    assert (house.desk.did_document("boreale")["id"], f"{PUBLIC_URL}/types/{kind.value}", False) == (
        found.issuer,
        found.claims["vct"],
        found.status.revoked,
    )
    house.desk.suspend(document_id, "enquiry", "registrar")
    with pytest.raises(CredentialSuspended):
        openvc(house, forms["dc+sd-jwt"])
    house.desk.restore(document_id, "no cause", "registrar")
    house.desk.revoke(document_id, "error", "registrar")
    with pytest.raises(CredentialRevoked):
        openvc(house, forms["dc+sd-jwt"])

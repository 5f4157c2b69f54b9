"""`PARCHEMIN_FETCH_FIXTURES`: did:web and status lists from files, verified over https."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.clock import SystemClock
from tests.support.issuer_simulator import HOST, SimulatedIssuer, World
from tests.support.vc_api_suite import Suite, serving

UDEM = f"did:web:{HOST}:t:udem"
ADDRESS = f"https://{HOST}/t/{{}}/did.json"


class Published:
    """A world whose documents lie in a folder, with the map that answers for their addresses."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world = World(now=SystemClock().now().replace(microsecond=0) - timedelta(minutes=1))
        self.issuer = self.world.issuer("udem")
        self.answers: dict[str, dict[str, Any]] = {}
        self.put(ADDRESS.format("udem"), self.issuer.did_document())
        self.genuine, self.revoked = self.signed(3), self.signed(7)
        self.issuer.revoke(7)
        self.put(
            self.issuer.list_url("revocation"), json.loads(self.world.status.lists[self.issuer.list_url("revocation")])
        )

    def signed(self, index: int, purpose: str = "revocation") -> dict[str, Any]:
        badge = self.issuer.badge()
        badge["credentialStatus"] = self.issuer.entry(index, purpose)
        return self.issuer.proved(badge)

    def put(self, url: str, document: Any = None, **answer: Any) -> None:
        name = f"{len(self.answers)}.json"
        if document is not None:
            (self.folder / name).write_text(json.dumps(document))
            answer["file"] = name
        self.answers[url] = answer

    def of(self, slug: str, **answer: Any) -> SimulatedIssuer:
        """Open another institution whose DID document is answered for in its own way."""
        issuer = self.world.issuer(slug)
        self.put(ADDRESS.format(slug), **answer)
        return issuer


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return Published(tmp_path_factory.mktemp("fixtures"))


BROKEN: dict[str, dict[str, Any]] = {
    "gone": {"status": 404, "stream_bytes": 2},
    "failing": {"status": 500, "stream_bytes": 2},
    "endless": {"stream_bytes": 2_000_000_000},
    "slow": {"delay_s": 60, "stream_bytes": 2},
    "inward": {"location": "https://127.0.0.1/did.json"},
    "circling": {"location": ADDRESS.format("circling")},
    "downgraded": {"location": f"http://{HOST}/t/udem/did.json"},
    "outside": {"file": "../../../etc/passwd"},
    "empty": {"stream_bytes": 2},
    "a-page": {"stream_bytes": 2, "content_type": "text/html"},
}


@pytest.fixture(scope="module")
def suite(published: Published) -> Iterator[Suite]:
    for slug, answer in BROKEN.items():
        published.of(slug, **answer)
    path = published.folder / "fetch.json"
    path.write_text(json.dumps(published.answers))
    with serving(fetch_fixtures=str(path)) as client:
        yield client


def test_an_identifier_is_resolved_from_a_file(suite: Suite) -> None:
    status, document = suite.resolve(UDEM, accept="application/did")
    assert (200, UDEM) == (status, document["id"])
    status, result = suite.resolve(UDEM + "#key-1")
    assert (200, UDEM) == (status, result["content"]["controller"])
    status, result = suite.resolve(f"did:web:{HOST}:t:nobody")
    assert (404, "notFound") == (status, result["didResolutionMetadata"]["error"])


def test_a_credential_is_verified_with_key_and_status_from_files(suite: Suite, published: Published) -> None:
    status, answer = suite.post("verify", verifiableCredential=published.genuine)
    assert (200, True) == (status, answer["verified"]), answer["problemDetails"]
    assert ["issuer-unknown"] == [problem["code"] for problem in answer["problemDetails"]]
    assert {"verified", "problemDetails", "checks"} <= answer.keys()
    assert {"type", "title", "detail"} <= answer["problemDetails"][0].keys()


def test_a_revoked_one_is_not(suite: Suite, published: Published) -> None:
    status, answer = suite.post("verify", verifiableCredential=published.revoked)
    assert (200, False) == (status, answer["verified"])
    assert "revoked" in {problem["code"] for problem in answer["problemDetails"]}


def test_what_could_not_be_checked_is_never_true(suite: Suite, published: Published) -> None:
    """A list that nobody has: not revoked, and not verified either."""
    status, answer = suite.post("verify", verifiableCredential=published.signed(3, "suspension"))
    assert (200, False) == (status, answer["verified"])
    assert "status-unreachable" in {problem["code"] for problem in answer["problemDetails"]}


@pytest.mark.parametrize("slug", sorted(BROKEN))
def test_an_issuer_whose_document_cannot_be_had_is_never_verified(
    suite: Suite, published: Published, slug: str
) -> None:
    issuer = SimulatedIssuer(published.world, f"did:web:{HOST}:t:{slug}", slug)
    status, answer = suite.post("verify", verifiableCredential=issuer.proved(issuer.badge()))
    assert (200, False) == (status, answer["verified"])
    status, result = suite.resolve(issuer.did)
    assert 400 <= status < 500, result
    assert result["didResolutionMetadata"]["error"]

"""Presentations and status lists under attack, through the whole verification (threats.md E and G).

Each table holds valid twins too: a rule that refuses them as well would prove nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from proofs import bitstring_status_list as lists
from proofs import sd_jwt_vc
from proofs.vc_jose import sign_credential
from schemas.report import Report, Verdict
from tests.support.issuer_simulator import NOW, V2, SimulatedIssuer, World, dumped, stamp
from verifier.evidence import Expected
from verifier.verification import verify

VERIFIED, FAILED, DOUBTED = Verdict.VERIFIED, Verdict.FAILED, Verdict.NOT_FULLY_CHECKED
ASKED = Expected("c-1", "employer.example")
Case = Callable[[SimulatedIssuer], bytes]


def codes(report: Report) -> set[str]:
    """Return every code in the report and those of the documents inside."""
    own = {check.problem.code for check in report.checks if check.problem}
    return own.union(*(codes(item) for item in report.items))


def shown(by: SimulatedIssuer, /, *credentials: Any, **options: Any) -> dict[str, Any]:
    """Return a signed presentation of these credentials, or of one good badge."""
    unsigned = by.presentation(*(credentials or (by.proved(by.badge()),)))
    answer = {"challenge": ASKED.challenge, "domain": ASKED.domain}
    signed: dict[str, Any] = json.loads(by.presented(unsigned, **{**answer, **options}))
    return signed


def altered(by: SimulatedIssuer, /, **changes: Any) -> bytes:
    return dumped({**shown(by), **changes})


def answering(challenge: Any, domain: Any = ASKED.domain) -> Case:
    def make(by: SimulatedIssuer) -> bytes:
        return dumped(shown(by, challenge=challenge, domain=domain))

    return make


def revoked(by: SimulatedIssuer) -> dict[str, Any]:
    document = by.proved(by.badge(index=3))
    by.revoke(3)
    return document


def in_an_envelope(by: SimulatedIssuer) -> dict[str, Any]:
    token = sign_credential(by.badge(), signer=by.signer)
    return {"@context": [V2], "id": f"data:application/vc+jwt,{token}", "type": "EnvelopedVerifiableCredential"}


def in_the_victims_name(by: SimulatedIssuer) -> dict[str, Any]:
    return by.world.stranger().proved(by.badge())


def tampered(by: SimulatedIssuer) -> dict[str, Any]:
    return {**by.proved(by.badge()), "name": "changed"}


def over(by: SimulatedIssuer) -> dict[str, Any]:
    return by.proved(by.badge(validUntil=stamp(NOW - timedelta(days=1))))


PRESENTATIONS: Mapping[str, tuple[Case, Verdict]] = {
    "E01 the answer that was asked for": (lambda by: dumped(shown(by)), VERIFIED),
    "E01 no challenge": (answering(None), FAILED),
    "E01 another challenge": (answering("c-2"), FAILED),
    "E01 longer challenge": (answering("c-11"), FAILED),
    "E01 shorter challenge": (answering("c-"), FAILED),
    "E01 challenge in capitals": (answering("C-1"), FAILED),
    "E01 no domain": (answering(ASKED.challenge, None), FAILED),
    "E01 longer domain": (answering(ASKED.challenge, "employer.example.evil.example"), FAILED),
    "E01 domain in capitals": (answering(ASKED.challenge, "Employer.example"), FAILED),
    "E01 domain as a list of one": (answering(ASKED.challenge, [ASKED.domain]), VERIFIED),
    "E01 domain beside another": (answering(ASKED.challenge, [ASKED.domain, "evil.example"]), FAILED),
    "E03 a credential at once": (
        lambda by: altered(by, type=["VerifiablePresentation", "VerifiableCredential"]),
        FAILED,
    ),
    "E03 unsigned": (lambda by: dumped(by.presentation(by.proved(by.badge()))), FAILED),
    "E03 signed for assertions": (lambda by: dumped(shown(by, purpose="assertionMethod")), FAILED),
    "E03 proof over": (lambda by: dumped(shown(by, expires=NOW)), FAILED),
    "E03 proof of a credential": (lambda by: altered(by, proof=by.proved(by.badge())["proof"]), FAILED),
    "E04 holder edited": (lambda by: altered(by, holder="did:web:evil.example"), FAILED),
    "E06 in an envelope": (lambda by: dumped(shown(by, in_an_envelope(by))), VERIFIED),
    "E06 credential swapped": (lambda by: altered(by, verifiableCredential=[by.proved(by.badge())]), FAILED),
    "E06 credential tampered with": (lambda by: dumped(shown(by, tampered(by))), FAILED),
    "E06 one of two revoked": (lambda by: dumped(shown(by, by.proved(by.badge()), revoked(by))), FAILED),
    "E06 expired": (lambda by: dumped(shown(by, over(by))), Verdict.WAS_VALID),
    "E06 unsigned credential": (lambda by: dumped(shown(by, by.badge())), FAILED),
    "E06 self-issued in the victim's name": (lambda by: dumped(shown(by, in_the_victims_name(by))), FAILED),
    "E07 credential under its IRI": (
        lambda by: altered(by, **{"https://www.w3.org/2018/credentials#verifiableCredential": by.proved(by.badge())}),
        FAILED,
    ),
    "E07 presentation in a presentation": (lambda by: altered(by, verifiableCredential=[shown(by)]), FAILED),
    "E07 bare token": (
        lambda by: altered(by, verifiableCredential=[sign_credential(by.badge(), signer=by.signer)]),
        FAILED,
    ),
    "E07 2,000 credentials": (lambda by: altered(by, verifiableCredential=[by.proved(by.badge())] * 2_000), FAILED),
}


def entered(change: Mapping[str, Any]) -> Case:
    """Sign, as the issuer, a badge whose entry is changed; JCS signs what RDF could not say."""

    def make(by: SimulatedIssuer) -> bytes:
        entry = {**by.entry(77), **change}
        kept = {name: value for name, value in entry.items() if value is not ...}
        return by.signed(by.badge(credentialStatus=kept), cryptosuite="eddsa-jcs-2022")

    return make


def listed(**changes: Any) -> Case:
    """Publish a list with changes of the list credential, signed by the issuer."""

    def make(by: SimulatedIssuer) -> bytes:
        document = by.badge(index=77)
        by.publish_list("revocation", by.unsigned_list("revocation", **changes))
        return by.signed(document)

    return make


def served(make_list: Callable[[SimulatedIssuer], bytes]) -> Case:
    """Put these bytes at the list's address."""

    def make(by: SimulatedIssuer) -> bytes:
        document = by.badge(index=77)
        by.world.status.lists[by.list_url("revocation")] = make_list(by)
        return by.signed(document)

    return make


def by_another(by: SimulatedIssuer) -> bytes:
    other = by.world.issuer("other")
    return other.signed(by.unsigned_list("revocation", issuer=other.did))


def set_at(*indexes: int, asked: int) -> Case:
    def make(by: SimulatedIssuer) -> bytes:
        document = by.badge(index=asked)
        for index in indexes:
            by.revoke(index)
        return by.signed(document)

    return make


def suspended(by: SimulatedIssuer, *, first: bool) -> bytes:
    entries = [by.entry(9), by.entry(9, "suspension")]
    by.set_bit(9, "suspension")
    return by.signed(by.badge(credentialStatus=entries[::-1] if first else entries))


STATUS: Mapping[str, tuple[Case, Verdict]] = {
    "G01 set at 0": (set_at(0, asked=0), FAILED),
    "G01 set at the last": (set_at(lists.ENTRIES - 1, asked=lists.ENTRIES - 1), FAILED),
    "G01 second entry set": (lambda by: suspended(by, first=False), FAILED),
    "G01 entries reordered": (lambda by: suspended(by, first=True), FAILED),
    "G02 before the one that is set": (set_at(1_001, asked=1_000), VERIFIED),
    "G02 after the one that is set": (set_at(1_001, asked=1_002), VERIFIED),
    "G02 where it would be from the other end of the byte": (set_at(1_001, asked=1_006), VERIFIED),
    "G03 list of another issuer": (served(by_another), DOUBTED),
    "G03 list signed by another": (
        served(lambda by: by.world.issuer("other").signed(by.unsigned_list("revocation"))),
        DOUBTED,
    ),
    "G03 unsigned list": (served(lambda by: dumped(by.unsigned_list("revocation"))), DOUBTED),
    "G03 proof for authentication": (
        served(lambda by: by.signed(by.unsigned_list("revocation"), purpose="authentication")),
        DOUBTED,
    ),
    "G03 not a list by its type": (listed(type=["VerifiableCredential"]), DOUBTED),
    "G04 another list of the same issuer": (listed(id="https://registrar.parchemin.example/status/x"), DOUBTED),
    "G05 list that ended": (
        listed(validUntil=stamp(NOW - timedelta(hours=1)), validFrom=stamp(NOW - timedelta(days=2))),
        DOUBTED,
    ),
    "G05 list of tomorrow": (
        listed(validFrom=stamp(NOW + timedelta(days=1)), validUntil=stamp(NOW + timedelta(days=2))),
        DOUBTED,
    ),
    **{
        f"G06 index {index!r}": (entered({"statusListIndex": index}), FAILED)
        for index in ("-1", "131072", "9" * 23, "0x10", "1e3", "7.0", " 7", "７", "1_0", "", "+7", "007")
    },
    "G06 no index": (entered({"statusListIndex": ...}), FAILED),
    "G08 an empty answer": (served(lambda _by: b""), DOUBTED),
    "G08 a page of HTML": (served(lambda _by: b"<!doctype html>"), DOUBTED),
    "G09 entry of unknown type": (entered({"type": "https://example.org/Status"}), DOUBTED),
    "G09 entry without purpose": (entered({"statusPurpose": ...}), DOUBTED),
    "G09 entry without list": (entered({"statusListCredential": ...}), DOUBTED),
    "G09 entry of unknown purpose, not set": (entered({"statusPurpose": "revocations"}), DOUBTED),
}


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("case", PRESENTATIONS)
def test_a_presentation_is_what_was_asked_for_and_all_of_it_good(world: World, case: str) -> None:
    make, verdict = PRESENTATIONS[case]
    report = verify(make(world.issuer()), world.evidence(expected=ASKED))
    assert (verdict, False) == (report.verdict, "internal" in codes(report))


@pytest.mark.parametrize("case", STATUS)
def test_a_status_is_believed_only_as_far_as_its_list(world: World, case: str) -> None:
    """R63: a list that cannot be believed makes nothing valid, and nothing revoked either."""
    make, verdict = STATUS[case]
    report = verify(make(world.issuer()), world.evidence())
    assert (verdict, False) == (report.verdict, "internal" in codes(report))


def test_only_the_whole_list_is_ever_asked_for(world: World) -> None:
    """G14: the address says nothing about the credential, and many entries of one list are one question."""
    issuer = world.issuer()
    world.status.asked.clear()
    verify(issuer.signed(issuer.badge(credentialStatus=[issuer.entry(7), issuer.entry(8)])), world.evidence())
    assert [issuer.list_url("revocation")] == world.status.asked


def test_the_type_of_a_token_is_never_asked_for(world: World) -> None:
    """D12: `vct` is a name here; neither its metadata nor what they extend is fetched."""
    issuer = world.issuer()
    claims = {"iss": issuer.did, "vct#integrity": "sha256-AAAA", "degree": "BSc"}
    raw = sd_jwt_vc.issue(claims, vct="https://127.0.0.1/type", signer=issuer.jose_signer).encode()
    world.status.asked.clear()
    assert VERIFIED is verify(raw, world.evidence()).verdict
    assert [] == world.status.asked


def test_a_neighbour_on_the_same_host_is_not_the_institution(world: World) -> None:
    """F09: the trust list names identifiers, and a name that looks like one is another."""
    world.issuer("udem")
    for slug in ("u-dem", "Udem", "udem2"):
        neighbour = world.issuer(slug, trusted=False)
        report = verify(neighbour.signed(neighbour.badge()), world.evidence())
        assert ({"issuer-unknown"}, DOUBTED) == (codes(report), report.verdict)


def test_of_two_signatures_the_issuer_s_own_cannot_be_taken_away(world: World) -> None:
    """B21: which others must sign is the reader's policy; the one who issues always must."""
    issuer, witness = world.issuer(), world.issuer("witness")
    both = witness.proved(issuer.proved(issuer.badge()))
    own, other = both["proof"]
    for proof, verdict in ((both["proof"], VERIFIED), (own, VERIFIED), (other, FAILED)):
        assert verdict is verify(dumped({**both, "proof": proof}), world.evidence()).verdict


def test_a_countersignature_that_the_trust_list_demands_cannot_be_taken_away(world: World) -> None:
    """B21: the registry says for each type who must sign beside the issuer; other documents need nobody."""
    issuer, witness = world.issuer(), world.issuer("witness")
    both = witness.proved(issuer.proved(issuer.badge()))
    own, other = both["proof"]
    world.trust(issuer.did, countersigners={"OpenBadgeCredential": (witness.did,)})
    for proof, verdict in ((both["proof"], VERIFIED), (own, FAILED), (other, FAILED)):
        assert verdict is verify(dumped({**both, "proof": proof}), world.evidence()).verdict
    world.trust(issuer.did, countersigners={"ClrCredential": (witness.did,)})
    assert VERIFIED is verify(dumped({**both, "proof": own}), world.evidence()).verdict

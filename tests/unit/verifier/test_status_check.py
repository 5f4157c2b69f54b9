"""What the issuer's lists say: every entry asked, every list verified, three answers (threats.md G)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from keys.multibase import encode_base64url
from proofs import bitstring_status_list as lists
from proofs.vc_jose import sign_credential
from schemas.problems import Outcome
from schemas.report import Report, Verdict
from tests.support.issuer_simulator import HOST, NOW, SimulatedIssuer, World, dumped, stamp
from verifier.verification import verify
from verifier.wording import sentences

LAST = lists.ENTRIES - 1


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def issuer(world: World) -> SimulatedIssuer:
    return world.issuer()


def code(report: Report) -> str | None:
    return next((check.problem.code for check in report.checks if check.id == "status" and check.problem), None)


def other_checks_passed(report: Report) -> bool:
    return all(check.outcome is Outcome.PASSED for check in report.checks if check.id != "status")


@pytest.mark.parametrize("index", [0, 1000, LAST])
def test_a_revoked_document_fails_and_its_neighbours_do_not(issuer: SimulatedIssuer, world: World, index: int) -> None:
    """G01, G02: also at the ends of the list."""
    issuer.entry(0)
    issuer.revoke(index)
    for place in (index - 1, index, index + 1, index ^ 7):
        if not 0 <= place <= LAST:
            continue
        report = verify(issuer.signed(issuer.badge(index=place)), world.evidence())
        assert ("revoked" if place == index else None) == code(report)
        assert (Verdict.FAILED if place == index else Verdict.VERIFIED) is report.verdict


@pytest.mark.parametrize(
    ("purpose", "expected"), [("revocation", "revoked"), ("suspension", "suspended"), ("refresh", "replaced")]
)
def test_each_purpose_has_its_answer(issuer: SimulatedIssuer, world: World, purpose: str, expected: str) -> None:
    """R27."""
    raw = issuer.signed(issuer.badge(credentialStatus=issuer.entry(9, purpose)))
    assert Verdict.VERIFIED is verify(raw, world.evidence()).verdict
    issuer.set_bit(9, purpose)
    assert expected == code(verify(raw, world.evidence()))
    issuer.set_bit(9, purpose, 0)
    assert Verdict.VERIFIED is verify(raw, world.evidence()).verdict


@pytest.mark.parametrize("reverse", [False, True])
def test_every_entry_is_asked_in_any_order(issuer: SimulatedIssuer, world: World, *, reverse: bool) -> None:
    """G01: the second entry counts like the first."""
    entries = [issuer.entry(5, "suspension"), issuer.entry(6, "revocation")]
    raw = issuer.signed(issuer.badge(credentialStatus=entries[::-1] if reverse else entries))
    assert Verdict.VERIFIED is verify(raw, world.evidence()).verdict
    issuer.set_bit(5, "suspension")
    assert "suspended" == code(verify(raw, world.evidence()))
    issuer.revoke(6)
    assert "revoked" == code(verify(raw, world.evidence())), "a revocation outranks a suspension"


def test_a_set_bit_outranks_a_list_that_could_not_be_had(issuer: SimulatedIssuer, world: World) -> None:
    entries = [issuer.entry(5, "suspension"), issuer.entry(6, "revocation")]
    raw = issuer.signed(issuer.badge(credentialStatus=entries))
    issuer.revoke(6)
    world.status.unreachable.add(issuer.list_url("suspension"))
    assert "revoked" == code(verify(raw, world.evidence()))


def test_one_list_out_of_reach_is_enough_for_doubt(issuer: SimulatedIssuer, world: World) -> None:
    entries = [issuer.entry(5, "suspension"), issuer.entry(6, "revocation")]
    raw = issuer.signed(issuer.badge(credentialStatus=entries))
    world.status.unreachable.add(issuer.list_url("suspension"))
    report = verify(raw, world.evidence())
    assert ("status-unreachable", Verdict.NOT_FULLY_CHECKED) == (code(report), report.verdict)


def test_a_status_list_of_another_issuer_is_not_believed(issuer: SimulatedIssuer, world: World) -> None:
    """G03: even one whom the trust list knows."""
    raw = issuer.signed(issuer.badge(index=4))
    for other in (world.issuer("other"), world.stranger()):
        document = issuer.unsigned_list("revocation", issuer=other.did)
        world.status.lists[issuer.list_url("revocation")] = other.signed(document)
        report = verify(raw, world.evidence())
        assert ("status-unverified", Verdict.NOT_FULLY_CHECKED) == (code(report), report.verdict)
        assert other_checks_passed(report)


def test_a_list_of_the_successor_that_the_trust_list_names_is_believed(issuer: SimulatedIssuer, world: World) -> None:
    raw = issuer.signed(issuer.badge(index=4))
    heir = world.issuer("heir")
    world.status.lists[issuer.list_url("revocation")] = heir.signed(issuer.unsigned_list("revocation", issuer=heir.did))
    assert "status-unverified" == code(verify(raw, world.evidence()))
    world.trust(issuer.did, successor=heir.did)
    assert Verdict.VERIFIED is verify(raw, world.evidence()).verdict


def test_the_list_of_an_unknown_issuer_is_believed_about_its_own_documents(world: World) -> None:
    stranger = world.stranger()
    raw = stranger.signed(stranger.badge(index=4))
    assert None is code(verify(raw, world.evidence()))
    stranger.revoke(4)
    assert "revoked" == code(verify(raw, world.evidence()))


def test_a_list_signed_in_the_issuer_s_name_by_another_key_is_not_believed(
    issuer: SimulatedIssuer, world: World
) -> None:
    raw = issuer.signed(issuer.badge(index=4))
    forger = world.stranger()
    world.status.lists[issuer.list_url("revocation")] = forger.signed(issuer.unsigned_list("revocation"))
    assert "status-unverified" == code(verify(raw, world.evidence()))


Change = Callable[[SimulatedIssuer, dict[str, Any]], bytes]


def subject(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the list with changes in its subject; None takes a member away."""
    changed = {key: value for key, value in {**document["credentialSubject"], **changes}.items() if value is not None}
    return {**document, "credentialSubject": changed}


def tampered(issuer: SimulatedIssuer, document: dict[str, Any]) -> bytes:
    other = lists.Bits()
    other.set(4, 1)
    return issuer.signed(document).replace(
        document["credentialSubject"]["encodedList"].encode(), lists.encode(other).encode()
    )


BAD_LISTS: Mapping[str, tuple[Change, str]] = {
    "unsigned": (lambda _, document: dumped(document), "status-unverified"),
    "tampered": (tampered, "status-unverified"),
    "signed to authenticate": (
        lambda issuer, document: issuer.signed(document, purpose="authentication"),
        "status-unverified",
    ),
    "of another purpose": (
        lambda issuer, document: issuer.signed(subject(document, statusPurpose="suspension")),
        "status-unverified",
    ),
    "with the id of another list": (
        lambda issuer, document: issuer.signed({**document, "id": f"https://{HOST}/status/other"}),
        "status-unverified",
    ),
    "of another type": (
        lambda issuer, document: issuer.signed({**document, "type": ["VerifiableCredential"]}),
        "status-unverified",
    ),
    "too short": (
        lambda issuer, document: issuer.signed(
            subject(document, encodedList=lists.encode(lists.Bits(lists.ENTRIES - 8)))
        ),
        "status-list-length",
    ),
    "no gzip": (
        lambda issuer, document: issuer.signed(subject(document, encodedList="u" + encode_base64url(b"abcdef"))),
        "status-unverified",
    ),
    "no multibase": (
        lambda issuer, document: issuer.signed(subject(document, encodedList="H4sI")),
        "status-unverified",
    ),
    "without bits": (lambda issuer, document: issuer.signed(subject(document, encodedList=None)), "status-unverified"),
    "ended": (lambda issuer, document: issuer.signed({**document, "validUntil": stamp(NOW)}), "status-stale"),
    "not begun": (
        lambda issuer, document: issuer.signed({**document, "validFrom": stamp(NOW + timedelta(minutes=6))}),
        "status-stale",
    ),
    "html": (lambda *_: b"<html>portal</html>", "status-unverified"),
    "empty": (lambda *_: b"", "status-unverified"),
    "another credential": (lambda issuer, _: issuer.signed(issuer.badge()), "status-unverified"),
    "a presentation": (lambda issuer, _: issuer.presented(issuer.presentation()), "status-unverified"),
}


@pytest.mark.parametrize("kind", BAD_LISTS)
def test_a_list_that_is_not_right_is_a_doubt_and_neither_good_nor_bad(
    issuer: SimulatedIssuer, world: World, kind: str
) -> None:
    """G03 to G08, R63; the twin is the list as it should be."""
    raw = issuer.signed(issuer.badge(index=4))
    assert Verdict.VERIFIED is verify(raw, world.evidence()).verdict
    make, expected = BAD_LISTS[kind]
    world.status.lists[issuer.list_url("revocation")] = make(issuer, issuer.unsigned_list("revocation"))
    report = verify(raw, world.evidence())
    assert (expected, Verdict.NOT_FULLY_CHECKED) == (code(report), report.verdict)
    assert other_checks_passed(report)


def test_a_gzip_bomb_is_a_doubt(issuer: SimulatedIssuer, world: World) -> None:
    """G07: 64 MiB in 64 KiB."""
    raw = issuer.signed(issuer.badge(index=4))
    bomb = lists.encode(lists.Bits(64 * 2**20 * 8))
    document = subject(issuer.unsigned_list("revocation"), encodedList=bomb)
    world.status.lists[issuer.list_url("revocation")] = issuer.signed(document)
    assert "status-unverified" == code(verify(raw, world.evidence()))


def test_a_list_as_a_token_is_read(issuer: SimulatedIssuer, world: World) -> None:
    raw = issuer.signed(issuer.badge(index=4))
    issuer.bits["revocation"].set(4, 1)
    token = sign_credential(issuer.unsigned_list("revocation"), signer=issuer.jose_signer)
    world.status.lists[issuer.list_url("revocation")] = token.encode()
    assert "revoked" == code(verify(raw, world.evidence()))


def test_a_list_whose_own_status_is_itself_ends(issuer: SimulatedIssuer, world: World) -> None:
    """G10."""
    raw = issuer.signed(issuer.badge(index=4))
    issuer.publish_list("revocation", issuer.unsigned_list("revocation", credentialStatus=issuer.entry(4)))
    assert Verdict.VERIFIED is verify(raw, world.evidence()).verdict
    assert 1 == len(world.status.asked)


@pytest.mark.parametrize(
    "index", ["-1", "131072", "1" * 24, "0x10", "1e3", "7.0", " 7", "7 ", "７", "1_0", "", 7, None, ["7"]]
)
def test_an_index_that_is_none_is_never_fine(issuer: SimulatedIssuer, world: World, index: Any) -> None:
    """G06."""
    entry = {key: value for key, value in {**issuer.entry(7), "statusListIndex": index}.items() if value is not None}
    report = verify(sign_as_is(issuer, entry), world.evidence())
    assert report.verdict in {Verdict.FAILED, Verdict.NOT_FULLY_CHECKED}


def sign_as_is(issuer: SimulatedIssuer, entry: Any) -> bytes:
    """Sign with a suite that does not look at terms, as a careless issuer might."""
    return issuer.signed(issuer.badge(credentialStatus=entry), cryptosuite="eddsa-jcs-2022")


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "SomethingElseEntry"},
        {"type": ["BitstringStatusListEntry", "Other"]},
        {"statusPurpose": None},
        {"statusListCredential": None},
        {"statusListCredential": "not an address"},
        {"statusSize": 2},
    ],
)
def test_an_entry_that_nobody_understands_is_a_doubt(
    issuer: SimulatedIssuer, world: World, changes: Mapping[str, Any]
) -> None:
    """G09."""
    entry = {key: value for key, value in {**issuer.entry(7), **changes}.items() if value is not None}
    report = verify(sign_as_is(issuer, entry), world.evidence())
    assert ("status-unverified", Verdict.NOT_FULLY_CHECKED) == (code(report), report.verdict)


def test_a_purpose_that_we_do_not_know_is_a_doubt_only_when_it_is_set(issuer: SimulatedIssuer, world: World) -> None:
    raw = issuer.signed(issuer.badge(credentialStatus=issuer.entry(7, "audit")))
    assert Verdict.VERIFIED is verify(raw, world.evidence()).verdict
    issuer.set_bit(7, "audit")
    assert "status-unverified" == code(verify(raw, world.evidence()))


def with_messages(issuer: SimulatedIssuer, purpose: str) -> bytes:
    issuer.entry(0, purpose)
    entry = lists.entry_object(
        issuer.list_url(purpose), 7, purpose, messages=((0, "rien à dire"), (1, "erreur de saisie"))
    )
    return issuer.signed(issuer.badge(credentialStatus=entry))


def test_a_message_informs_and_takes_nothing_away(issuer: SimulatedIssuer, world: World) -> None:
    raw = with_messages(issuer, "message")
    issuer.set_bit(7, "message")
    report = verify(raw, world.evidence())
    assert Verdict.VERIFIED is report.verdict
    note = next(check.note for check in report.checks if check.id == "status")
    assert "not set on 1 status list(s); message: erreur de saisie" == note


def test_the_reason_that_the_issuer_gives_is_told(issuer: SimulatedIssuer, world: World) -> None:
    raw = with_messages(issuer, "revocation")
    issuer.revoke(7)
    report = verify(raw, world.evidence())
    assert {"reason": "erreur de saisie"} == {"reason": report.status.facts["reason"]}
    assert "Révoqué\u00a0: erreur de saisie." == sentences(report, "fr").lines[1].sentence


# out of reach

"""Shares: made, gated, changed, ended."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from accounts.store import Person
from holder.sharing.opening import WrongPINError
from holder.sharing.shares import CreatedShare, ShareState
from schemas.delivery import DeliveryPolicy
from schemas.problems import ProblemError
from schemas.shares import GateKind, ShareRequest
from tests.support.holders import House, make_house

PIN = "314159"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = make_house(tmp_path)
    yield house
    house.database.close()


@pytest.fixture
def zoe(house: House) -> Person:
    return house.learner()


def share(house: House, person: Person, number: int = 1, **changes: Any) -> CreatedShare:
    """Deliver a document and share it."""
    delivery = house.deliver(number)
    values: dict[str, Any] = {
        "request_key": f"request-{number:010d}",
        "documents": (delivery.document_id,),
        "name": "Emploi",
        "purpose": "Candidature",
        "reference": "Dossier 7",
        "pin": PIN,
    }
    return house.desk.shares.create(person.id, ShareRequest(**{**values, **changes}))


def refused(house: House, token: str, pin: str | None) -> str:
    with pytest.raises(ProblemError) as caught:
        house.desk.opening.enter(token, pin)
    return caught.value.problem.code


def happened(house: House, made: CreatedShare, person: Person) -> list[str]:
    return [event.event.value for event in house.desk.shares.history(person.id, made.share.id)]


def test_a_share_opens_with_its_pin_and_shows_exactly_what_was_shared(house: House, zoe: Person) -> None:
    """R40, R43, R45, R48, R60."""
    house.deliver(9)
    made = share(house, zoe)
    assert made.token is not None
    assert house.desk.opening.gate(made.token) is GateKind.PIN
    visit = house.desk.opening.enter(made.token, PIN)
    opened = house.desk.opening.inside(made.token, visit)
    assert opened is not None
    assert made.share.documents == opened.documents
    assert ("Dossier 7", True) == (opened.reference, opened.allow_download)


def test_a_share_of_several_documents_keeps_their_order(house: House, zoe: Person) -> None:
    """R40."""
    ids = tuple(house.deliver(number).document_id for number in (3, 1, 2))
    request = ShareRequest(request_key="k" * 16, documents=ids, name="Maîtrise", gate=GateKind.NONE)
    made = house.desk.shares.create(zoe.id, request)
    assert ids == made.share.documents
    assert made.pin is None


def test_we_make_a_pin_of_six_digits_when_none_is_chosen(house: House, zoe: Person) -> None:
    """R48."""
    pins = {share(house, zoe, number, pin=None).pin or "" for number in range(1, 6)}
    assert len(pins) == 5
    assert {(6, True)} == {(len(pin), pin.isdigit()) for pin in pins}


def test_token_and_pin_are_kept_only_as_hashes(house: House, zoe: Person, tmp_path: Path) -> None:
    """R53, threats.md I05: argon2 for the PIN, a keyed hash for the token."""
    made = share(house, zoe)
    with house.database.reading() as session:
        digest, pin_hash = session.execute(text("SELECT token_digest, pin_hash FROM holder_shares")).one()
    assert pin_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert made.token is not None
    assert digest != made.token
    for file in tmp_path.iterdir():
        raw = file.read_bytes()
        assert (False, False) == (made.token.encode() in raw, PIN.encode() in raw)


def test_a_share_token_has_at_least_128_random_bits(house: House, zoe: Person) -> None:
    """R53: 24 characters of 64, that is 144 bits."""
    tokens = {share(house, zoe, number).token or "" for number in range(1, 20)}
    assert len(tokens) == 19
    assert {24} == {len(token) for token in tokens}


def test_the_same_request_never_makes_two_shares(house: House, zoe: Person) -> None:
    first = share(house, zoe)
    again = share(house, zoe)
    assert (first.share.id, None, None) == (again.share.id, again.token, again.pin)
    assert len(house.desk.shares.all_of(zoe.id)) == 1


def test_the_same_request_sent_many_times_at_once_makes_one_share(house: House, zoe: Person) -> None:
    house.deliver()
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _n: share(house, zoe), range(6)))
    assert 1 == len({one.share.id for one in made})
    assert 1 == sum(one.token is not None for one in made)


def test_another_learners_document_cannot_be_shared(house: House, zoe: Person) -> None:
    """threats.md J03."""
    delivery = house.deliver()
    ali = house.learner("ali@example.org", "Ali")
    request = ShareRequest(request_key="k" * 16, documents=(delivery.document_id,), name="x")
    with pytest.raises(ProblemError) as caught:
        house.desk.shares.create(ali.id, request)
    assert ["/documents/0"] == [error.pointer for error in caught.value.problem.errors]
    assert house.desk.shares.all_of(ali.id) == []
    assert zoe.id != ali.id


def test_a_locked_document_cannot_be_shared(house: House, zoe: Person) -> None:
    """R23."""
    delivery = house.deliver(policy=DeliveryPolicy(locked=True))
    request = ShareRequest(request_key="k" * 16, documents=(delivery.document_id,), name="x")
    with pytest.raises(ProblemError) as caught:
        house.desk.shares.create(zoe.id, request)
    assert caught.value.problem.code == "not-allowed"


def test_a_wrong_pin_is_no_verdict_and_says_how_many_tries_are_left(house: House, zoe: Person) -> None:
    """R61."""
    made = share(house, zoe)
    left = []
    for _ in range(4):
        with pytest.raises(WrongPINError) as caught:
            house.desk.opening.enter(made.token or "", "000000")
        left.append(caught.value.attempts_left)
    assert [4, 3, 2, 1] == left
    assert caught.value.problem.code == "check-what-you-typed"


@pytest.mark.parametrize("pin", [None, "", " ", "31415", "3141590", "x" * 100_000, "314159\x00", "３１４１５８"])
def test_no_text_that_is_not_the_pin_opens_a_share(house: House, zoe: Person, pin: str | None) -> None:
    made = share(house, zoe)
    assert refused(house, made.token or "", pin) == "check-what-you-typed"


def test_after_five_wrong_pins_the_right_one_waits(house: House, zoe: Person) -> None:
    """R61, threats.md I04: the share pauses and its learner sees it."""
    made = share(house, zoe)
    token = made.token or ""
    codes = [refused(house, token, "000000") for _ in range(5)]
    assert ["check-what-you-typed"] * 4 + ["too-many-attempts"] == codes
    assert refused(house, token, PIN) == "too-many-attempts"
    assert house.desk.shares.get(zoe.id, made.share.id).state is ShareState.PAUSED
    assert ["paused", *["wrong-pin"] * 5, "shared"] == happened(house, made, zoe)
    house.clock.moment += timedelta(hours=1)
    assert house.desk.opening.enter(token, PIN)


def test_each_pause_is_twice_as_long(house: House, zoe: Person) -> None:
    made = share(house, zoe)
    pauses = []
    for _ in range(4):
        for _ in range(4):
            refused(house, made.token or "", "000000")
        with pytest.raises(ProblemError) as caught:
            house.desk.opening.enter(made.token or "", "000000")
        seconds = caught.value.problem.retry_after or 0
        pauses.append(seconds // 3600)
        house.clock.moment += timedelta(seconds=seconds)
    assert [1, 2, 4, 8] == pauses


def test_fifty_tries_at_once_are_never_more_than_the_limit(house: House, zoe: Person) -> None:
    """threats.md I04: the try is counted before it is compared."""
    made = share(house, zoe)
    compared: list[str] = []
    hasher = house.desk.opening._hasher
    really = hasher.matches

    class Counting:
        def matches(self, encoded: str | None, secret: str) -> bool:
            compared.append(secret)
            return really(encoded, secret)

    house.desk.opening._hasher = Counting()  # type: ignore[assignment]
    with ThreadPoolExecutor(16) as pool:
        codes = list(pool.map(lambda n: refused(house, made.token or "", f"{n:06d}"), range(50)))
    assert 5 == len(compared)
    assert 45 + 1 == codes.count("too-many-attempts")
    assert 1 == happened(house, made, zoe).count("paused")


def test_one_client_cannot_try_many_shares(house: House, zoe: Person) -> None:
    """threats.md I04: many links, one address; the shares' other recipients go on."""
    tokens = [share(house, zoe, number).token or "" for number in range(1, 9)]
    codes = []
    for token in tokens:
        for _ in range(4):
            with pytest.raises(ProblemError) as caught:
                house.desk.opening.enter(token, "000000", client="10.0.0.1")
            codes.append(caught.value.problem.code)
    assert ["check-what-you-typed"] * 30 + ["rate-limited"] * 2 == codes
    with pytest.raises(ProblemError) as caught:
        house.desk.opening.enter(tokens[0], PIN, client="10.0.0.1")
    assert (caught.value.problem.code, caught.value.problem.retry_after) == ("rate-limited", 3600)
    assert house.desk.opening.enter(tokens[0], PIN, client="10.0.0.2")
    house.clock.moment += timedelta(hours=1)
    assert house.desk.opening.enter(tokens[0], PIN, client="10.0.0.1")


def test_right_tries_cost_nothing(house: House, zoe: Person) -> None:
    made = share(house, zoe)
    visits = {house.desk.opening.enter(made.token or "", PIN) for _ in range(12)}
    assert 12 == len(visits)


def test_a_right_try_does_not_forgive_the_wrong_ones(house: House, zoe: Person) -> None:
    """Whoever guesses gains nothing from a recipient who opens the share in between."""
    made = share(house, zoe)
    for _ in range(4):
        refused(house, made.token or "", "000000")
    house.desk.opening.enter(made.token or "", PIN)
    assert refused(house, made.token or "", "000000") == "too-many-attempts"


def test_the_right_pin_at_the_last_try_opens_and_does_not_pause(house: House, zoe: Person) -> None:
    made = share(house, zoe)
    for _ in range(4):
        refused(house, made.token or "", "000000")
    assert house.desk.opening.enter(made.token or "", PIN)
    assert house.desk.shares.get(zoe.id, made.share.id).state is ShareState.OPEN


def test_the_learner_ends_a_pause(house: House, zoe: Person) -> None:
    made = share(house, zoe)
    for _ in range(5):
        refused(house, made.token or "", "000000")
    house.desk.shares.resume(zoe.id, made.share.id)
    assert house.desk.opening.enter(made.token or "", PIN)


def test_asking_what_a_share_needs_counts_nothing(house: House, zoe: Person) -> None:
    """threats.md I07: link previews ask."""
    made = share(house, zoe, gate=GateKind.NONE, pin=None)
    for _ in range(20):
        house.desk.opening.gate(made.token or "")
    assert ["shared"] == happened(house, made, zoe)


def test_opening_is_written_once_a_visit_with_its_verdict(house: House, zoe: Person) -> None:
    """R52."""
    made = share(house, zoe)
    visit = house.desk.opening.enter(made.token or "", PIN)
    opened = house.desk.opening.inside(made.token or "", visit)
    assert opened is not None
    for _ in range(3):
        house.desk.opening.note_shown(opened, visit, ("verified",))
    events = house.desk.shares.history(zoe.id, made.share.id)
    assert ["opened", "shared"] == [event.event.value for event in events]
    assert {"verdicts": "verified"} == events[0].facts


def test_an_unknown_token_is_not_found(house: House) -> None:
    """R62, threats.md I01, I03."""
    for token in ("", "x", "A" * 24, "A" * 4_000, "é" * 24, "\ud800" * 24):
        with pytest.raises(ProblemError) as caught:
            house.desk.opening.gate(token)
        assert "share-not-found" == caught.value.problem.code


def test_a_share_ends_after_its_last_day(house: House, zoe: Person) -> None:
    """R47, R62: the day is the institution's, not Greenwich's."""
    made = share(house, zoe, expires_on=date(2026, 5, 31))
    token = made.token or ""
    house.clock.moment += timedelta(hours=15)  # 23:00 in Montréal
    visit = house.desk.opening.enter(token, PIN)
    house.clock.moment += timedelta(hours=1)
    for ask in (house.desk.opening.gate, lambda t: house.desk.opening.inside(t, visit)):
        with pytest.raises(ProblemError) as caught:
            ask(token)
        assert "share-expired" == caught.value.problem.code
    assert date(2026, 5, 31) == house.desk.shares.get(zoe.id, made.share.id).expires_on


def test_a_share_cannot_end_before_it_begins(house: House, zoe: Person) -> None:
    with pytest.raises(ProblemError) as caught:
        share(house, zoe, expires_on=date(2026, 5, 30))
    assert ["/expires_on"] == [error.pointer for error in caught.value.problem.errors]


def test_a_share_without_expiry_never_ends(house: House, zoe: Person) -> None:
    """R47."""
    made = share(house, zoe)
    house.clock.moment += timedelta(days=36_500)
    assert house.desk.opening.enter(made.token or "", PIN)


def test_a_disabled_share_is_closed_at_once_and_can_be_opened_again(house: House, zoe: Person) -> None:
    """R51, threats.md I12: what was open is closed too."""
    made = share(house, zoe)
    token = made.token or ""
    visit = house.desk.opening.enter(token, PIN)
    house.desk.shares.disable(zoe.id, made.share.id)
    with pytest.raises(ProblemError) as caught:
        house.desk.opening.inside(token, visit)
    assert caught.value.problem.code == "share-disabled"
    house.desk.shares.enable(zoe.id, made.share.id)
    assert house.desk.opening.inside(token, visit) is None
    assert house.desk.opening.enter(token, PIN)
    assert ["enabled", "disabled", "shared"] == happened(house, made, zoe)


def test_the_expiry_can_be_changed_and_taken_away(house: House, zoe: Person) -> None:
    """R51."""
    made = share(house, zoe, expires_on=date(2026, 6, 1))
    house.clock.moment += timedelta(days=3)
    house.desk.shares.change_expiry(zoe.id, made.share.id, date(2026, 7, 1))
    assert house.desk.opening.gate(made.token or "") is GateKind.PIN
    assert house.desk.shares.change_expiry(zoe.id, made.share.id, None).expires_on is None
    with pytest.raises(ProblemError):
        house.desk.shares.change_expiry(zoe.id, made.share.id, date(2026, 1, 1))


def test_a_new_link_replaces_the_old_one(house: House, zoe: Person) -> None:
    made = share(house, zoe)
    visit = house.desk.opening.enter(made.token or "", PIN)
    fresh = house.desk.shares.new_link(zoe.id, made.share.id)
    assert refused(house, made.token or "", PIN) == "share-not-found"
    assert house.desk.opening.inside(fresh.token or "", visit) is None
    assert house.desk.opening.enter(fresh.token or "", PIN)


def test_a_new_pin_replaces_the_old_one_and_starts_again(house: House, zoe: Person) -> None:
    made = share(house, zoe)
    for _ in range(5):
        refused(house, made.token or "", "000000")
    fresh = house.desk.shares.new_pin(zoe.id, made.share.id)
    assert refused(house, made.token or "", PIN) == "check-what-you-typed"
    assert house.desk.opening.enter(made.token or "", fresh.pin)


def test_a_visit_of_one_share_opens_no_other(house: House, zoe: Person) -> None:
    """R53, threats.md I11."""
    one, two = share(house, zoe, 1), share(house, zoe, 2)
    visit = house.desk.opening.enter(one.token or "", PIN)
    assert house.desk.opening.inside(two.token or "", visit) is None


def test_a_visit_ends(house: House, zoe: Person) -> None:
    made = share(house, zoe)
    visit = house.desk.opening.enter(made.token or "", PIN)
    house.clock.moment += timedelta(minutes=30)
    assert house.desk.opening.inside(made.token or "", visit) is None


def test_a_visit_is_no_session_and_a_session_no_visit(house: House, zoe: Person) -> None:
    """threats.md I14."""
    made = share(house, zoe)
    visit = house.desk.opening.enter(made.token or "", PIN)
    session = house.accounts.sessions.start(zoe)
    assert house.accounts.sessions.person_of(visit) is None
    assert house.accounts.sessions.person_of(made.token or "") is None
    assert house.desk.opening.inside(made.token or "", session) is None
    assert refused(house, session, PIN) == "share-not-found"


@pytest.mark.parametrize("act", ["get", "history", "disable", "enable", "resume", "new_link", "new_pin"])
def test_another_learners_share_is_not_found(house: House, zoe: Person, act: str) -> None:
    """threats.md J03."""
    made = share(house, zoe)
    ali = house.learner("ali@example.org", "Ali")
    with pytest.raises(ProblemError) as caught:
        getattr(house.desk.shares, act)(ali.id, made.share.id)
    assert caught.value.problem.code == "share-not-found"
    assert house.desk.opening.enter(made.token or "", PIN)


def test_name_and_purpose_are_not_among_what_a_visit_sees(house: House, zoe: Person) -> None:
    """R44."""
    made = share(house, zoe)
    visit = house.desk.opening.enter(made.token or "", PIN)
    seen = repr(house.desk.opening.inside(made.token or "", visit))
    assert (False, False) == ("Emploi" in seen, "Candidature" in seen)

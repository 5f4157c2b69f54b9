"""Deliveries: verified, kept once, told."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from holder.models import DocumentRow, EventRow, FormRow
from schemas.delivery import CredentialForm
from schemas.problems import ProblemError
from services.mail import Letter, MailError
from tests.support.holders import House, make_delivery, make_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = make_house(tmp_path)
    yield house
    house.database.close()


def count(house: House, table: type[DocumentRow | FormRow | EventRow]) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_delivered_document_waits_for_its_learner(house: House) -> None:
    """R1, R21: the account is made by the delivery, the invitation comes by mail."""
    delivery = house.deliver()
    person = house.accounts.people.by_email("zoe@example.org")
    assert person is not None
    document = house.desk.vault.all_of(person.id)[0]
    assert (document.title("en"), document.institution("fr")) == ("Bachelor 1", "Université du Nord")
    assert delivery.pdf == house.desk.vault.pdf(document)
    assert [delivery.forms[0]] == [kept.form for kept in house.desk.vault.forms(document)]
    assert ["received"] == [event.event.value for event in house.desk.vault.history(document)]


def test_every_form_and_the_pdf_are_verified_before_anything_is_kept(house: House) -> None:
    forms = (
        CredentialForm("ldp_vc", "application/vc", '{"a":1}'),
        CredentialForm("jwt_vc_json", "application/jwt", "eyJ.eyJ.c2ln"),
    )
    house.deliver(forms=forms)
    assert [b'{"a":1}', b"eyJ.eyJ.c2ln", b"%PDF-1.7 document 1"] == house.judge.asked


@pytest.mark.parametrize(
    ("mark", "code"),
    [
        (b"%PDF", "pdf-changed"),
        (b"document 1", "tampered"),
        (b"%PDF", "issuer-unknown"),
        (b"%PDF", "not-by-issuer"),
        (b"%PDF", "did-unresolved"),
    ],
)
def test_what_is_not_genuine_is_not_kept(house: House, mark: bytes, code: str) -> None:
    house.judge.troubles[mark] = code
    with pytest.raises(ProblemError) as caught:
        house.deliver()
    assert code == caught.value.problem.code
    assert (0, 0, []) == (count(house, DocumentRow), count(house, FormRow), house.mailer.letters)


def test_a_document_of_another_issuer_than_its_sender_is_not_kept(house: House) -> None:
    """R80."""
    with pytest.raises(ProblemError) as caught:
        house.deliver(institution_did="did:web:registrar.parchemin.example:t:other")
    assert caught.value.problem.code == "not-by-issuer"
    assert count(house, DocumentRow) == 0


@pytest.mark.parametrize("code", ["revoked", "suspended", "expired", "status-unreachable"])
def test_a_document_that_is_genuine_but_not_in_force_is_kept(house: House, code: str) -> None:
    """R27: its learner must be able to see it and why."""
    house.judge.troubles[b"%PDF"] = code
    house.deliver()
    assert count(house, DocumentRow) == 1


def test_a_second_delivery_changes_nothing(house: House) -> None:
    """R82."""
    assert house.desk.receive(make_delivery())
    assert not house.desk.receive(make_delivery())
    assert (1, 1, 1) == (count(house, DocumentRow), count(house, FormRow), count(house, EventRow))
    assert len(house.mailer.letters) == 1


def test_many_deliveries_of_one_document_at_once_keep_it_once(house: House) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _n: house.desk.receive(make_delivery()), range(12)))
    assert (1, 1, 1) == (count(house, DocumentRow), count(house, FormRow), count(house, EventRow))


def test_another_document_under_the_same_id_is_refused(house: House) -> None:
    house.deliver()
    with pytest.raises(ProblemError) as caught:
        house.deliver(pdf=b"%PDF-1.7 another")
    assert caught.value.problem.code == "conflict"


def test_a_letter_that_could_not_be_sent_is_sent_by_the_next_try(house: House) -> None:
    class Broken:
        def send(self, letter: Letter) -> None:
            del letter
            raise MailError("the server is away")

    letters = house.desk.receiving._letters
    working, letters._mailer = letters._mailer, Broken()
    with pytest.raises(MailError):
        house.deliver()
    letters._mailer = working
    assert house.desk.receive(make_delivery())
    assert not house.desk.receive(make_delivery())
    assert (1, 1) == (count(house, DocumentRow), len(house.mailer.letters))


def test_the_letter_invites_whoever_never_signed_in(house: House) -> None:
    """R1, R71, R85: in the document's language, every link under the one address."""
    house.deliver(language="en")
    letter = house.mailer.letters[0]
    link = next(line for line in letter.text.splitlines() if "/invitation/" in line)
    assert "Northern University: a document is ready for you" == letter.subject
    assert "zoe@example.org" == house.accounts.people.invited(link.removeprefix("http://127.0.0.1:8000/invitation/"))
    assert "always begin with http://127.0.0.1:8000" in letter.text


def test_the_letter_to_a_registered_learner_leads_to_the_documents(house: House) -> None:
    house.learner()
    house.deliver()
    letter = house.mailer.letters[0]
    assert "Université du Nord : un document vous attend" == letter.subject
    assert "http://127.0.0.1:8000/documents" in letter.text
    assert "/invitation/" not in letter.text


def test_a_title_cannot_add_a_header_to_a_letter(house: House) -> None:
    """threats.md J15."""
    names = {"fr": "Uni\r\nBcc: all@example.org", "en": "Uni\nBcc: all@example.org"}
    house.deliver(institution_names=names)
    assert "Uni Bcc: all@example.org : un document vous attend" == house.mailer.letters[0].subject


def test_a_newer_version_is_named_beside_the_old_one(house: House) -> None:
    """R28."""
    old = house.deliver(1)
    new = house.deliver(2, replaces=old.document_id)
    person = house.learner()
    assert new.document_id == house.desk.vault.get(person.id, old.document_id).replaced_by
    assert house.desk.vault.get(person.id, new.document_id).replaced_by is None


def test_another_institution_cannot_replace_a_document(house: House) -> None:
    """R80."""
    old = house.deliver(1)
    house.judge.did = "did:web:registrar.parchemin.example:t:other"
    house.desk.receive(replace(make_delivery(2), replaces=old.document_id, institution_did=house.judge.did))
    assert house.desk.vault.get(house.learner().id, old.document_id).replaced_by is None


def test_another_learners_document_is_not_found(house: House) -> None:
    """threats.md J03."""
    delivery = house.deliver()
    other = house.learner("ali@example.org", "Ali")
    with pytest.raises(ProblemError) as caught:
        house.desk.vault.get(other.id, delivery.document_id)
    assert caught.value.problem.code == "not-found"
    assert house.desk.vault.all_of(other.id) == []

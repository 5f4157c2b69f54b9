"""Texts in two languages, and the message that carries a signed document to its learner."""

from __future__ import annotations

import json

import pytest

from schemas.awards import Language, Learner, Text
from schemas.delivery import CredentialForm, Delivery, DeliveryPolicy, RenewedPDF


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        (Text("Diplôme", "Degree"), Language.FRENCH, "Diplôme"),
        (Text("Diplôme", "Degree"), Language.ENGLISH, "Degree"),
        (Text("Diplôme", "Degree"), Language.BOTH, "Diplôme / Degree"),
        (Text("Baccalauréat", None), Language.ENGLISH, "Baccalauréat"),
        (Text(None, "Badge"), Language.BOTH, "Badge"),
        (Text("Badge", "Badge"), Language.BOTH, "Badge"),
    ],
)
def test_a_text_is_said_in_the_language_of_its_document(text: Text, language: Language, words: str) -> None:
    """R85: with one language only, that one rather than nothing."""
    assert words == text.joined(language)


def test_a_person_may_have_one_name() -> None:
    assert "Zoé L’Écuyer" == Learner("Zoé", "L’Écuyer", "z@example.org", "1").full_name
    assert "Suharto" == Learner("Suharto", "", "s@example.org", "2").full_name


def test_a_delivery_arrives_as_it_was_sent() -> None:
    """The message travels as JSON: bytes, tuples and mappings come back as they were."""
    delivery = Delivery(
        document_id="urn:uuid:1",
        kind="badge",
        language="fr",
        titles={"fr": "Mentorat", "en": "Mentoring"},
        institution_did="did:web:example.org",
        institution_names={"fr": "Université", "en": "University"},
        institution_contact="registraire@example.org",
        learner_given_name="Zoé",
        learner_family_name="L’Écuyer",
        learner_email="z@example.org",
        learner_student_id="1",
        issued_on="2026-11-22",
        forms=(CredentialForm("ldp_vc", "application/vc", "{}"),),
        pdf=b"%PDF-1.7\x00\xff",
        policy=DeliveryPolicy(locked=True, withholdable=("/terms",)),
    )
    assert delivery == Delivery.from_json(json.loads(json.dumps(delivery.to_json())))


def test_a_renewed_pdf_arrives_as_it_was_sent() -> None:
    renewed = RenewedPDF("urn:uuid:1", "did:web:example.org", 2, b"%PDF-1.7\x00\xff")
    assert renewed == RenewedPDF.from_json(json.loads(json.dumps(renewed.to_json())))

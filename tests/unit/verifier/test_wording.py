from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from itertools import chain
from zoneinfo import ZoneInfo

import pytest

from schemas.problems import (
    CATALOGUE,
    EXPIRED,
    INTERNAL,
    ISSUER_UNKNOWN,
    NOT_BY_ISSUER,
    REVOKED,
    STATUS_UNREACHABLE,
    SUSPENDED,
    TAMPERED,
    Outcome,
    Part,
    Problem,
)
from schemas.report import CheckResult, Report
from verifier.wording import as_text, day_in_words, moment_in_words, safe_name, sentences
from verifier.words import (
    ANSWERS,
    EVIDENCE,
    HEADLINES,
    LAST_KNOWN,
    MIXED,
    NEXT_STEP_OF,
    NEXT_STEPS,
    REASONS,
    SENTENCES,
    TITLES,
    Language,
    Words,
)

NOW = datetime(2026, 11, 1, 14, 5, tzinfo=UTC)
ALL_WORDS: tuple[Words, ...] = (
    *chain.from_iterable(table.values() for table in (HEADLINES, TITLES, ANSWERS, LAST_KNOWN, REASONS, NEXT_STEPS)),
    *(sentence.words for sentence in SENTENCES),
    EVIDENCE,
    MIXED,
)
RECOGNISED = {
    "did": "did:web:example.org",
    "name": "Example",
    "name_fr": "Université de l'Exemple",
    "name_en": "Example University",
    "registry_fr": "le Registre",
    "registry_en": "the Registry",
    "since": "2024-09-01T00:00:00+00:00",
}


def report_of(
    problem: Problem | None = None,
    part: Part = Part.STATUS,
    facts: Mapping[Part, Mapping[str, str]] | None = None,
    items: tuple[Report, ...] = (),
) -> Report:
    """Return a report in which one line has a problem and the others are yes."""
    checks = [
        CheckResult(line.value, Outcome.PASSED, line)
        for line in (Part.INTEGRITY, Part.STATUS, Part.IDENTITY)
        if problem is None or line is not part
    ]
    if problem:
        checks.append(CheckResult(part.value, problem.outcome, part, problem))
    told = {Part.INTEGRITY: {"signed_at": "2026-06-01T12:00:00Z"}, Part.IDENTITY: RECOGNISED} | dict(facts or {})
    return Report("credential", None, "00" * 32, NOW, tuple(checks), told, items)


def line(report: Report, part: Part, language: Language = "en", zone: tzinfo = UTC) -> str:
    return next(entry.sentence for entry in sentences(report, language, zone=zone).lines if entry.part == part.value)


def test_a_verified_document_is_told_in_english() -> None:
    """R69, R101: three lines in one order, next step, moment of the evidence."""
    words = sentences(report_of(), "en")
    assert "Verified" == words.headline
    assert [
        ("Integrity", "check", "Yes", "Untouched since it was signed on June 1, 2026."),
        ("Status", "check", "Yes", "In force, as of November 1, 2026, 14:05 UTC."),
        (
            "Identity",
            "check",
            "Yes",
            "Issued by Example University, recognised by the Registry since September 1, 2024.",
        ),
    ] == [(entry.title, entry.icon, entry.word, entry.sentence) for entry in words.lines]
    assert words.next_step.startswith("You can rely on it.")
    assert "Evidence taken on November 1, 2026, 14:05 UTC." == words.evidence


def test_a_verified_document_is_told_in_french() -> None:
    """R85."""
    words = sentences(report_of(), "fr")
    assert "Vérifié" == words.headline
    assert [
        ("Intégrité", "Oui", "Intact depuis sa signature le 1er juin 2026."),
        ("Statut", "Oui", "En vigueur au 1er novembre 2026 à 14\u00a0h\u00a005 UTC."),
        (
            "Identité",
            "Oui",
            "Délivré par Université de l'Exemple, reconnu par le Registre depuis le 1er septembre 2024.",
        ),
    ] == [(entry.title, entry.word, entry.sentence) for entry in words.lines]


@pytest.mark.parametrize(
    ("problem", "part", "facts", "english", "french"),
    [
        (
            TAMPERED.about(),
            Part.INTEGRITY,
            {},
            "Changed after it was signed: do not rely on it.",
            "Modifié après sa signature\u00a0: ne vous y fiez pas.",
        ),
        (
            INTERNAL.about(),
            Part.INTEGRITY,
            {},
            "The proof could not be checked: something went wrong on our side.",
            "La preuve n'a pas pu être vérifiée\u00a0: un problème est survenu de notre côté.",
        ),
        (REVOKED.about(), Part.STATUS, {}, "Revoked by its issuer.", "Révoqué par son émetteur."),
        (
            REVOKED.about(),
            Part.STATUS,
            {"changed_at": "2026-10-02T10:00:00Z", "reason": "Erreur de saisie"},
            "Revoked on October 2, 2026: Erreur de saisie.",
            "Révoqué le 2 octobre 2026\u00a0: Erreur de saisie.",
        ),
        (
            SUSPENDED.about(),
            Part.STATUS,
            {"changed_at": "2026-10-02T10:00:00Z"},
            "Suspended since October 2, 2026.",
            "Suspendu depuis le 2 octobre 2026.",
        ),
        (
            EXPIRED.about(),
            Part.STATUS,
            {"valid_from": "2025-01-01T00:00:00Z", "valid_until": "2025-12-31T00:00:00Z"},
            "Was valid from January 1, 2025 to December 31, 2025.",
            "Valide du 1er janvier 2025 au 31 décembre 2025.",
        ),
        (
            STATUS_UNREACHABLE.about(),
            Part.STATUS,
            {"last_known": "in-force", "last_known_at": "2026-10-31T09:00:00Z"},
            "We could not reach the issuer's list; last known answer: in force at October 31, 2026, 09:00 UTC.",
            (
                "La liste de l'émetteur est injoignable\u202f; dernière réponse connue\u00a0: en vigueur au "
                "31 octobre 2026 à 9\u00a0h\u00a000 UTC."
            ),
        ),
        (
            NOT_BY_ISSUER.about(),
            Part.IDENTITY,
            {"name": "Example"},
            "The key is not Example's.",
            "La clé n'est pas celle de «\u00a0Example\u00a0».",
        ),
        (
            ISSUER_UNKNOWN.about(),
            Part.IDENTITY,
            {"name": "Example"},
            'Issuer not in our registry: the name "Example" is its own claim.',
            "Émetteur absent de notre registre\u00a0: «\u00a0Example\u00a0» n'engage que lui.",
        ),
        (
            ISSUER_UNKNOWN.about(),
            Part.IDENTITY,
            {},
            "Issuer not in our registry.",
            "Émetteur absent de notre registre.",
        ),
    ],
)
def test_each_trouble_has_its_sentence(
    problem: Problem, part: Part, facts: Mapping[str, str], english: str, french: str
) -> None:
    report = report_of(problem, part, {part: facts})
    assert english == line(report, part, "en")
    assert french == line(report, part, "fr")


def test_expired_is_not_forged() -> None:
    """R69."""
    words = sentences(report_of(EXPIRED.about()), "fr")
    assert ("A été valide", "clock", "A été valide") == (words.headline, words.lines[1].icon, words.lines[1].word)
    assert words.next_step.startswith("Il est authentique")


def test_an_expired_document_of_unknown_issuer_is_not_called_genuine() -> None:
    unknown = CheckResult("issuer", Outcome.INDETERMINATE, Part.IDENTITY, ISSUER_UNKNOWN.about())
    expired = CheckResult("validity", Outcome.FAILED, Part.STATUS, EXPIRED.about())
    fine = CheckResult("signature", Outcome.PASSED, Part.INTEGRITY)
    words = sentences(Report("credential", None, "00" * 32, NOW, (fine, expired, unknown)), "en")
    assert "Verification failed" == words.headline
    assert "genuine" not in words.next_step


def test_a_name_that_nobody_vouches_for_never_has_a_tick() -> None:
    words = sentences(report_of(ISSUER_UNKNOWN.about(), Part.IDENTITY), "en")
    assert ("question", "Could not check") == (words.lines[2].icon, words.lines[2].word)
    assert "Not fully checked" == words.headline


def test_what_was_not_reached_says_so() -> None:
    skipped = CheckResult("status", Outcome.SKIPPED, Part.STATUS, note="signature did not hold")
    failed = CheckResult("signature", Outcome.FAILED, Part.INTEGRITY, TAMPERED.about())
    report = Report("credential", None, "00" * 32, NOW, (failed, skipped))
    assert "Whether it is in force could not be checked: an earlier check stopped the verification." == line(
        report, Part.STATUS
    )


def test_the_holder_of_a_presentation_is_told_by_the_key() -> None:
    report = report_of(facts={Part.IDENTITY: {"holder": "did:key:z6Mk"}})
    assert "Presented by the holder of the key did:key:z6Mk." == line(report, Part.IDENTITY)


def test_times_are_told_in_the_zone_that_was_asked_for() -> None:
    words = sentences(report_of(), "fr", zone=ZoneInfo("America/Toronto"))
    assert "Éléments recueillis le 1er novembre 2026 à 9\u00a0h\u00a005 HNE." == words.evidence


def test_a_zone_that_quebec_has_no_name_for_keeps_its_own() -> None:
    moment = datetime(2026, 8, 12, tzinfo=UTC)
    assert "12 août 2026 à 9\u00a0h\u00a000 JST" == moment_in_words(moment, "fr", ZoneInfo("Asia/Tokyo"))


def test_a_day_that_somebody_wrote_is_that_day_everywhere() -> None:
    """Midnight of a day, in UTC, is the evening before in Toronto: the day is told as it was written."""
    dates = {"name": "Boréale", "since": "2020-01-01T00:00:00+00:00", "registry": "the registry"}
    words = line(report_of(facts={Part.IDENTITY: dates}), Part.IDENTITY, zone=ZoneInfo("America/Toronto"))
    assert "January 1, 2020" in words


def test_days_and_moments() -> None:
    assert "August 12, 2026" == day_in_words(datetime(2026, 8, 12, tzinfo=UTC), "en")
    assert "12 août 2026" == day_in_words(datetime(2026, 8, 12, tzinfo=UTC), "fr")
    assert "12 août 2026 à 0\u00a0h\u00a003 UTC" == moment_in_words(datetime(2026, 8, 12, 0, 3, tzinfo=UTC), "fr")


def test_a_name_cannot_turn_the_line_around_or_hide_letters() -> None:
    """Threats A30."""
    assert "Universityevil" == safe_name("University\u202eevil\u2066", "en")
    assert "Examp le" == safe_name("Exa\u200bmp\u00a0 le\x07", "en")


def test_a_word_of_mixed_alphabets_is_marked() -> None:
    """Threats A30: a Cyrillic letter in a Latin word."""
    assert "Univer\u0455ity (mixed alphabets)" == safe_name("Univer\u0455ity", "en")
    assert "Univer\u0455ity (alphabets mêlés)" == safe_name("Univer\u0455ity", "fr")


@pytest.mark.parametrize("name", ["École Îlot-d'Été", "ᐃᓄᒃᑎᑐᑦ Nunavut", "Москва MGU", "東京大学 Tokyo"])
def test_a_name_in_its_own_alphabet_is_left_alone(name: str) -> None:
    assert name == safe_name(name, "en")


def test_the_text_form_has_one_line_a_part_and_a_mark_that_is_not_colour() -> None:
    child = report_of()
    words = sentences(report_of(REVOKED.about(), items=(child,)), "en")
    assert [
        "Verification failed",
        "",
        "✓ Integrity — Yes. Untouched since it was signed on June 1, 2026.",
        "✗ Status — No. Revoked by its issuer.",
    ] == as_text(words).splitlines()[:4]
    assert ["Verified"] == [item.headline for item in words.items]


def test_every_problem_of_a_line_has_its_words() -> None:
    """R101: never a code where a sentence would do."""
    missing = {code for code, entry in CATALOGUE.items() if entry.part is not Part.NONE} - REASONS.keys()
    assert set() == missing
    assert set() == NEXT_STEP_OF.keys() - REASONS.keys()
    assert set() == set(NEXT_STEP_OF.values()) - NEXT_STEPS.keys()


def test_every_problem_of_a_line_makes_a_report_that_can_be_told() -> None:
    for entry in CATALOGUE.values():
        if entry.part is Part.NONE:
            continue
        report = report_of(entry.about(), entry.part)
        for language in ("en", "fr"):
            text = as_text(sentences(report, language))
            assert "{" not in text
            assert entry.code not in text.split()


def test_both_languages_have_the_same_blanks() -> None:
    for words in ALL_WORDS:
        assert sorted(re.findall(r"{\w+}", words.en)) == sorted(re.findall(r"{\w+}", words.fr)), words.en
        assert words.en
        assert words.fr


def test_french_typography() -> None:
    """U+00A0 before a colon and inside guillemets, nothing but U+202F before a semicolon (ux.md)."""
    for words in ALL_WORDS:
        assert not re.search(r"[^\u00a0]:", words.fr), words.fr
        assert not re.search(r"«[^\u00a0]|[^\u00a0]»", words.fr), words.fr
        assert not re.search(r"[^\u202f];", words.fr), words.fr
        assert "..." not in words.fr


@pytest.mark.parametrize("moment", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_the_ends_of_the_calendar_are_said_in_utc(moment: datetime) -> None:
    """Where a clock of the zone could not show them."""
    for hours in (-5, 5):
        assert str(moment.year) in day_in_words(moment, "en", timezone(timedelta(hours=hours)))

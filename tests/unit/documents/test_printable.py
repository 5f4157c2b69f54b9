"""What is printed is safe, normalised, and written as in Québec or in English Canada (R85)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from issuer.documents.printable import NotPrintableError, clean, french_spaces, long_date, number


@pytest.mark.parametrize(
    ("value", "language", "digits", "expected"),
    [
        ("3", "fr", 1, "3,0"),
        ("3", "en", 1, "3.0"),
        ("1234.5", "fr", 0, "1\u202f234,5"),
        ("1234567.50", "en", 0, "1,234,567.5"),
        ("3.71", "en", 2, "3.71"),
        ("-0.50", "fr", 1, "−0,5"),
        ("120", "fr", 0, "120"),
        ("1E+2", "en", 0, "100"),
        ("0.001", "fr", 2, "0,001"),
    ],
)
def test_a_number_is_written_in_its_language(value: str, language: str, digits: int, expected: str) -> None:
    assert expected == number(Decimal(value), language, least_digits=digits)


@pytest.mark.parametrize(
    ("day", "language", "expected"),
    [
        (date(2026, 6, 1), "fr", "1er juin 2026"),
        (date(2026, 11, 21), "fr", "21 novembre 2026"),
        (date(2026, 8, 2), "en", "August 2, 2026"),
    ],
)
def test_a_date_is_written_out(day: date, language: str, expected: str) -> None:
    assert expected == long_date(day, language).replace("\u00a0", " ")


def test_a_date_does_not_break() -> None:
    assert " " not in long_date(date(2026, 11, 21), "fr")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Grammaire : cours", "Grammaire\u00a0: cours"),
        ("« mot »", "«\u00a0mot\u00a0»"),
        ("«mot »", "«\u00a0mot\u00a0»"),
        ("Vrai ; faux ? Oui !", "Vrai\u202f; faux\u202f? Oui\u202f!"),
        ("92 % ou 5 $", "92\u00a0% ou 5\u00a0$"),
        ("14:30", "14:30"),
        ("https://a.example/?b", "https://a.example/?b"),
    ],
)
def test_french_marks_keep_their_space_and_never_break(text: str, expected: str) -> None:
    assert expected == french_spaces(text)


@pytest.mark.parametrize(
    "bad",
    [
        "a\x00b",
        "a\nb",
        "a\x1bb",
        "a\u202eb",
        "a\u2066b",
        "a\ud800b",
        "a\ue000b",
        "a\uffffb",
        "a\u2028b",
        "\ufeffa",
        "a\x85b",
    ],
    ids=repr,
)
def test_what_could_deceive_or_break_is_refused(bad: str) -> None:
    with pytest.raises(NotPrintableError, match=r"U\+"):
        clean(bad)


def test_a_line_break_is_printed_where_paragraphs_are_and_nowhere_else() -> None:
    assert clean("a\nb", lines=True) == "a\nb"
    with pytest.raises(NotPrintableError, match="U\\+000D"):
        clean("a\rb", lines=True)


@pytest.mark.parametrize("good", ["Zoé-Anaïs Œuvray", "ᐃᓄᒃᑎᑐᑦ", "O’Brien d’Août", "Nguyễn", "Škvorecký", "a\u00a0b"])
def test_names_of_canada_are_printed_as_they_are(good: str) -> None:
    assert good == clean(good)


def test_text_is_normalised_for_print() -> None:
    assert clean("Zoe\u0301") == "Zoé"

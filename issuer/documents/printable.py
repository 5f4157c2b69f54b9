"""Texts, numbers and dates as they are printed: safe, normalised, with French or English habits.

Data never becomes markup: it reaches the templates as values. What is refused here could deceive
the eye (controls that reorder text) or break the page (controls); normalising (NFC) is for print
only, the credential keeps what the registrar sent.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Final

from schemas.award_fields import unprintable

NO_BREAK: Final = "\u00a0"
NARROW: Final = "\u202f"
_MONTHS: Final = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
_BEFORE_COLON: Final = re.compile(r"[ \u00a0\u202f]+(?=[:»])")
_AFTER_OPENING: Final = re.compile(r"(?<=«)[ \u00a0\u202f]*(?=\S)")
_BEFORE_HIGH: Final = re.compile(r"[ \u00a0\u202f]+(?=[;!?])")
_BEFORE_SIGN: Final = re.compile(r"(?<=[0-9]) (?=[%$])")


class NotPrintableError(ValueError):
    """The text holds a character that is refused; the message names it by its code point."""


def clean(text: str, *, lines: bool = False) -> str:
    """Return the text in NFC; raise NotPrintableError for what the award loader refuses as well.

    That is controls, reordering and unassigned characters; a line break passes with `lines`.
    """
    character = unprintable(text, lines=lines)
    if character is not None:
        raise NotPrintableError(f"U+{ord(character):04X} cannot be printed")
    return unicodedata.normalize("NFC", text)


def french_spaces(text: str) -> str:
    """Return the text with the no-break spaces of Québec: before : % $ and inside « », narrow before ; ! ?."""
    text = _BEFORE_COLON.sub(NO_BREAK, text)
    text = _AFTER_OPENING.sub(NO_BREAK, text)
    text = _BEFORE_SIGN.sub(NO_BREAK, text)
    return _BEFORE_HIGH.sub(NARROW, text)


def long_date(day: date, language: str) -> str:
    """Return `1er mai 2026` or `May 1, 2026`."""
    month = _MONTHS[language][day.month - 1]
    if language == "fr":
        return f"{'1er' if day.day == 1 else day.day}{NO_BREAK}{month}{NO_BREAK}{day.year}"
    return f"{month}{NO_BREAK}{day.day}, {day.year}"


def number(value: Decimal, language: str, *, least_digits: int = 0) -> str:
    """Return `1 234,5` in French (narrow no-break space), `1,234.5` in English; at least so many decimals."""
    sign, digits = ("−" if value < 0 else ""), f"{abs(value):f}"
    whole, _, decimals = digits.partition(".")
    decimals = decimals.rstrip("0").ljust(least_digits, "0")
    groups = [whole[max(0, end - 3) : end] for end in range(len(whole), 0, -3)][::-1]
    joined = (NARROW if language == "fr" else ",").join(groups)
    mark = "," if language == "fr" else "."
    return sign + joined + (mark + decimals if decimals else "")

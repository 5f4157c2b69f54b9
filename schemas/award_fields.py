"""The fields of an award: texts that can be printed, plain dates, small decimals, addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from decimal import Decimal
from typing import Any, Final

from marshmallow import ValidationError, fields

from schemas.awards import Language, Text
from schemas.problems import AWARD_INCOMPLETE, MALFORMED, OUT_OF_RANGE, TEXT_UNPRINTABLE

MISSING: Final = f"{AWARD_INCOMPLETE.code}|This field is missing."
MESSAGES: Final[Mapping[str, str]] = {
    "required": MISSING,
    "null": MISSING,
    "type": f"{MALFORMED.code}|An object is expected here.",
    "invalid": f"{MALFORMED.code}|This value is not of the right form.",
    "validator_failed": f"{MALFORMED.code}|This value is not of the right form.",
}
LINE_CHARS: Final = 300
TEXT_CHARS: Final = 4_000
FIRST_YEAR: Final = 1850
LAST_YEAR: Final = 2200

_LANGUAGE: ContextVar[Language] = ContextVar("language of the document that is being read", default=Language.BOTH)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DECIMAL: Final = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,3})?")
_MARKUP: Final = re.compile(r"<[A-Za-z/!?]")
_EMAIL: Final = re.compile(r"[^@\s\"<>(),:;\\\[\]]{1,64}@[^@\s\"<>(),:;\\\[\]]+\.[^@\s\"<>(),:;\\\[\].]{2,63}")
_EMAIL_CHARS: Final = 254
# Controls that turn the order of letters round make a page say something else than its data.
_REORDERING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_UNPRINTABLE: Final = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
_LINE_ENDS: Final = re.compile(r"\r\n?")


@contextmanager
def document_language(language: Language) -> Iterator[None]:
    """Say in which language plain strings are, for the award read inside."""
    token = _LANGUAGE.set(language)
    try:
        yield
    finally:
        _LANGUAGE.reset(token)


class Line(fields.Field[str]):
    """One line of text: composed (NFC), trimmed, printable, without markup."""

    def __init__(self, *, chars: int = LINE_CHARS, lines: bool = False, formula: bool = False, **kwargs: Any) -> None:
        """Bound the text by `chars`; allow line breaks with `lines`, a leading + or - with `formula`."""
        super().__init__(error_messages=dict(MESSAGES), **kwargs)
        self._chars = chars
        self._lines = lines
        self._formula = formula

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:  # noqa: ARG002 (fixed by marshmallow)
        return clean_text(value, chars=self._chars, lines=self._lines, formula=self._formula)


class EmptyLine(Line):
    """A line that may be empty: the family name of a person with one name."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return "" if value == "" else super()._deserialize(value, attr, data, **kwargs)


class Email(fields.Field[str]):
    """An e-mail address; its letters are kept as given."""

    def __init__(self, **kwargs: Any) -> None:
        """Use our messages."""
        super().__init__(error_messages=dict(MESSAGES), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:  # noqa: ARG002 (fixed by marshmallow)
        address = clean_text(value, chars=_EMAIL_CHARS)
        if not _EMAIL.fullmatch(address):
            raise ValidationError(f"{MALFORMED.code}|This is not an e-mail address.")
        return address


class IsoDate(fields.Field[date]):
    """A date as `YYYY-MM-DD`, of the years 1850 to 2200."""

    def __init__(self, **kwargs: Any) -> None:
        """Use our messages."""
        super().__init__(error_messages=dict(MESSAGES), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:  # noqa: ARG002 (fixed by marshmallow)
        if not isinstance(value, str) or not _DATE.fullmatch(value) or not value.isascii():
            raise ValidationError(f"{MALFORMED.code}|A date is written YYYY-MM-DD.")
        try:
            found = date.fromisoformat(value)
        except ValueError:
            raise ValidationError(f"{MALFORMED.code}|There is no such date.") from None
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise ValidationError(f"{OUT_OF_RANGE.code}|The year lies between {FIRST_YEAR} and {LAST_YEAR}.")
        return found


class SmallDecimal(fields.Field[Decimal]):
    """A number from 0 to `most` with at most three decimals, as a JSON number or string."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        """Bound the number by `most`."""
        super().__init__(error_messages=dict(MESSAGES), **kwargs)
        self._most = most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:  # noqa: ARG002 (fixed by marshmallow)
        written = repr(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
        if not isinstance(written, str) or not _DECIMAL.fullmatch(written) or not written.isascii():
            raise ValidationError(f"{MALFORMED.code}|A number has at most three decimals.")
        number = Decimal(written)
        if not 0 <= number <= self._most:
            raise ValidationError(f"{OUT_OF_RANGE.code}|This number lies between 0 and {self._most}.")
        return number.normalize() if number != number.to_integral() else number.quantize(Decimal(1))


class TextField(fields.Field[Text]):
    """A text: a string, or an object that holds every language of the document."""

    def __init__(self, *, chars: int = LINE_CHARS, lines: bool = False, **kwargs: Any) -> None:
        """Bound each language by `chars`; allow line breaks with `lines`."""
        super().__init__(error_messages=dict(MESSAGES), **kwargs)
        self._chars = chars
        self._lines = lines

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Text:  # noqa: ARG002 (fixed by marshmallow)
        codes = _LANGUAGE.get().codes
        if isinstance(value, str):
            text = clean_text(value, chars=self._chars, lines=self._lines)
            return Text(**dict.fromkeys(codes, text))
        if not isinstance(value, Mapping):
            raise ValidationError(f"{MALFORMED.code}|A text is a string or an object with fr and en.")
        errors: dict[str, list[str]] = {str(code): [_UNKNOWN] for code in value if code not in {"fr", "en"}}
        errors |= {code: [MISSING] for code in codes if code not in value}
        texts: dict[str, str] = {}
        for code in ("fr", "en"):
            try:
                if code in value:
                    texts[code] = clean_text(value[code], chars=self._chars, lines=self._lines)
            except ValidationError as error:
                errors[code] = [str(message) for message in error.messages]
        if errors:
            raise ValidationError(dict(errors))
        return Text(**texts)


_UNKNOWN: Final = f"{MALFORMED.code}|This field is not known."


def unprintable(text: str, *, lines: bool = False) -> str | None:
    """Return the first character that no page of ours prints, None when there is none.

    Controls, reordering, unassigned and private letters; a line break passes with `lines`.
    """
    allowed = "\n" if lines else ""
    refused = (c for c in text if c in _REORDERING or unicodedata.category(c) in _UNPRINTABLE)
    return next((c for c in refused if c not in allowed), None)


def clean_text(value: Any, *, chars: int, lines: bool = False, formula: bool = False) -> str:
    """Return the text composed (NFC) and trimmed; raise `ValidationError` when it cannot be printed.

    Refuses controls, unassigned and private letters, bidirectional overrides, HTML markup, and
    what a spreadsheet would take for a formula (a leading + or - passes with `formula`). With
    `lines`, the line breaks of every system become U+000A, so that a CSV and a JSON row say the same.
    """
    if not isinstance(value, str):
        raise ValidationError(f"{MALFORMED.code}|A text is expected here.")
    if len(value) > 4 * chars:  # before any work on it
        raise ValidationError(f"{OUT_OF_RANGE.code}|At most {chars} characters.")
    text = unicodedata.normalize("NFC", value).strip()
    if lines:
        text = _LINE_ENDS.sub("\n", text)
    if not text:
        raise ValidationError(MISSING)
    if len(text) > chars:
        raise ValidationError(f"{OUT_OF_RANGE.code}|At most {chars} characters.")
    if unprintable(text, lines=lines) is not None:
        raise ValidationError(f"{TEXT_UNPRINTABLE.code}|This text holds characters that cannot be printed.")
    if _MARKUP.search(text):
        raise ValidationError(f"{MALFORMED.code}|Markup is not accepted in texts.")
    if text[0] in ("=@" if formula else "=@+-"):
        raise ValidationError(f"{MALFORMED.code}|A text does not begin like a spreadsheet formula.")
    return text

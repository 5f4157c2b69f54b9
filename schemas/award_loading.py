"""Read awards: what a registrar's system sends, judged field by field.

    award = load_award(strict_json.loads(raw))

Nothing unknown is accepted, nothing is guessed. A text is a string (it then stands for every
language of the document) or an object with `fr` and `en`. What is wrong is told at once: one
`FieldError` for each bad field, with its JSON pointer (RFC 6901) and a code of the catalogue.
The same rules are published as JSON Schemas under `schemas/json/award/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, cast

from marshmallow import RAISE, Schema, ValidationError

from schemas.award_fields import document_language
from schemas.award_schemas import SCHEMAS
from schemas.awards import Award, Kind, Language
from schemas.problems import AWARD_INCOMPLETE, MALFORMED, FieldError, ProblemError

MAX_ERRORS: Final = 100


def load_award(data: Any) -> Award:
    """Return the award that `data` (parsed JSON) describes.

    Raises `ProblemError` AWARD_INCOMPLETE with one `FieldError` for each bad field.
    """
    if not isinstance(data, Mapping):
        raise _incomplete([FieldError("", MALFORMED.code, "An award is a JSON object.")])
    schema = _schema_of(data.get("kind"))
    with document_language(_language_of(data.get("language"))):
        try:
            return cast("Award", schema.load(data, unknown=RAISE))
        except ValidationError as error:
            raise _incomplete(field_errors(error.messages)) from None


def award_to_json(award: Award) -> dict[str, Any]:
    """Return the award as JSON that `load_award` reads back to an equal award."""
    return cast("dict[str, Any]", _plain(award))


def field_errors(messages: Any, pointer: str = "") -> list[FieldError]:
    """Flatten marshmallow's messages into field errors; each message is "code|sentence"."""
    if isinstance(messages, Mapping):
        found: list[FieldError] = []
        for name, inner in messages.items():
            step = "" if name == "_schema" else "/" + str(name).replace("~", "~0").replace("/", "~1")
            found.extend(field_errors(inner, pointer + step))
        return found
    sentences = messages if isinstance(messages, list) else [messages]
    return [_field_error(pointer, str(sentence)) for sentence in sentences]


def _schema_of(kind: object) -> Schema:
    try:
        return SCHEMAS[Kind(str(kind))]
    except ValueError:
        known = ", ".join(Kind)
        raise _incomplete([FieldError("/kind", MALFORMED.code, f"The kind is one of: {known}.")]) from None


def _language_of(language: object) -> Language:
    try:
        return Language(str(language))
    except ValueError:
        return Language.BOTH  # the field `language` itself reports what is wrong with it


def _field_error(pointer: str, message: str) -> FieldError:
    code, bar, sentence = message.partition("|")
    return FieldError(pointer, code, sentence) if bar else FieldError(pointer, MALFORMED.code, message)


def _incomplete(errors: list[FieldError]) -> ProblemError:
    count = len(errors)
    detail = "1 field is not right" if count == 1 else f"{count} fields are not right"
    return ProblemError(AWARD_INCOMPLETE.about(detail, errors=tuple(errors[:MAX_ERRORS])))


def _plain(value: Any) -> Any:
    """Turn dataclasses into objects; what is not set is left out."""
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((field.name, getattr(value, field.name)) for field in dataclass_fields(value))
        return {name: _plain(inner) for name, inner in pairs if inner is not None and inner != ()}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    return value

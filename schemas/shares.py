"""Requests about shares (R40, R43-R48, R51) and what a printed QR code tells.

    request = load_share_request({"documents": ["urn:uuid:…"], "name": "Emploi", "gate": "pin"})

Every bad field is named at once, by JSON pointer; an unknown field is refused (threats.md J10).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate, validates_schema

from schemas.problems import MALFORMED, N_, FieldError, ProblemError

MOST_DOCUMENTS: Final = 20
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_REQUIRED: Final = N_("This is needed.")
_FORM: Final = N_("This is not of the right form.")
_NAMED: Final = N_("Give the share a name of at most 100 characters.")
_PURPOSE: Final = N_("At most 500 characters.")
_REFERENCE: Final = N_("At most 100 characters.")
_CHOOSE: Final = N_("Choose at least one document, at most 20.")
_PIN: Final = N_("A PIN has 6 to 12 digits.")
_CHARACTERS: Final = N_("This holds characters that cannot be shown.")
_SENTENCES: Final = frozenset({_REQUIRED, _FORM, _NAMED, _PURPOSE, _REFERENCE, _CHOOSE, _PIN, _CHARACTERS})


class GateKind(StrEnum):
    """What a recipient must show before a share opens (R48)."""

    NONE = "none"
    PIN = "pin"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRequest:
    """A share to be made; `pin=None` behind a PIN gate means that we make one.

    `request_key` is chosen by whoever asks: the same key never makes two shares.
    """

    request_key: str
    documents: tuple[str, ...]
    name: str
    purpose: str = ""
    reference: str = ""
    expires_on: date | None = None
    gate: GateKind = GateKind.PIN
    pin: str | None = None
    allow_download: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedDocument:
    """What the QR code printed on a document tells a stranger: never a name or a grade.

    `status` is a status code of the catalogue (revoked, suspended, replaced), or None: in force.
    """

    kind: str
    document_id: str
    institution_names: Mapping[str, str]
    institution_contact: str
    issued_on: str
    status: str | None
    checked_at: str


def _shown(text: str) -> None:
    """Refuse control characters and those that turn the direction of writing (threats.md A30)."""
    if _CONTROL.search(text):
        raise ValidationError(_CHARACTERS)


_Messages = dict[str, str | list[Any] | dict[Any, Any]]
_MESSAGES: Final[_Messages] = {"required": _REQUIRED, "null": _REQUIRED, "invalid": _FORM, "type": _FORM}


def _text(most: int, sentence: str, *, least: int = 0, **options: Any) -> fields.String:
    length = validate.Length(min=least, max=most, error=sentence)
    return fields.String(validate=[length, _shown], error_messages=_MESSAGES, **options)


class ShareRequestSchema(Schema):
    """The body of a request to share."""

    class Meta:
        """Refuse what is not a field."""

        unknown = RAISE

    request_key = fields.String(
        required=True, validate=validate.Regexp(r"[A-Za-z0-9_-]{16,64}\Z", error=_FORM), error_messages=_MESSAGES
    )
    documents = fields.List(
        fields.String(validate=validate.Length(min=1, max=100, error=_FORM), error_messages=_MESSAGES),
        required=True,
        validate=validate.Length(min=1, max=MOST_DOCUMENTS, error=_CHOOSE),
        error_messages=_MESSAGES,
    )
    name = _text(100, _NAMED, least=1, required=True)
    purpose = _text(500, _PURPOSE, load_default="")
    reference = _text(100, _REFERENCE, load_default="")
    expires_on = fields.Date(format="iso", allow_none=True, load_default=None, error_messages=_MESSAGES)
    gate = fields.Enum(
        GateKind, by_value=True, load_default=GateKind.PIN, error_messages={**_MESSAGES, "unknown": _FORM}
    )
    pin = fields.String(
        allow_none=True,
        load_default=None,
        validate=validate.Regexp(r"[0-9]{6,12}\Z", error=_PIN),
        error_messages=_MESSAGES,
    )
    allow_download = fields.Boolean(load_default=True, error_messages=_MESSAGES)

    @validates_schema
    def _pin_has_a_gate(self, data: Mapping[str, Any], **_: object) -> None:
        if data.get("pin") and data.get("gate") is GateKind.NONE:
            raise ValidationError(_FORM, "pin")

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> ShareRequest:
        data["documents"] = tuple(dict.fromkeys(data["documents"]))
        data["name"], data["reference"] = data["name"].strip(), data["reference"].strip()
        return ShareRequest(**data)


def load_share_request(body: Mapping[str, Any]) -> ShareRequest:
    """Return the request; raise MALFORMED with one error a field, its `detail` a catalogued sentence."""
    values = {**body, "name": body["name"].strip()} if isinstance(body.get("name"), str) else body
    try:
        loaded: ShareRequest = ShareRequestSchema().load(values)
    except ValidationError as error:
        raise ProblemError(MALFORMED.about("the share could not be made as asked", errors=_errors(error))) from error
    return loaded


def _errors(error: ValidationError) -> tuple[FieldError, ...]:
    return tuple(
        FieldError(pointer or "/", MALFORMED.code, text if text in _SENTENCES else _FORM)
        for pointer, text in _flat("", error.messages)
    )


def _flat(pointer: str, messages: Any) -> Iterator[tuple[str, str]]:
    """Turn marshmallow's tree of messages into pointers (RFC 6901), one sentence each."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            name = str(key).replace("~", "~0").replace("/", "~1")
            yield from _flat(f"{pointer}/{name}" if key != "_schema" else pointer, inner)
    else:
        yield pointer, str(messages[0])

"""Read an institution from a file: its profile as JSON, its logo (SVG or PNG) beside it.

The DID is ours to give, never the file's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from marshmallow import RAISE, ValidationError, fields, validate

from issuer.credentials.status_register import PURPOSES
from issuer.institutions.profile import Branding, Institution
from schemas import strict_json
from schemas.award_fields import MESSAGES, Email, Line, TextField, document_language
from schemas.award_loading import field_errors
from schemas.award_schemas import ManyField, SignatorySchema, StrictSchema, nested
from schemas.awards import Kind, Language
from schemas.problems import MALFORMED, NOT_PARSABLE, TOO_LARGE, ProblemError

MAX_LOGO_BYTES: Final = 262_144
_LOGOS: Final[Mapping[str, str]] = {".svg": "image/svg+xml", ".png": "image/png"}
_COLOUR: Final = validate.Regexp(r"#[0-9a-f]{6}\Z")
_URL: Final = validate.Regexp(r"https://[^\s\"<>]{1,200}\Z")


class _BrandingSchema(StrictSchema):
    makes = dict
    logo = Line(required=True, chars=100)
    logo_media_type = Line(chars=20)
    colour = Line(required=True, chars=7, validate=_COLOUR)
    motto = Line(chars=120)


class _InstitutionSchema(StrictSchema):
    makes = dict
    slug = Line(required=True, chars=40)
    names = TextField(required=True)
    url = Line(required=True, validate=_URL)
    contact_email = Email(required=True)
    place = TextField(required=True)
    office = TextField(required=True)
    branding = nested(_BrandingSchema, required=True)
    signatories = ManyField(nested(SignatorySchema), most=4)
    purposes = fields.Dict(
        keys=fields.Enum(Kind, by_value=True),
        values=fields.List(fields.String(validate=validate.OneOf(PURPOSES)), validate=validate.Length(min=1)),
        error_messages=dict(MESSAGES),
    )


@dataclass(frozen=True, slots=True)
class InstitutionFile:
    """An institution, and the status purposes of its kinds where they are not the usual ones."""

    institution: Institution
    purposes: Mapping[str, list[str]]


def read_institution(path: Path, *, did_of: Callable[[str], str]) -> Institution:
    """Return the institution that a file describes; see `read_institution_file`."""
    return read_institution_file(path, did_of=did_of).institution


def read_institution_file(path: Path, *, did_of: Callable[[str], str]) -> InstitutionFile:
    """Return what a file says; `did_of` gives the DID of a slug.

    Raises `ProblemError` MALFORMED with a pointer to each bad field, NOT_PARSABLE or TOO_LARGE, and
    OSError when there is no such file.
    """
    data = strict_json.loads(path.read_bytes())
    if not isinstance(data, Mapping):
        raise ProblemError(MALFORMED.about("an institution is a JSON object"))
    try:
        with document_language(Language.BOTH):
            loaded: dict[str, Any] = _InstitutionSchema().load(data, unknown=RAISE)
    except ValidationError as error:
        errors = tuple(field_errors(error.messages))
        raise ProblemError(MALFORMED.about("the institution is not complete", errors=errors)) from None
    purposes = {kind.value: names for kind, names in loaded.pop("purposes", {}).items()}
    branding = _branding(path.parent, loaded.pop("branding"))
    return InstitutionFile(Institution(did=did_of(loaded["slug"]), branding=branding, **loaded), purposes)


def _branding(folder: Path, loaded: dict[str, str]) -> Branding:
    """Read the logo: a small SVG or PNG in the same folder, and nothing that runs or fetches."""
    name = loaded.pop("logo")
    path = folder / name
    media_type = _LOGOS.get(path.suffix)
    said = loaded.pop("logo_media_type", media_type)
    if media_type is None or said != media_type or path.parent.resolve() != folder.resolve():
        raise ProblemError(MALFORMED.about("a logo is an SVG or PNG file beside the institution's file"))
    try:
        logo = path.read_bytes()
    except OSError as error:
        raise ProblemError(NOT_PARSABLE.about("the logo cannot be read")) from error
    if len(logo) > MAX_LOGO_BYTES:
        raise ProblemError(TOO_LARGE.about("the logo is larger than 256 KB"))
    hostile = (b"<script", b"<!entity", b"<foreignobject", b"javascript:", b"href=")
    if media_type == "image/svg+xml" and any(word in logo.lower() for word in hostile):
        raise ProblemError(MALFORMED.about("the logo holds a script or a link"))
    return Branding(logo=logo, logo_media_type=media_type, **loaded)

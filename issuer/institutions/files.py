"""Read an institution from a file: its profile as JSON, its logo (SVG or PNG) and fonts beside it.

The DID is ours to give, never the file's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from marshmallow import RAISE, ValidationError, fields, validate

from issuer.credentials.status_register import PURPOSES
from issuer.documents.fonts import OURS, families_in, is_font
from issuer.institutions.profile import Branding, Institution
from schemas import strict_json
from schemas.award_fields import MESSAGES, Email, Line, TextField, document_language
from schemas.award_loading import field_errors
from schemas.award_schemas import ManyField, SignatorySchema, StrictSchema, nested
from schemas.awards import Kind, Language
from schemas.problems import MALFORMED, NOT_PARSABLE, TOO_LARGE, ProblemError

MAX_LOGO_BYTES: Final = 262_144
MAX_FONT_FILES: Final = 4
MAX_FONT_BYTES: Final = 2_097_152
"""Of all files together: they stand in the institution's row."""
_LOGOS: Final[Mapping[str, str]] = {".svg": "image/svg+xml", ".png": "image/png"}
_COLOUR: Final = validate.Regexp(r"#[0-9a-f]{6}\Z")
_URL: Final = validate.Regexp(r"https://[^\s\"<>]{1,200}\Z")


class _BrandingSchema(StrictSchema):
    makes = dict
    logo = Line(required=True, chars=100)
    logo_media_type = Line(chars=20)
    colour = Line(required=True, chars=7, validate=_COLOUR)
    motto = Line(chars=120)
    font = Line(chars=80)
    font_files = ManyField(Line(chars=100), most=MAX_FONT_FILES)


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


def _branding(folder: Path, loaded: dict[str, Any]) -> Branding:
    """Read the logo: a small SVG or PNG in the same folder, and nothing that runs or fetches."""
    name = loaded.pop("logo")
    media_type = _LOGOS.get(Path(name).suffix)
    said = loaded.pop("logo_media_type", media_type)
    if media_type is None or said != media_type or not _is_beside(folder, name):
        raise ProblemError(MALFORMED.about("a logo is an SVG or PNG file beside the institution's file"))
    logo = _content(folder / name, "the logo cannot be read")
    if len(logo) > MAX_LOGO_BYTES:
        raise ProblemError(TOO_LARGE.about("the logo is larger than 256 KB"))
    hostile = (b"<script", b"<!entity", b"<foreignobject", b"javascript:", b"href=")
    if media_type == "image/svg+xml" and any(word in logo.lower() for word in hostile):
        raise ProblemError(MALFORMED.about("the logo holds a script or a link"))
    font, files = loaded.pop("font", ""), loaded.pop("font_files", ())
    return Branding(logo=logo, logo_media_type=media_type, font=font, font_files=_fonts(folder, font, files), **loaded)


def _fonts(folder: Path, font: str, names: Sequence[str]) -> tuple[bytes, ...]:
    """Read the font files; the family that is asked for must be one of theirs, or one of ours."""
    if not all(_is_beside(folder, name) for name in names):
        raise ProblemError(MALFORMED.about("a font is a file beside the institution's file"))
    files = tuple(_content(folder / name, "a font cannot be read") for name in names)
    if sum(map(len, files)) > MAX_FONT_BYTES:
        raise ProblemError(TOO_LARGE.about("the fonts are larger than 2 MB"))
    if not all(map(is_font, files)):
        raise ProblemError(MALFORMED.about("a font is a TrueType or OpenType file"))
    if (font or names) and font not in (*OURS, *families_in(files)):
        raise ProblemError(MALFORMED.about("the font's family is in none of its files"))
    return files


def _is_beside(folder: Path, name: str) -> bool:
    return (folder / name).parent.resolve() == folder.resolve()


def _content(path: Path, detail: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ProblemError(NOT_PARSABLE.about(detail)) from error

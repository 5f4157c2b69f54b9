"""An institution as its documents show it."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemas.awards import Signatory, Text


@dataclass(frozen=True, slots=True)
class Branding:
    """How an institution's pages look; `colour` is `#rrggbb`, `logo` is SVG or PNG bytes.

    `font` is the family that the pages are set in, ours when it is empty; `font_files` are TrueType or
    OpenType files that bring it.
    """

    logo: bytes
    logo_media_type: str = "image/svg+xml"
    colour: str = "#8c1d2f"
    motto: str = ""
    font: str = ""
    font_files: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Institution:
    """One institution; `did` is its did:web, `slug` its name in our addresses."""

    slug: str
    did: str
    names: Text
    url: str
    contact_email: str
    place: Text
    office: Text
    branding: Branding
    signatories: tuple[Signatory, ...] = field(default=())

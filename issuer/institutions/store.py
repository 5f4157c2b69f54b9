"""Every query about institutions and their programs."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from issuer.institutions.models import ApiClientRow, InstitutionRow
from issuer.institutions.profile import Branding, Institution
from schemas.awards import Signatory, Text


def add(session: Session, row: InstitutionRow | ApiClientRow) -> None:
    """Add a row; what is not unique is refused by the database."""
    session.add(row)
    session.flush()


def by_slug(session: Session, slug: str) -> InstitutionRow | None:
    """Return the institution of that name in our addresses."""
    return session.scalars(select(InstitutionRow).where(InstitutionRow.slug == slug)).one_or_none()


def by_id(session: Session, institution_id: str) -> InstitutionRow | None:
    """Return an institution."""
    return session.get(InstitutionRow, institution_id)


def every(session: Session) -> Sequence[InstitutionRow]:
    """Return all institutions by their slug."""
    return session.scalars(select(InstitutionRow).order_by(InstitutionRow.slug)).all()


def api_client(session: Session, prefix: str) -> ApiClientRow | None:
    """Return the program whose key begins so."""
    return session.get(ApiClientRow, prefix)


def revoke_api_client(session: Session, prefix: str, at: datetime) -> None:
    """Let a key open nothing from now on."""
    session.execute(update(ApiClientRow).where(ApiClientRow.prefix == prefix).values(revoked_at=at))


def profile_json(institution: Institution) -> dict[str, Any]:
    """Return the profile without its logo, as it is kept."""
    return {
        "names": text_json(institution.names),
        "url": institution.url,
        "contact_email": institution.contact_email,
        "place": text_json(institution.place),
        "office": text_json(institution.office),
        "branding": {
            "logo_media_type": institution.branding.logo_media_type,
            "colour": institution.branding.colour,
            "motto": institution.branding.motto,
            "font": institution.branding.font,
            "font_files": [base64.b64encode(one).decode("ascii") for one in institution.branding.font_files],
        },
        "signatories": [{"name": s.name, "title": text_json(s.title)} for s in institution.signatories],
    }


def institution_of(row: InstitutionRow) -> Institution:
    """Return the institution that a row keeps."""
    kept: Mapping[str, Any] = row.profile
    return Institution(
        slug=row.slug,
        did=row.did,
        names=Text(**kept["names"]),
        url=kept["url"],
        contact_email=kept["contact_email"],
        place=Text(**kept["place"]),
        office=Text(**kept["office"]),
        branding=_branding(row.logo, kept["branding"]),
        signatories=tuple(Signatory(s["name"], Text(**s["title"])) for s in kept["signatories"]),
    )


def _branding(logo: bytes, kept: Mapping[str, Any]) -> Branding:
    """Return the look that a row keeps; rows written before fonts could be brought have none."""
    files = tuple(base64.b64decode(one) for one in kept.get("font_files", ()))
    return Branding(logo=logo, **{**kept, "font_files": files})


def text_json(text: Text) -> dict[str, str]:
    """Return the languages that a text has."""
    return {code: words for code, words in (("fr", text.fr), ("en", text.en)) if words is not None}

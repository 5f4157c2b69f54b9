"""What Open Badges 3.0 and CLR 2.0 ask of a credential beyond the VCDM: which members must be there.

    lacking(claims)      # ("/name", "/credentialSubject/achievement/criteria"), or nothing

Much that is in use was written for earlier drafts, and a member that is missing makes nothing forged:
so this is told in the report and decides nothing. What we issue has every member (`schemas/json`).
Specification: Open Badges 3.0, sections B.1 to B.7; CLR 2.0, sections B.1 and B.2 (cardinality 1 or 1..*).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from verifier.reading import types_of

OPEN_BADGES: Final = "Open Badges 3.0"
CLR: Final = "CLR 2.0"
_ACHIEVEMENT_TYPES: Final = frozenset({"OpenBadgeCredential", "AchievementCredential"})
_CREDENTIAL: Final = ("id", "name", "issuer", "validFrom", "credentialSubject")
_ACHIEVEMENT: Final = ("id", "type", "name", "description", "criteria")


def model_of(claims: Mapping[str, Any]) -> str:
    """Return the data model that the credential's types name, or an empty text."""
    types = types_of(claims)
    if "ClrCredential" in types:
        return CLR
    return OPEN_BADGES if _ACHIEVEMENT_TYPES.intersection(types) else ""


def lacking(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the pointer of each member that the credential's own data model asks for and that is not there."""
    model = model_of(claims)
    if not model:
        return ()
    missing = list(_missing(claims, "", _CREDENTIAL))
    subjects = claims.get("credentialSubject")
    for place, subject in _each(subjects, "/credentialSubject"):
        missing += _of_record(subject, place) if model == CLR else _of_achievement(subject, place)
    return tuple(missing)


def _of_record(subject: Mapping[str, Any], place: str) -> Iterator[str]:
    yield from _missing(subject, place, ("type", "verifiableCredential"))
    if "ClrSubject" not in types_of(subject):
        yield f"{place}/type"


def _of_achievement(subject: Mapping[str, Any], place: str) -> Iterator[str]:
    """Name what a subject lacks: who it is about (`id` or `identifier`), and the achievement with its members."""
    yield from _missing(subject, place, ("type", "achievement"))
    if "AchievementSubject" not in types_of(subject):
        yield f"{place}/type"
    if not {"id", "identifier"} & subject.keys():
        yield f"{place}/id"
    achievement = subject.get("achievement")
    if isinstance(achievement, Mapping):
        yield from _missing(achievement, f"{place}/achievement", _ACHIEVEMENT)


def _missing(item: Mapping[str, Any], place: str, names: Sequence[str]) -> Iterator[str]:
    return (f"{place}/{name}" for name in names if not item.get(name))


def _each(value: Any, place: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        return [(place, value)]
    items = value if isinstance(value, list) else []
    return [(f"{place}/{number}", item) for number, item in enumerate(items) if isinstance(item, Mapping)]

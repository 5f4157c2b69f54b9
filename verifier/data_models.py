"""What Open Badges 3.0 and CLR 2.0 ask of a credential beyond the VCDM: which members must be there.

    unidentified(claims)  # ("/credentialSubject",): nothing says whom it is about, or nothing
    lacking(claims)       # ("/id", "/credentialSubject/achievement/criteria"), or nothing

A credential whose subject nothing identifies does not conform; one that lacks another member does not
when it names the published schema that asks for it (docs/decisions/0038). What we issue has every member
(`schemas/json`). Specification: Open Badges 3.0, sections 9.1, 9.2 and B.1 to B.7; CLR 2.0, sections B.1 and
B.2 (cardinality 1 or 1..*).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from schemas.vcdm_shape import child
from verifier.reading import types_of

OPEN_BADGES: Final = "Open Badges 3.0"
CLR: Final = "CLR 2.0"
_IDENTIFIED: Final = frozenset({"AchievementSubject", "ClrSubject"})
_WHEN: Final = ("validFrom", "issuanceDate")
"""From when a credential holds, by the name of its VCDM."""
_PARTS_OF_CREDENTIAL: Final = {"issuer": "Profile", "evidence": "Evidence", "image": "Image"}
_CLASSES: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "AchievementCredential": (
        "id issuer validFrom credentialSubject",
        {**_PARTS_OF_CREDENTIAL, "credentialSubject": "AchievementSubject"},
    ),
    "EndorsementCredential": (
        "id name issuer validFrom credentialSubject",
        {**_PARTS_OF_CREDENTIAL, "credentialSubject": "EndorsementSubject"},
    ),
    "ClrCredential": (
        "id name issuer validFrom credentialSubject",
        {**_PARTS_OF_CREDENTIAL, "credentialSubject": "ClrSubject"},
    ),
    "EndorsementSubject": ("id type", {}),
    "ClrSubject": (
        "type verifiableCredential",
        {"identifier": "IdentityObject", "achievement": "Achievement", "association": "Association"},
    ),
    "AchievementSubject": (
        "type achievement",
        {
            "achievement": "Achievement",
            "identifier": "IdentityObject",
            "image": "Image",
            "result": "Result",
            "source": "Profile",
        },
    ),
    "Achievement": (
        "id type name description criteria",
        {
            "alignment": "Alignment",
            "creator": "Profile",
            "image": "Image",
            "otherIdentifier": "IdentifierEntry",
            "related": "Related",
            "resultDescription": "ResultDescription",
        },
    ),
    "ResultDescription": (
        "id type name resultType",
        {"alignment": "Alignment", "rubricCriterionLevel": "RubricCriterionLevel"},
    ),
    "RubricCriterionLevel": ("id type name", {"alignment": "Alignment"}),
    "Result": ("type", {"alignment": "Alignment"}),
    "Profile": (
        "id type",
        {"address": "Address", "image": "Image", "otherIdentifier": "IdentifierEntry", "parentOrg": "Profile"},
    ),
    "Address": ("type", {"geo": "GeoCoordinates"}),
    "Alignment": ("type targetName targetUrl", {}),
    "Association": ("type associationType sourceId targetId", {}),
    "Evidence": ("type", {}),
    "GeoCoordinates": ("type latitude longitude", {}),
    "IdentifierEntry": ("type identifier identifierType", {}),
    "IdentityObject": ("type hashed identityHash identityType", {}),
    "Image": ("id type", {}),
    "Related": ("id type", {}),
}
"""By class: the members it must have, and the class of each part. Credentials inside are judged by themselves."""
_is_published: Final = re.compile(
    r"https://purl\.imsglobal\.org/spec/(?:ob/v3p0|clr/v2p0)/schema/json/[a-z0-9_]+credential_schema\.json"
).fullmatch


def model_of(claims: Mapping[str, Any]) -> str:
    """Return the data model that the credential's types name, or an empty text."""
    found = _class_of(claims)
    return CLR if found == "ClrCredential" else OPEN_BADGES if found else ""


def is_published(address: object) -> bool:
    """Is this the address of a schema that 1EdTech publishes for such credentials?"""
    return isinstance(address, str) and _is_published(address) is not None


def unidentified(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the pointer of each subject with neither `id` nor `identifier` (Open Badges 3.0, section 9.1)."""
    if _class_of(claims) not in {"AchievementCredential", "ClrCredential"}:
        return ()
    subjects = _each(claims.get("credentialSubject"), "/credentialSubject")
    return tuple(place for place, subject in subjects if not (subject.get("id") or subject.get("identifier")))


def lacking(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the pointer of each member that the credential's own data model asks for and that is not there."""
    found = _class_of(claims)
    return tuple(_lacking(claims, "", found)) if found else ()


def _class_of(claims: Mapping[str, Any]) -> str:
    types = types_of(claims)
    if "ClrCredential" in types:
        return "ClrCredential"
    if "OpenBadgeCredential" in types or "AchievementCredential" in types:
        return "AchievementCredential"
    return "EndorsementCredential" if "EndorsementCredential" in types else ""


def _lacking(item: Mapping[str, Any], place: str, kind: str) -> Iterator[str]:
    needed, parts = _CLASSES[kind]
    for name in needed.split():
        if not any(same in item for same in (_WHEN if name in _WHEN else (name,))):
            yield child(place, name)
    if kind in _IDENTIFIED and "type" in item and kind not in types_of(item):
        yield child(place, "type")
    for name, inner in parts.items():
        for at, part in _each(item.get(name), child(place, name)):
            yield from _lacking(part, at, inner)


def _each(value: Any, place: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Yield each object of a member that may hold one or several, with its pointer."""
    if isinstance(value, Mapping):
        return [(place, value)]
    items = value if isinstance(value, list) else []
    return [(f"{place}/{number}", item) for number, item in enumerate(items) if isinstance(item, Mapping)]

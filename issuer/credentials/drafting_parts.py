"""Parts that every kind of credential is drafted from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from issuer.credentials.identifiers import Identifiers
from issuer.institutions.profile import Institution
from schemas.awards import Award, Language, Text

MANY_LANGUAGES: Final = "mul"  # ISO 639-2: several languages stand in one text


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What a credential needs besides its award; the same particulars make the same credential.

    `status` are ready `credentialStatus` entries, one for each purpose. `base_sha256` is the digest
    of the pages (BASE), 32 bytes. `bound_to` is the DID of the holder's key (R95), or None: then
    each subject has a random name and the credential is a bearer form.
    """

    document_id: str
    identifiers: Identifiers
    status: tuple[Mapping[str, Any], ...]
    base_sha256: bytes | None = None
    bound_to: str | None = None

    def subject_id(self, place: str) -> str:
        """Return the id of the subject at a place of the document."""
        return self.bound_to or self.identifiers.at(place)


def issuer_profile(award: Award, institution: Institution) -> dict[str, Any]:
    """Return the issuer: only what the institution's own profile says (K09)."""
    return {
        "id": institution.did,
        "type": ["Profile"],
        "name": institution.names.joined(award.language),
        "url": institution.url,
        "email": institution.contact_email,
    }


def identity(
    award: Award, ids: Identifiers, place: str, *, with_email: bool = False, salted: bool = False
) -> list[dict[str, Any]]:
    """Return who the learner is: name, student number, date of birth; the address only hashed.

    `salted` makes the same statement differ between the children of a record: wallets refuse
    equal objects without id, and 1EdTech gives an IdentityObject none.
    """
    learner = award.learner
    known = {"name": learner.full_name, "sisSourcedId": learner.student_id}
    if learner.birth_date is not None:
        known["ext:birthDate"] = learner.birth_date.isoformat()
    objects: list[dict[str, Any]] = [
        {"type": "IdentityObject", "hashed": False, "identityHash": value, "identityType": kind}
        for kind, value in known.items()
    ]
    if salted:
        for entry in objects:
            entry["salt"] = ids.salt(f"{place}/{entry['identityType']}")
    if with_email:
        salt = ids.salt(f"{place}/email")
        digest = hashlib.sha256((learner.email + salt).encode()).hexdigest()
        hashed = {"hashed": True, "identityHash": f"sha256${digest}", "identityType": "emailAddress", "salt": salt}
        objects.append({"type": "IdentityObject", **hashed})
    return objects


@dataclass(frozen=True, slots=True)
class Graded:
    """A result to be told: its name, value, 1EdTech result type and the top of its scale."""

    name: Text
    value: str
    result_type: str = "Result"
    value_max: str | None = None


def results(graded: list[Graded], language: Language, ids: Identifiers, place: str) -> tuple[list[Any], list[Any]]:
    """Return the `resultDescription` of an achievement and the `result` of its subject."""
    descriptions, outcomes = [], []
    for number, result in enumerate(graded):
        description = {
            "id": ids.at(f"{place}/result-description/{number}"),
            "type": ["ResultDescription"],
            "name": result.name.joined(language),
            "resultType": result.result_type,
        }
        if result.value_max is not None:
            description["valueMax"] = result.value_max
        descriptions.append(description)
        outcomes.append(
            {
                "id": ids.at(f"{place}/result/{number}"),
                "type": ["Result"],
                "resultDescription": description["id"],
                "value": result.value,
            }
        )
    return descriptions, outcomes


def with_results(
    subject: dict[str, Any], graded: list[Graded], language: Language, ids: Identifiers, place: str
) -> dict[str, Any]:
    """Return the subject with its results, described in its achievement; unchanged without any."""
    if not graded:
        return subject
    descriptions, outcomes = results(graded, language, ids, place)
    achievement = {**subject["achievement"], "resultDescription": descriptions}
    return {**subject, "achievement": achievement, "result": outcomes}


def criteria(narrative: Text, language: Language, ids: Identifiers, place: str) -> dict[str, Any]:
    """Return the criteria of an achievement."""
    return {"id": ids.at(f"{place}/criteria"), "narrative": narrative.joined(language)}


def in_language(language: Language) -> str:
    """Return the BCP 47 tag of a document's texts."""
    return MANY_LANGUAGES if language is Language.BOTH else language.value


def number(value: Decimal) -> int | float:
    """Return a small decimal as the JSON number that is written the same everywhere."""
    return int(value) if value == value.to_integral_value() else float(value)


def day(when: date) -> str:
    """Return the first moment of a day (UTC)."""
    return f"{when.isoformat()}T00:00:00Z"


def end_of_day(when: date) -> str:
    """Return the last second of a day (UTC): a document is in force on its last day."""
    return f"{when.isoformat()}T23:59:59Z"

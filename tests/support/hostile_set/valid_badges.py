"""Badges that nothing is wrong with, in every shape that Open Badges 3.0 allows."""

from __future__ import annotations

from typing import Any, Final

from tests.support.hostile_set.documents import EXAMPLES, OB, OB_EXTENSIONS, V2, achievement, badge, merged, urn
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.proven import signed_everywhere
from tests.support.hostile_set.signing import Json, secure, vc_jwt
from tests.support.hostile_set.world import Rows, World

OB_3_0_2: Final = OB.replace("3.0.3", "3.0.2")
IDENTITY: Final[Json] = {
    "type": "IdentityObject",
    "hashed": True,
    "identityHash": "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399",
    "identityType": "emailAddress",
    "salt": "a salt: with signs",
}
PROFILE: Final[Json] = {
    "id": urn(),
    "type": ["Profile"],
    "name": "Collège",
    "url": "https://college.judge.example",
    "phone": "+1 506 555 0100",
    "email": "a@college.judge.example",
    "address": {
        "type": ["Address"],
        "addressCountry": "CA",
        "addressLocality": "Moncton",
        "geo": {"type": ["GeoCoordinates"], "latitude": 46.09, "longitude": -64.77},
    },
    "image": {"id": "data:image/png;base64,iVBORw0KGgo=", "type": "Image", "caption": "x"},
    "otherIdentifier": [{"type": "IdentifierEntry", "identifier": "7", "identifierType": "systemId"}],
}
RUBRIC: Final[list[Json]] = [
    {
        "id": urn(),
        "type": ["RubricCriterionLevel"],
        "name": f"Niveau {at}",
        "level": str(at),
        "points": f"{at}.5",
        "description": "d",
    }
    for at in (1, 2)
]
DESCRIBED: Final[Json] = {
    "id": urn(),
    "type": ["ResultDescription"],
    "name": "Grille",
    "resultType": "RubricCriterionLevel",
    "rubricCriterionLevel": RUBRIC,
    "requiredLevel": RUBRIC[0]["id"],
    "valueMin": "0",
    "valueMax": "10",
}
LISTED: Final[Json] = {
    "id": urn(),
    "type": ["ResultDescription"],
    "name": "Note",
    "resultType": "LetterGrade",
    "allowedValue": ["A", "B", "C"],
    "requiredValue": "B",
}
ALIGNMENT: Final[Json] = {
    "type": ["Alignment"],
    "targetName": "Compétence",
    "targetUrl": "https://case.judge.example/1",
    "targetCode": "C-1",
    "targetDescription": "d",
    "targetFramework": "CASE",
    "targetType": "CFItem",
}


def _subject(**changes: Any) -> Any:
    """Return a function that makes a badge whose subject has these members."""

    def made(key: Key) -> Json:
        document = badge(key.did)
        document["credentialSubject"] = merged(document["credentialSubject"], changes)
        return document

    return made


def _achieved(**changes: Any) -> Any:
    """Return a function that makes a badge whose achievement has these members."""
    return _subject(achievement=achievement(**changes))


EVIDENCES: Final[Rows] = [
    (
        "evidence",
        lambda key: badge(
            key.did,
            evidence=[
                {
                    "id": "https://judge.example/e",
                    "type": ["Evidence"],
                    "name": "Preuve",
                    "description": "d",
                    "narrative": "n",
                    "genre": "g",
                    "audience": "a",
                }
            ],
        ),
    ),
    (
        "evidence alike",
        lambda key: badge(key.did, evidence=[{"type": ["Evidence"], "name": "1"}, {"type": ["Evidence"], "name": "2"}]),
    ),
    ("awarded date", lambda key: badge(key.did, awardedDate="2026-01-01T00:00:00Z")),
    (
        "image of the credential",
        lambda key: badge(key.did, image={"id": "https://judge.example/i.svg", "type": "Image"}),
    ),
    ("achievement credential", lambda key: badge(key.did, type=["VerifiableCredential", "AchievementCredential"])),
    (
        "both names of a badge",
        lambda key: badge(key.did, type=["VerifiableCredential", "AchievementCredential", "OpenBadgeCredential"]),
    ),
]
CONTEXTS: Final[Rows] = [
    ("context 3.0.2", lambda key: badge(key.did, **{"@context": [V2, OB_3_0_2]})),
    (
        "extensions",
        lambda key: badge(
            key.did,
            **{"@context": [V2, OB, OB_EXTENSIONS]},
            credentialSchema=[
                {
                    "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
                    "type": "1EdTechJsonSchemaValidator2019",
                }
            ],
        ),
    ),
    (
        "refresh",
        lambda key: badge(
            key.did,
            **{"@context": [V2, OB, OB_EXTENSIONS]},
            refreshService={"id": "https://judge.example/refresh", "type": "1EdTechCredentialRefresh"},
        ),
    ),
]


def subjects() -> Rows:
    return [
        ("identifier", _subject(identifier=[IDENTITY])),
        (
            "identifier without id",
            lambda key: {
                **badge(key.did),
                "credentialSubject": {
                    "type": ["AchievementSubject"],
                    "identifier": [IDENTITY],
                    "achievement": achievement(),
                },
            },
        ),
        (
            "identifier plain",
            _subject(
                identifier=[
                    {
                        "type": "IdentityObject",
                        "hashed": False,
                        "identityHash": "20221048",
                        "identityType": "ext:studentId",
                    }
                ]
            ),
        ),
    ]


def subjects_with_more() -> Rows:
    return [
        (
            "role and term",
            _subject(
                role="étudiante",
                term="A2025",
                licenseNumber="7",
                activityStartDate="2026-01-01T00:00:00Z",
                activityEndDate="2026-05-01T00:00:00Z",
                creditsEarned=3.5,
            ),
        ),
        ("narrative", _subject(narrative="# Titre\n\n*texte*")),
        (
            "image of the subject",
            _subject(image={"id": "https://judge.example/i.png", "type": "Image", "caption": "x"}),
        ),
        ("source", _subject(source={**PROFILE, "id": urn()})),
    ]


def achievements() -> Rows:
    return [
        ("alignment", _achieved(alignment=[ALIGNMENT, {**ALIGNMENT, "targetUrl": "https://case.judge.example/2"}])),
        (
            "tags",
            _achieved(
                tag=["a", "b"],
                humanCode="MAT1600",
                fieldOfStudy="maths",
                specialization="algèbre",
                inLanguage="fr-CA",
                version="1.0",
                creditsAvailable=3.0,
                achievementType="Course",
            ),
        ),
        ("extension type", _achieved(achievementType="ext:MonType")),
        (
            "image of the achievement",
            _achieved(image={"id": "data:image/png;base64," + "iVBORw0K" * 2000, "type": "Image"}),
        ),
        ("criteria by address", _achieved(criteria={"id": "https://judge.example/criteria"})),
        ("creator", _achieved(creator={**PROFILE, "id": urn()})),
        ("related", _achieved(related=[{"id": urn(), "type": ["Related"], "inLanguage": "en", "version": "2"}])),
        (
            "other identifiers",
            _achieved(otherIdentifier=[{"type": "IdentifierEntry", "identifier": "x", "identifierType": "ext:y"}]),
        ),
    ]


def results() -> Rows:
    return [
        (
            "rubric",
            _subject(
                achievement=achievement(resultDescription=[DESCRIBED]),
                result=[
                    {
                        "type": ["Result"],
                        "resultDescription": DESCRIBED["id"],
                        "achievedLevel": RUBRIC[1]["id"],
                        "status": "Completed",
                    }
                ],
            ),
        ),
        (
            "allowed values",
            _subject(
                achievement=achievement(resultDescription=[LISTED]),
                result=[
                    {"type": ["Result"], "resultDescription": LISTED["id"], "value": "A", "alignment": [ALIGNMENT]}
                ],
            ),
        ),
        ("result alone", _subject(result=[{"type": ["Result"], "value": "A"}])),
        (
            "results alike",
            _subject(
                result=[
                    {"type": ["Result"], "value": "A", "status": "Completed"},
                    {"type": ["Result"], "value": "A", "status": "Enrolled"},
                ]
            ),
        ),
    ]


def issuers() -> Rows:
    return [
        ("whole profile", lambda key: badge({**PROFILE, "id": key.did})),
        (
            "parent organisation",
            lambda key: badge(
                {
                    "id": key.did,
                    "type": ["Profile"],
                    "name": "Faculté",
                    "parentOrg": {"id": urn(), "type": ["Profile"], "name": "Université"},
                    "official": "Mme X",
                }
            ),
        ),
        ("issuer text", lambda key: {**badge(key.did), "issuer": key.did}),
    ]


def odd_types() -> Rows:
    return [
        (
            "three subjects",
            lambda key: {
                **badge(key.did),
                "credentialSubject": [
                    {"id": urn(), "type": ["AchievementSubject"], "achievement": achievement()} for _ in range(3)
                ],
            },
        ),
        ("type as text", _subject(type="AchievementSubject")),
        ("context with examples", lambda key: badge(key.did, **{"@context": [V2, OB, EXAMPLES]}, motto="x")),
    ]


def badges(world: World) -> None:
    ways: list[tuple[str, Any]] = [
        *subjects(),
        *subjects_with_more(),
        *achievements(),
        *results(),
        *issuers(),
        *EVIDENCES,
        *CONTEXTS,
        *odd_types(),
    ]
    for name, make_document in ways:
        signed_everywhere(world, name, make_document)
    key, other = Key(), Key()
    endorsed = {
        "@context": [V2, OB],
        "id": urn(),
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "issuer": {"id": other.did, "type": ["Profile"], "name": "Ordre"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": urn(), "type": ["EndorsementSubject"], "endorsementComment": "Très bien"},
    }
    world.yes("VALID", "endorsement", secure(endorsed, other))
    world.yes(
        "VALID",
        "endorsement as token in a badge",
        secure(badge(key.did, endorsementJwt=[vc_jwt(endorsed, other)]), key),
    )

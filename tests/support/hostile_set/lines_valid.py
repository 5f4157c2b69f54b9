"""Documents that nothing is wrong with, in every shape that the data models allow: none may be refused."""

from __future__ import annotations

from typing import Any, Final

from tests.support.hostile_set.documents import (
    ED2020,
    EXAMPLES,
    OB,
    OB_EXTENSIONS,
    V2,
    achievement,
    badge,
    bare,
    graded,
    merged,
    old,
    plain,
    record,
    urn,
)
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.lines_b import with_suite
from tests.support.hostile_set.lines_g import entry, status_list
from tests.support.hostile_set.signing import Json, present, prove, secure, vc_jwt
from tests.support.hostile_set.suites import SUITES, WIDE
from tests.support.hostile_set.world import Rows, World

OB_302 = OB.replace("3.0.3", "3.0.2")


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


def make(world: World) -> None:
    for part in (_badges, _records, _models, _suites, _texts):
        part(world)


def _everywhere(world: World, name: str, make_document: Any) -> None:
    """Sign what `make_document` returns for an issuer in four ways."""
    for kind, suite in WIDE:
        key = Key(kind)
        world.yes("VALID", f"{name} {kind} {suite}", secure(make_document(key), key, suite))
    key = Key("P-256")
    world.yes("VALID", f"{name} as token", vc_jwt(make_document(key), key))


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
    ("context 3.0.2", lambda key: badge(key.did, **{"@context": [V2, OB_302]})),
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


def _badges(world: World) -> None:
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
        _everywhere(world, name, make_document)
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


def _records(world: World) -> None:
    for kind, suite in WIDE:
        key, other = Key(kind), Key(kind)
        learner = urn()

        def course(by: Key = key, learner: str = learner, suite: str = suite, **changes: Any) -> Json:
            document = graded(by.did, **changes)
            document["credentialSubject"]["id"] = learner
            return secure(document, by, suite)

        for size in (1, 2, 5, 30):
            world.yes(
                "VALID",
                f"record of {size} {kind} {suite}",
                secure(record(key.did, *[course() for _ in range(size)]), key, suite),
            )
        url = status_list(world, key, suite=suite)
        world.yes(
            "VALID",
            f"record with lists {kind} {suite}",
            secure(
                record(
                    key.did,
                    course(credentialStatus=entry(url, 3)),
                    course(credentialStatus=entry(url, 4)),
                    credentialStatus=entry(url, 5),
                ),
                key,
                suite,
            ),
        )
        world.yes(
            "VALID",
            f"record of two institutions {kind} {suite}",
            secure(record(key.did, course(), course(other)), key, suite),
        )
        records_shown(world, course, kind, suite, key, other)


def records_shown(world: World, course: Any, kind: str, suite: str, key: Key, other: Key) -> None:
    partial = record(key.did, course(), course())
    partial["partial"] = True
    world.yes("VALID", f"record that says it is partial {kind} {suite}", secure(partial, key, suite))
    with_achievements = record(key.did, course())
    with_achievements["credentialSubject"]["achievement"] = [achievement(), achievement()]
    world.yes("VALID", f"record with achievements {kind} {suite}", secure(with_achievements, key, suite))
    whole = secure(record(key.did, course(), course()), key, suite)
    world.yes("VALID", f"record shown {kind} {suite}", present(key, whole, suite=suite))
    world.yes(
        "VALID",
        f"record and badge shown {kind} {suite}",
        present(key, whole, secure(badge(other.did), other, suite), suite=suite),
    )


PLAIN_MODELS: Final[Rows] = [
    ("plain", lambda key: plain(key.did)),
    ("nothing but an id", lambda key: bare(key.did, name=None, validFrom=None, credentialSubject={"id": urn()})),
    ("no id anywhere", lambda key: bare(key.did, id=None, credentialSubject={"name": "x"})),
    (
        "issuer with names",
        lambda key: bare(
            {"id": key.did, "name": [{"@value": "U", "@language": "fr"}, {"@value": "V", "@language": "en"}]}
        ),
    ),
    ("direction without language", lambda key: bare(key.did, name={"@value": "x", "@direction": "ltr"})),
    ("language of three parts", lambda key: bare(key.did, name={"@value": "x", "@language": "zh-Hant-TW"})),
]

NESTED_MODELS: Final[Rows] = [
    (
        "nested",
        lambda key: plain(
            key.did,
            credentialSubject={
                "id": urn(),
                "degree": {"type": "ExampleBachelorDegree", "name": "BSc", "of": {"field": {"name": "maths"}}},
            },
        ),
    ),
    (
        "numbers",
        lambda key: plain(
            key.did,
            credentialSubject={
                "id": urn(),
                "a": 1,
                "b": 2.5,
                "c": True,
                "d": 0,
                "e": -7,
                "g": 0.000001,
                "h": False,
            },
        ),
    ),
    ("lists", lambda key: plain(key.did, credentialSubject={"id": urn(), "a": ["x", "y", 1, True, {"b": "c"}]})),
    ("empty list", lambda key: plain(key.did, evidence=[])),
    ("long text", lambda key: bare(key.did, description="é" * 100_000)),
    (
        "many members",
        lambda key: plain(key.did, credentialSubject={"id": urn(), **{f"m{at}": f"v{at}" for at in range(1_000)}}),
    ),
    ("30 levels", lambda key: plain(key.did, credentialSubject=_deep(30))),
    (
        "two of one schema",
        lambda key: bare(
            key.did,
            credentialSchema=[{"id": f"https://judge.example/{at}", "type": "JsonSchema"} for at in range(2)],
        ),
    ),
]

ADDRESSES: Final[Rows] = [
    ("urn issuer of an envelope", lambda key: bare(key.did, id="urn:example:1")),
    ("http id", lambda key: bare(key.did, id="http://judge.example/1")),
    ("id with a query", lambda key: bare(key.did, id="https://judge.example/1?a=b&c=d#e")),
    ("international address", lambda key: bare(key.did, id="https://judge.example/%C3%A9")),
    ("terms", lambda key: plain(key.did, termsOfUse=[{"type": "X", "id": urn()}, {"type": "Y"}])),
    (
        "render",
        lambda key: plain(
            key.did,
            renderMethod={"type": "SvgRenderingTemplate2023", "id": "https://judge.example/t.svg", "name": "x"},
        ),
    ),
    (
        "valid moment in another zone",
        lambda key: bare(key.did, validFrom="2026-01-01T00:00:00.000-05:00", validUntil="2036-01-01T00:00:00+14:00"),
    ),
]


def _models(world: World) -> None:
    ways: list[tuple[str, Any]] = [*PLAIN_MODELS, *NESTED_MODELS, *ADDRESSES]
    for name, make_document in ways:
        _everywhere(world, name, make_document)
    for kind, suite in SUITES[:7]:
        key = Key(kind)
        for name, changes in (
            ("plain", {}),
            ("end", {"expirationDate": "2036-01-01T00:00:00Z"}),
            ("no offset", {"issuanceDate": "2026-01-01T00:00:00"}),
            ("fraction", {"issuanceDate": "2026-01-01T00:00:00.5Z"}),
            ("issuer object", {"issuer": {"id": key.did}}),
            ("two subjects", {"credentialSubject": [{"id": urn()}, {"id": urn()}]}),
        ):
            world.yes("VALID", f"VCDM 1.1 {name} {kind} {suite}", secure(old(key.did, **changes), key, suite))


def _deep(levels: int) -> Json:
    found: Json = {"name": "x"}
    for _ in range(levels):
        found = {"a": found}
    return {"id": urn(), **found}


def _suites(world: World) -> None:
    for kind, suite in SUITES:
        for naming in ("key", "jwk", "web"):
            key = world.named(kind, naming)
            document = with_suite(key.did, suite)
            world.yes("VALID", f"did:{naming} {kind} {suite}", secure(document, key, suite))
            world.yes(
                "VALID",
                f"nonce did:{naming} {kind} {suite}",
                secure(document, key, suite, **({"nonce": "abc"} if suite != "Ed25519Signature2020" else {})),
            )
            with_id = {} if suite == "Ed25519Signature2020" else {"id": urn()}
            world.yes("VALID", f"proof id did:{naming} {kind} {suite}", secure(document, key, suite, **with_id))
            world.yes(
                "VALID",
                f"domain on a credential did:{naming} {kind} {suite}",
                secure(document, key, suite, domain="https://a.example", challenge="x"),
            )
    key = Key()
    base = badge(key.did)
    base["@context"] = [*base["@context"], ED2020]
    suites = ("eddsa-rdfc-2022", "eddsa-jcs-2022", "Ed25519Signature2020")
    proofs = [prove(base, key, suite, created=f"2026-11-20T10:00:0{at}Z") for at, suite in enumerate(suites)]
    for order in ((0, 1, 2), (2, 1, 0), (1, 0), (2, 0), (1, 2)):
        world.yes("VALID", f"proof set {order}", {**base, "proof": [proofs[at] for at in order]})


def _texts(world: World) -> None:
    key = Key()
    for at, text in enumerate(
        (
            "\U0001f393",
            "e\u0301",
            "\u05d0\u05d1",
            "\ufb01",
            "\uff01",
            "\U00010000\uff01",
            "\u200d\u200c",
            "a\u0000b",
            "\\u0041",
            "</script>",
            "'; DROP TABLE",
            "{{7*7}}",
            "%s%n",
            "\r\n",
            "\t",
            " ",
            "﷽" * 50,
            "\u2028",
            "\x7f",
            "null",
            "true",
        )
    ):
        for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022"):
            world.yes("VALID", f"text {at} {suite}", secure(bare(key.did, description=text), key, suite))
            world.yes(
                "VALID",
                f"text as key {at} {suite}",
                secure(plain(key.did, credentialSubject={"id": urn(), "x": [text, "y"]}), key, suite),
            )
        world.yes("VALID", f"text {at} as token", vc_jwt(bare(key.did, description=text), key))

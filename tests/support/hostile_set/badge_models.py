"""Threats B: badges and records that do not conform to Open Badges 3.0 and CLR 2.0 (section 9.1), and their twins."""

from __future__ import annotations

import copy
from typing import Any, Final

from tests.support.hostile_set.documents import Json, badge, changed
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.signing import secure, vc_jwt
from tests.support.hostile_set.suites import USUAL
from tests.support.hostile_set.world import Rows, World

PUBLISHED: Final = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
IDENTITY: Final = {
    "type": "IdentityObject",
    "hashed": False,
    "identityHash": "zoe@judge.example",
    "identityType": "emailAddress",
}


def lacking(document: Json, *path: str) -> Json:
    """Return a copy without the member at `path`."""
    found = copy.deepcopy(document)
    holder: Any = found
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    return found


def badges(key: Key) -> tuple[Rows, Rows]:
    """Return badges that do not conform, and those that do."""
    good, named = badge(key.did), badge(key.did, credentialSchema={"id": PUBLISHED, "type": "JsonSchema"})
    nobody = lacking(good, "credentialSubject", "id")
    less, named_less = (lacking(one, "credentialSubject", "achievement", "criteria") for one in (good, named))
    undescribed = lacking(named, "credentialSubject", "achievement", "description")
    wrong = [
        ("badge about nobody", nobody),
        ("badge with an empty list of identifiers", changed(nobody, "credentialSubject", "identifier", value=[])),
        ("badge against the schema that it names", named_less),
        ("badge without a description against the schema that it names", undescribed),
    ]
    identified = changed(nobody, "credentialSubject", "identifier", value=[IDENTITY])
    right = [
        ("badge about somebody by address", identified),
        ("badge with the schema that it follows", named),
        ("badge without criteria and without a schema", less),
    ]
    return wrong, right


def conforming(world: World) -> None:
    for kind, suite in USUAL:
        key = Key(kind)
        wrong, right = badges(key)
        for name, document in wrong:
            world.no("B22", f"{name} {suite}", secure(document, key, suite), "schema-mismatch")
        for name, document in right:
            world.yes("B22", f"twin: {name} {suite}", secure(document, key, suite))
        if suite.endswith("jcs-2022"):
            for name, document in wrong:
                world.no("B22", f"{name} as token", vc_jwt(document, key), "schema-mismatch")
            for name, document in right:
                world.yes("B22", f"twin: {name} as token", vc_jwt(document, key))

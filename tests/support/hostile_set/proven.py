"""Documents with a proof of each suite."""

from __future__ import annotations

from typing import Any

from tests.support.hostile_set.documents import ED2020, badge
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.signing import Json, secure, vc_jwt
from tests.support.hostile_set.suites import WIDE
from tests.support.hostile_set.world import World


def with_suite(issuer: Any, suite: str, make: Any = badge, **changes: Any) -> Json:
    """Return a document whose contexts define the proof of `suite`."""
    document = make(issuer, **changes)
    if suite == "Ed25519Signature2020":
        document["@context"] = [*document["@context"], ED2020]
    return dict(document)


def signed(key: Key, suite: str, make: Any = badge, **changes: Any) -> Json:
    return secure(with_suite(key.did, suite, make, **changes), key, suite)


def refused(
    world: World, line: str, name: str, document: Json, key: Key, suite: str, *, codes: str, token: str
) -> None:
    """Add `document` with a proof, refused with one of `codes`; beside one suite also as a token, with one of `token`."""
    world.no(line, f"{name} {suite}", secure(document, key, suite), codes)
    if suite == "eddsa-jcs-2022":
        world.no(line, f"{name} as token", vc_jwt(document, key), token)


def signed_everywhere(world: World, name: str, make_document: Any) -> None:
    """Sign what `make_document` returns for an issuer in four ways."""
    for kind, suite in WIDE:
        key = Key(kind)
        world.yes("VALID", f"{name} {kind} {suite}", secure(make_document(key), key, suite))
    key = Key("P-256")
    world.yes("VALID", f"{name} as token", vc_jwt(make_document(key), key))

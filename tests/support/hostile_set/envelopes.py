"""Threats C: tokens in envelopes."""

from __future__ import annotations

import json

from tests.support.hostile_set.codes import PARSE
from tests.support.hostile_set.documents import V1, V2, badge, merged, urn, without
from tests.support.hostile_set.keys import Key, b64
from tests.support.hostile_set.signing import compact, secure, token, vc_jwt
from tests.support.hostile_set.tokens import envelope, head_of
from tests.support.hostile_set.world import Rows, World


def odd_envelopes(key: Key, good: str) -> Rows:
    return [
        ("text/html", envelope(good, "text/html")),
        ("plain vc", envelope(json.dumps(badge(key.did)), "application/vc")),
        ("vp", envelope(good, "application/vp+jwt")),
        ("no media type", merged(envelope(good), {"id": f"data:,{good}"})),
        ("base64 flag", envelope(b64(good.encode()), "application/vc+jwt;base64")),
        ("parameter", envelope(good, "application/vc+jwt;charset=utf-8")),
        ("http id", envelope(good, id="https://judge.example/c")),
        ("bare token as id", envelope(good, id=good)),
        ("nested", envelope(b64(compact(envelope(good))))),
        ("id number", envelope(good, id=7)),
        ("no id", envelope(good, id=None)),
        ("id list", {**envelope(good), "id": [f"data:application/vc+jwt,{good}"]}),
        ("capital media type", envelope(good, "APPLICATION/VC+JWT")),
        ("blank after comma", envelope(" " + good)),
        ("encoded", envelope(good.replace(".", "%2E"))),
        ("fragment", envelope(good + "#x")),
    ]


def beside_envelopes(kind: str, key: Key, good: str) -> Rows:
    return [
        ("forged issuer beside", envelope(good, issuer="did:example:x")),
        ("forged claims beside", envelope(good, credentialSubject={"id": urn(), "name": "Dr. X"})),
        ("name beside", envelope(good, name="Doctorat")),
        (
            "proof beside",
            envelope(
                good,
                proof=secure(badge(key.did), key)["proof"] if kind == "Ed25519" else {"type": "DataIntegrityProof"},
            ),
        ),
        ("status beside", envelope(good, credentialStatus={"id": urn(), "type": "X"})),
        ("types of both", envelope(good, type=["EnvelopedVerifiableCredential", "VerifiableCredential"])),
        (
            "both envelopes",
            envelope(good, type=["EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"]),
        ),
        ("context of another", merged(envelope(good), {"@context": [V1]})),
        ("no context", without(envelope(good), "@context")),
        ("empty token", envelope("")),
        ("alg none", envelope(token({"alg": "none", "typ": "vc+jwt"}, badge(key.did), None))),
    ]


def envelopes(world: World) -> None:
    for kind in ("P-256", "Ed25519"):
        key = Key(kind)
        good = vc_jwt(badge(key.did), key)
        codes = PARSE + " shape-not-allowed context-unknown term-undefined too-large"
        world.yes("C14", f"twin {kind}", envelope(good))
        world.yes("C14", f"twin, context as text {kind}", envelope(good, **{"@context": V2}))
        world.yes("C14", f"twin, type as text {kind}", envelope(good, type="EnvelopedVerifiableCredential"))
        for name, document in [*odd_envelopes(key, good), *beside_envelopes(kind, key, good)]:
            world.not_yes("C14", f"{name} {kind}", document, codes + " proof-missing")
        shown = token(
            head_of(key, typ="vp+jwt", cty="vp"),
            {
                "@context": [V2],
                "type": ["VerifiablePresentation"],
                "holder": key.did,
                "verifiableCredential": [envelope(good)],
            },
            key,
        )
        outer = envelope(shown, "application/vp+jwt", "EnvelopedVerifiablePresentation")
        world.yes("C14", f"presentation twin {kind}", outer, media_type="application/vp")
        world.no(
            "C14", f"presentation with a credential's kind {kind}", envelope(shown), codes, media_type="application/vc"
        )
        world.no(
            "C14",
            f"credential as a presentation {kind}",
            envelope(good, "application/vp+jwt", "EnvelopedVerifiablePresentation"),
            codes,
            media_type="application/vp",
        )

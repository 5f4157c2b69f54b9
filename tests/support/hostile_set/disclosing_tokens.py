"""Threats D: who issues a token with disclosures, how it ends, to whom it is bound."""

from __future__ import annotations

from tests.support.hostile_set.codes import DISCLOSED
from tests.support.hostile_set.disclosures import VCT, claims_of
from tests.support.hostile_set.documents import bare, without
from tests.support.hostile_set.keys import Key, b64
from tests.support.hostile_set.signing import Json, compact, digest_of, disclosure, key_binding, sd_jwt, token
from tests.support.hostile_set.world import Rows, World


def issuers(world: World) -> None:
    key, thief = Key("P-256"), Key("P-256")
    one = disclosure("degree", "PhD")
    good = claims_of(key, _sd=[digest_of(disclosure("degree", "BSc"))])
    forged = {**good, "_sd": [digest_of(one)]}
    issued = sd_jwt(good, key).split("~")[0].split(".")
    world.no("D06", "_sd forged", ".".join([issued[0], b64(compact(forged)), issued[2]]) + f"~{one}~", "tampered")
    world.no(
        "D06",
        "alg none",
        token({"alg": "none", "typ": "dc+sd-jwt", "kid": key.vm}, forged, None) + f"~{one}~",
        "tampered not-parsable",
    )
    world.no("D06", "by an attacker", sd_jwt(forged, thief, (one,), header={"kid": key.vm}), "tampered")
    world.no("D06", "attacker's kid", sd_jwt(forged, thief, (one,)), "not-by-issuer malformed")
    world.not_yes("D06", "attacker's jwk", sd_jwt(forged, thief, (one,), header={"kid": None, "jwk": thief.jwk}))
    world.not_yes("D06", "no kid", sd_jwt(forged, thief, (one,), header={"kid": None}))
    for typ in ("JWT", "vc+jwt", "kb+jwt", None, "example+sd-jwt", 7, "DC+SD-JWT ", "statuslist+jwt"):
        header = {"typ": typ} if typ is not None else {"typ": None}
        world.no("D06", f"typ {typ!r}", sd_jwt(good, key, header=header), DISCLOSED + " suite-unsupported")
    for name, changes, codes in (
        ("exp past", {"exp": 1_790_000_001}, "expired proof-expired"),
        ("nbf future", {"nbf": 4_000_000_000}, "not-yet-valid out-of-range"),
        ("iat future", {"iat": 4_000_000_000}, "out-of-range"),
        ("exp text", {"exp": "x"}, "malformed"),
        ("no vct", {"vct": None}, "malformed"),
        ("vct number", {"vct": 7}, "malformed"),
        ("vct empty", {"vct": ""}, "malformed"),
        ("no iss", {"iss": None}, "not-by-issuer malformed"),
        ("iss number", {"iss": 7}, "malformed not-by-issuer"),
        ("iss of another", {"iss": thief.did}, "not-by-issuer malformed"),
        ("crit", {"iss": key.did}, "not-parsable"),
    ):
        critical = {"crit": ["x"]} if name == "crit" else None
        world.no("D06", name, sd_jwt(claims_of(key, **changes), key, header=critical), codes)


def tildes(world: World) -> None:
    key = Key("P-256")
    one, two = disclosure("degree", "BSc"), disclosure("grade", "A")
    claims = claims_of(key, _sd=[digest_of(one), digest_of(two)])
    good = sd_jwt(claims, key, (one, two))
    world.no("D07", "last tilde missing", good[:-1], DISCLOSED + " holder-mismatch tampered")
    world.no("D07", "empty disclosure", sd_jwt(claims, key, (one, "", two)), DISCLOSED)
    world.no("D07", "two tildes at the end", good + "~", DISCLOSED)
    world.no("D07", "tilde before", "~" + good, DISCLOSED, media_type="application/dc+sd-jwt")
    world.no("D07", "no tilde", good.split("~")[0], DISCLOSED, media_type="application/dc+sd-jwt")
    world.no(
        "D07", "20,000 unsigned", sd_jwt(claims, key, tuple(disclosure("x", at) for at in range(20_000))), DISCLOSED
    )
    world.no("D07", "250 signed", _many(key, 250), DISCLOSED)
    world.yes("D07", "twin of 150", _many(key, 150))
    made, inner = [], disclosure("leaf", "x")
    for _ in range(3000):
        made.append(inner)
        inner = disclosure("a", {"_sd": [digest_of(inner)]})
    world.no("D07", "3,000 nested", sd_jwt(claims_of(key, _sd=[digest_of(inner)]), key, (inner, *made)), DISCLOSED)
    made, inner = [], disclosure("leaf", "x")
    for _ in range(150):
        made.append(inner)
        inner = disclosure("a", {"_sd": [digest_of(inner)]})
    world.no("D07", "150 nested", sd_jwt(claims_of(key, _sd=[digest_of(inner)]), key, (inner, *made)), DISCLOSED)
    huge = disclosure("a", "x" * 500_000)
    world.no("D07", "disclosure of 500 kB", sd_jwt(claims_of(key, _sd=[digest_of(huge)]), key, (huge,)), DISCLOSED)


def _many(key: Key, count: int) -> str:
    made = tuple(disclosure(f"c{at}", at) for at in range(count))
    return sd_jwt(claims_of(key, _sd=[digest_of(one) for one in made]), key, made)


def forged_bindings(shown: str, now: int, usual: Json, other: str, holder: Key, thief: Key) -> Rows:
    return [
        ("by another key", key_binding(shown, thief, **usual)),
        ("sd_hash of another", key_binding(shown, holder, **usual, sd_hash=digest_of(other))),
        ("no sd_hash", key_binding(shown, holder, **usual, sd_hash=None)),
        ("sd_hash number", key_binding(shown, holder, **usual, sd_hash=7)),
        ("typ JWT", key_binding(shown, holder, **usual, header={"typ": "JWT"})),
        ("no typ", key_binding(shown, holder, **usual, header={"typ": ""})),
        ("future iat", key_binding(shown, holder, **{**usual, "iat": now + 90_000})),
        ("iat text", key_binding(shown, holder, **{**usual, "iat": "x"})),
        ("no iat", key_binding(shown, holder, **{**usual, "iat": None})),
        ("no nonce", key_binding(shown, holder, **{**usual, "nonce": None})),
        ("no aud", key_binding(shown, holder, **{**usual, "aud": None})),
        ("two aud", key_binding(shown, holder, **{**usual, "aud": ["https://asker.example"]})),
        ("exp past", key_binding(shown, holder, **usual, exp=now - 1)),
        ("exp text", key_binding(shown, holder, **usual, exp="soon")),
        ("nbf future", key_binding(shown, holder, **usual, nbf=now + 90_000)),
    ]


def odd_bindings(one: str, shown: str, now: int, usual: Json, holder: Key, thief: Key) -> Rows:
    return [
        ("attacker's jwk", key_binding(shown, thief, **usual, header={"jwk": thief.jwk})),
        (
            "alg none",
            shown
            + token(
                {"alg": "none", "typ": "kb+jwt"},
                {"iat": now, "aud": "x", "nonce": "y", "sd_hash": digest_of(shown)},
                None,
            ),
        ),
        ("crit", key_binding(shown, holder, **usual, header={"crit": ["x"]})),
        ("disclosure removed", key_binding(shown, holder, **usual).replace(f"~{one}~", "~")),
        ("garbage", shown + "x.y.z"),
    ]


def odd_confirmations(holder: Key) -> Rows:
    return [
        ("empty", {}),
        ("text", "x"),
        ("jwk off the curve", {"jwk": {**holder.jwk, "y": holder.jwk["x"]}}),
        ("jwk text", {"jwk": "x"}),
        ("private", {"jwk": {**holder.jwk, "d": "AA"}}),
        ("jwk null", {"jwk": None}),
        ("RSA 512", {"jwk": {"kty": "RSA", "n": b64(b"\xc1" * 64), "e": "AQAB"}}),
    ]


def bindings(world: World) -> None:
    """Key binding: there is no door that asks a question of a bare token, so what nobody asked for must hold too."""
    key, holder, thief = Key("P-256"), Key("P-256"), Key("P-256")
    one = disclosure("degree", "BSc")
    claims = claims_of(key, _sd=[digest_of(one)], cnf={"jwk": holder.jwk})
    shown = sd_jwt(claims, key, (one,))
    now = world.now
    usual: Json = {"nonce": "n-1", "aud": "https://asker.example", "iat": now}
    world.yes("D09", "twin", key_binding(shown, holder, **usual))
    world.yes("D09", "twin with an end", key_binding(shown, holder, **usual, exp=now + 90_000, nbf=now - 60))
    world.yes("D08", "twin without a binding", shown)
    for name, cnf in (("kid", {"kid": holder.vm}), ("jkt", {"jkt": "x"}), ("kid of no DID", {"kid": "7"})):
        world.yes("C15", f"cnf {name}, no binding", sd_jwt(claims_of(key, cnf=cnf), key))
    named = sd_jwt(claims_of(key, cnf={"kid": holder.vm}), key)
    world.yes("D09", "cnf kid twin", key_binding(named, holder, **usual))
    world.no("D09", "cnf kid of another", key_binding(named, thief, **usual), "tampered")
    other = sd_jwt(claims, key)
    for name, bound in [
        *forged_bindings(shown, now, usual, other, holder, thief),
        *odd_bindings(one, shown, now, usual, holder, thief),
    ]:
        world.no(
            "D09",
            name,
            bound,
            "tampered malformed not-parsable out-of-range holder-mismatch key-weak suite-unsupported proof-expired",
        )
    bearer = sd_jwt(claims_of(key, _sd=[digest_of(one)]), key, (one,))
    world.no("D09", "no cnf", key_binding(bearer, holder, **usual), "holder-mismatch tampered malformed")
    for name, cnf in odd_confirmations(holder):
        made = sd_jwt(claims_of(key, cnf=cnf), key)
        world.not_yes("C15", f"cnf {name}", key_binding(made, holder, **usual))


def withheld(world: World) -> None:
    key = Key("P-256")
    for name, value in (
        ("iss", key.did),
        ("exp", 2_000_000_000),
        ("nbf", 1_700_000_000),
        ("cnf", {"jwk": key.jwk}),
        ("status", {"status_list": {"idx": 1, "uri": "https://judge.example/l"}}),
        ("vct", VCT),
        ("vct#integrity", "sha256-x"),
    ):
        one = disclosure(name, value)
        claims = claims_of(key, **({name: None} if name in {"iss", "vct"} else {}), _sd=[digest_of(one)])
        world.no("D10", f"{name} disclosed", sd_jwt(claims, key, (one,)), "malformed not-by-issuer not-parsable")
    expired = disclosure("exp", 1_790_000_001)
    world.any("D10", "exp withheld", sd_jwt(claims_of(key, _sd=[digest_of(expired)]), key))


def types(world: World) -> None:
    key = Key("P-256")
    for name, vct in (
        ("loopback", "https://127.0.0.1:9/vct"),
        ("http loopback", "http://127.0.0.1:9/vct"),
        ("file", "file:///etc/passwd"),
        ("urn", "urn:judge:transcript"),
        ("bare", "Transcript"),
        ("unreachable", f"https://{world.host()}/vct"),
    ):
        world.yes("D12", f"vct {name} is never fetched", sd_jwt(claims_of(key, vct=vct), key))
    here, there = f"https://{world.host()}/a", f"https://{world.host()}/b"
    world.publish(here, {"vct": here, "extends": there})
    world.publish(there, {"vct": there, "extends": here})
    world.any("D12", "circular extends", sd_jwt(claims_of(key, vct=here), key))
    world.any(
        "D12",
        "integrity wrong",
        sd_jwt(
            claims_of(key, vct=here, **{"vct#integrity": "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}),
            key,
        ),
    )


def model(world: World) -> None:
    """VCDM 2.0 as SD-JWT."""
    key = Key("P-256")
    document = bare(key.did)
    world.yes("D01", "VCDM twin", sd_jwt(document, key, header={"typ": "vc+sd-jwt"}))
    one = disclosure("name", "Zoé")
    subject = {"id": document["credentialSubject"]["id"], "_sd": [digest_of(one)]}
    world.yes(
        "D01",
        "VCDM twin with a disclosure",
        sd_jwt({**document, "credentialSubject": subject}, key, (one,), header={"typ": "vc+sd-jwt"}),
    )
    world.no(
        "D06",
        "VCDM of another",
        sd_jwt(bare(Key("P-256").did), key, header={"typ": "vc+sd-jwt"}),
        "not-by-issuer malformed",
    )
    world.no(
        "D06",
        "VCDM expired",
        sd_jwt({**document, "validUntil": "2026-05-31T00:00:00Z"}, key, header={"typ": "vc+sd-jwt"}),
        "expired",
    )
    vcdm_bent(world, key, document)


def vcdm_bent(world: World, key: Key, document: Json) -> None:
    until = disclosure("validUntil", "2026-05-31T00:00:00Z")
    world.not_yes(
        "D10",
        "VCDM validUntil disclosed",
        sd_jwt({**document, "_sd": [digest_of(until)]}, key, (until,), header={"typ": "vc+sd-jwt"}),
    )
    world.no("D06", "VCDM with vct", sd_jwt({**document, "vct": VCT}, key, header={"typ": "vc+sd-jwt"}), "malformed")
    world.no(
        "D06",
        "VCDM without subject",
        sd_jwt(without(document, "credentialSubject"), key, header={"typ": "vc+sd-jwt"}),
        "malformed",
    )

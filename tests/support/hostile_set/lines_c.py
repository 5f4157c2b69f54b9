"""Threats C: JWT and JOSE."""

# The tables hold values of every type, as an attacker does, and functions that look at a part of what they get.
# mypy: disable-error-code="assignment,arg-type,attr-defined,var-annotated"

from __future__ import annotations

import base64
import hmac
import json
from typing import Any, Final

from tests.support.hostile_set.documents import V1, V2, badge, merged, old, urn, without
from tests.support.hostile_set.keys import ORDERS, Key, b64, unb64
from tests.support.hostile_set.signing import Json, compact, secure, token, vc_jwt
from tests.support.hostile_set.world import Rows, World

FORGED = "tampered suite-unsupported not-by-issuer not-parsable did-invalid malformed"
PARSE = "not-parsable malformed suite-unsupported tampered"
KINDS = ("P-256", "Ed25519", "P-384", "P-521", "RSA")


def make(world: World) -> None:
    for part in (
        _twins,
        _none,
        _mac,
        _headers,
        _kids,
        _crit,
        _changed,
        _spelling,
        _kinds_of_token,
        _strange,
        _times,
        _claims,
        _encrypted,
        _large,
        _envelopes,
        _weak,
        _old_tokens,
        _badges,
        _presentations,
    ):
        part(world)


def _head(key: Key, **changes: Any) -> Json:
    return merged({"alg": key.alg, "kid": key.vm, "typ": "vc+jwt", "cty": "vc"}, changes)


def _twins(world: World) -> None:
    for kind in KINDS:
        for naming in ("key", "jwk", "web"):
            key = world.named(kind, naming, form="JsonWebKey")
            world.yes("C06", f"twin {kind} did:{naming}", vc_jwt(badge(key.did), key))
            world.yes("C06", f"twin {kind} did:{naming}, no cty", vc_jwt(badge(key.did), key, header={"cty": None}))
    key = Key("P-256")
    for name, header in (
        ("typ with application", {"typ": "application/vc+jwt"}),
        ("no typ", {"typ": None}),
        ("capitals in typ", {"typ": "VC+JWT"}),
        ("iss in header", {"iss": key.did}),
        ("own jwk", {"jwk": key.jwk}),
        ("unknown member", {"x": 1}),
    ):
        world.yes("C06", f"twin {name}", vc_jwt(badge(key.did), key, header=header))
    for name, claims in (
        ("iat", {"iat": 1_790_000_000}),
        ("iss", {"iss": key.did}),
        ("all", {"iss": key.did, "iat": 1_790_000_000, "nbf": 1_767_225_600}),
    ):
        world.yes("C06", f"twin with {name}", vc_jwt(badge(key.did), key, **claims))
    eddsa = Key()
    world.yes("C06", "twin alg Ed25519", vc_jwt(badge(eddsa.did), eddsa, header={"alg": "Ed25519"}))


def _none(world: World) -> None:
    for kind in ("P-256", "Ed25519"):
        key = Key(kind)
        document = badge(key.did)
        for alg in ("none", "None", "nOnE", "NONE", "", "none ", None, ["none"], 0, "nоne"):
            header = {**_head(key), "alg": alg}
            world.no("C01", f"{alg!r} without signature {kind}", token(header, document, None), FORGED)
            world.no("C01", f"{alg!r} with signature {kind}", token(header, document, key), FORGED)
        world.no("C01", f"no alg {kind}", token(_head(key, alg=None), document, key), FORGED)


def _mac(world: World) -> None:
    for kind in KINDS:
        key = Key(kind)
        document = badge(key.did)
        for name, secret in (
            ("raw", key.raw),
            ("multibase", key.multikey.encode()),
            ("JWK", compact(key.jwk)),
            ("PEM", key.pem),
            ("empty", b""),
            ("did", key.did.encode()),
            ("vm", key.vm.encode()),
            ("null", b"null"),
            ("PEM without newline", key.pem.strip()),
        ):
            for alg, digest in (("HS256", "sha256"), ("HS384", "sha384"), ("HS512", "sha512")):
                signed = f"{b64(compact(_head(key, alg=alg)))}.{b64(compact(document))}"
                world.no(
                    "C02",
                    f"{alg} keyed with {name} {kind}",
                    f"{signed}.{b64(hmac.new(secret, signed.encode(), digest).digest())}",
                    FORGED,
                )


def headers_with_keys(world: World, chain: Any, key: Key, thief: Key) -> Rows:
    return [
        ("jwk, no kid", {"kid": None, "jwk": thief.jwk}),
        ("jwk and kid", {"jwk": thief.jwk}),
        ("jwk with kid inside", {"kid": None, "jwk": {**thief.jwk, "kid": key.vm}}),
        ("jku", {"kid": None, "jku": "https://127.0.0.1:9/keys"}),
        ("jku and kid", {"jku": f"https://{world.host()}/keys"}),
        ("x5u", {"kid": None, "x5u": "http://127.0.0.1:9/cert"}),
        ("kid on loopback", {"kid": "http://127.0.0.1:9/key#1"}),
        ("kid https loopback", {"kid": "https://127.0.0.1:9/key#1"}),
        ("x5c", {"kid": None, "x5c": [chain]}),
        ("x5c and kid", {"x5c": [chain]}),
        ("x5c no list", {"x5c": chain}),
        ("kid file", {"kid": "file:///etc/passwd#1"}),
        ("x5t", {"kid": None, "x5t": "AAAA"}),
        ("jwk null", {"jwk": None, "kid": None}),
        ("jwk text", {"jwk": "x"}),
    ]


def _headers(world: World) -> None:
    for kind in ("P-256", "Ed25519"):
        key, thief = Key(kind), Key(kind)
        document = badge(key.did)
        chain = base64.b64encode(_certificate(thief)).decode() if kind == "P-256" else "MIIB"
        for name, changes in headers_with_keys(world, chain, key, thief):
            world.not_yes(
                "C03",
                f"{name} {kind}",
                token({n: v for n, v in {**_head(key), **changes}.items() if v is not None}, document, thief),
            )
        for name, changes in (
            ("private jwk", {"jwk": {**thief.jwk, "d": "AAAA"}}),
            ("symmetric jwk", {"jwk": {"kty": "oct", "k": "AAAA"}}),
            ("another's jwk", {"jwk": thief.jwk}),
        ):
            world.no(
                "C03",
                f"{name} beside a good signature {kind}",
                token({**_head(key), **changes}, document, key),
                FORGED + " key-weak",
            )
    kid = Key()
    world.not_yes(
        "C03",
        "jwk without DID as issuer",
        token({"alg": "EdDSA", "jwk": kid.jwk, "typ": "vc+jwt"}, badge("https://judge.example/issuer"), kid),
    )


def _certificate(key: Key) -> bytes:
    from datetime import UTC, datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.oid import NameOID

    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "judge.example")])
    built = x509.CertificateBuilder(
        name, name, key.public, 7, datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
    )
    return built.sign(key.private, hashes.SHA256()).public_bytes(Encoding.DER)


def _kids(world: World) -> None:
    for kind in ("P-256", "Ed25519"):
        key, thief = Key(kind), Key(kind)
        document = badge(key.did)
        for name, kid in (
            ("attacker's", thief.vm),
            ("number", 7),
            ("array", [key.vm]),
            ("path", "../../dev/null"),
            ("absolute path", "/dev/null"),
            ("SQL", "' OR 1=1 --"),
            ("empty", ""),
            ("null", "null"),
            ("object", {"id": key.vm}),
            ("did of the key, fragment of the thief", f"{key.did}#{thief.multikey}"),
            ("fragment of the thief", f"#{thief.multikey}"),
            ("thief's did alone", thief.did),
            ("nul", "\0"),
            ("newline", key.vm + "\n"),
        ):
            header = {**_head(key), "kid": None if kid == "null" else kid}
            world.not_yes(
                "C04",
                f"{name} {kind}",
                token(header, document, thief),
                FORGED + " purpose-wrong did-unresolved did-document-invalid proof-uncheckable",
            )
        world.not_yes("C04", f"missing {kind}", token(_head(key, kid=None), document, thief))
        for name, kid in (("number", 7), ("array", [key.vm]), ("with blank", key.vm + " "), ("empty", "")):
            world.not_yes("C04", f"{name}, good signature {kind}", token({**_head(key), "kid": kid}, document, key))
        world.yes(
            "C04",
            f"twin, fragment alone {kind}",
            token({**_head(key), "kid": f"#{key.multikey}", "iss": key.did}, {**document, "iss": key.did}, key),
        )


def _crit(world: World) -> None:
    for kind in ("P-256", "Ed25519"):
        key = Key(kind)
        document = badge(key.did)
        for name, changes in (
            ("unknown", {"crit": ["judge"], "judge": 1}),
            ("empty", {"crit": []}),
            ("text", {"crit": "exp"}),
            ("absent name", {"crit": ["exp"]}),
            ("null", {"crit": None}),
            ("number", {"crit": 7}),
            ("registered", {"crit": ["alg"]}),
            ("twice", {"crit": ["judge", "judge"], "judge": 1}),
            ("b64 with crit", {"b64": False, "crit": ["b64"]}),
            ("b64 without crit", {"b64": False}),
            ("b64 true with crit", {"b64": True, "crit": ["b64"]}),
            ("b64 text", {"b64": "false"}),
            ("object", {"crit": {"exp": 1}}),
        ):
            world.no("C05", f"{name} {kind}", token({**_head(key), **changes}, document, key), "not-parsable")
        header = b64(compact(_head(key, b64=False, crit=["b64"])))
        detached = f"{header}..{b64(key.sign(header.encode() + b'.' + compact(document)))}"
        world.no("C05", f"detached {kind}", detached, "not-parsable")
        raw = compact(document).decode()
        world.no(
            "C05",
            f"raw payload {kind}",
            f"{header}.{raw}.{b64(key.sign(f'{header}.{raw}'.encode()))}",
            "not-parsable",
            doors=("verify",),
        )


def changed_tokens(good: str, document: Json, key: Key, other: Key) -> Rows:
    head, body, signature = good.split(".")
    raw = unb64(signature)
    tall = b64(compact({**document, "name": "Doctorat"}))
    return [
        ("payload", f"{head}.{tall}.{signature}"),
        ("header", f"{b64(compact(_head(key, x=1)))}.{body}.{signature}"),
        ("kid changed", f"{b64(compact(_head(key, kid=other.vm)))}.{body}.{signature}"),
        ("typ changed", f"{b64(compact(_head(key, typ='vp+jwt')))}.{body}.{signature}"),
        ("signature removed", f"{head}.{body}."),
        ("two parts", f"{head}.{body}"),
        ("four parts", f"{good}.{signature}"),
        ("longer", f"{head}.{body}.{b64(raw + bytes(1))}"),
        ("shorter", f"{head}.{body}.{b64(raw[:-1])}"),
        ("zero", f"{head}.{body}.{b64(bytes(len(raw)))}"),
        ("flipped", f"{head}.{body}.{b64(bytes([raw[0] ^ 1]) + raw[1:])}"),
        ("of another", vc_jwt(document, other, header={"kid": key.vm})),
        ("empty header", f".{body}.{signature}"),
        ("empty payload", f"{head}..{signature}"),
    ]


def _changed(world: World) -> None:
    for kind in KINDS:
        key, other = Key(kind), Key(kind)
        document = badge(key.did)
        good = vc_jwt(document, key)
        head, body, signature = good.split(".")
        raw = unb64(signature)
        cases: list[tuple[str, str]] = changed_tokens(good, document, key, other)
        if kind in {"P-256", "P-384", "P-521"}:
            from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

            half = len(raw) // 2
            r, s = int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
            cases.append(("DER", f"{head}.{body}.{b64(encode_dss_signature(r, s))}"))
            cases.append(("leading zeros", f"{head}.{body}.{b64(bytes(1) + raw[:half] + bytes(1) + raw[half:])}"))
        if kind == "P-256":
            n = ORDERS["P-256"]
            for name, value in (("r=s=1", (1, 1)), ("r=n", (n, s)), ("s=n", (r, n))):
                cases.append((name, f"{head}.{body}.{b64(b''.join(part.to_bytes(32, 'big') for part in value))}"))
            world.yes("B15", "high s as token", f"{head}.{body}.{b64(key.high_s(raw))}")
        if kind == "Ed25519":
            s = int.from_bytes(raw[32:], "little") + ORDERS["Ed25519"]
            cases.append(("S+L", f"{head}.{body}.{b64(raw[:32] + s.to_bytes(32, 'little'))}"))
        for alg in ("ES256", "ES384", "ES512", "EdDSA", "RS256", "PS256", "ES256K", "RS1", "HS256", "Ed448"):
            if alg != key.alg:
                world.not_yes("C06", f"{kind} key says {alg}", token(_head(key, alg=alg), document, key), FORGED)
        for name, text in cases:
            world.no("C06", f"{name} {kind}", text, PARSE + " purpose-wrong " + FORGED)


def _spelling(world: World) -> None:
    for kind in ("P-256", "Ed25519", "RSA"):
        key = Key(kind)
        good = vc_jwt(badge(key.did), key)
        parts = good.split(".")
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        for at, name in enumerate(("header", "payload", "signature")):
            part = parts[at]

            def with_part(text: str, at: int = at, parts: list[str] = parts) -> str:
                return ".".join([*parts[:at], text, *parts[at + 1 :]])

            ways = [
                ("padding", part + "=" * (-len(part) % 4 or 4)),
                ("blank", part + " "),
                ("newline inside", part[:4] + "\n" + part[4:]),
                ("standard alphabet", part[:3] + "+" + part[4:]),
                ("one more A", part + "A"),
                ("tab", "\t" + part),
                ("full width", part[:-1] + "\uff21"),
            ]
            if len(part) % 4:
                ways.append(("unused bits", part[:-1] + alphabet[alphabet.index(part[-1]) ^ 1]))
            for what, text in ways:
                world.no("C07", f"{what} in {name} {kind}", with_part(text), PARSE + " " + FORGED)
        world.yes("C07", f"twin with newline {kind}", good + "\n", doors=("verify",))
        world.no("C07", f"blank before {kind}", " " + good, PARSE, doors=("verify",))
        world.no("C07", f"two newlines {kind}", good + "\n\n", PARSE, doors=("verify",))
        world.no("C07", f"quoted {kind}", json.dumps(good).encode(), PARSE, doors=("verify",))
        world.no("C07", f"Bearer {kind}", "Bearer " + good, PARSE, doors=("verify",))
        world.no(
            "C07", f"in UTF-16 {kind}", good.encode("utf-16"), PARSE, doors=("verify",), media_type="application/vc+jwt"
        )


def _kinds_of_token(world: World) -> None:
    for kind in ("P-256", "Ed25519"):
        key = Key(kind)
        document = badge(key.did)
        for typ in (
            "kb+jwt",
            "vp+jwt",
            "statuslist+jwt",
            "dc+sd-jwt",
            "vc+sd-jwt",
            "at+jwt",
            "openid4vci-proof+jwt",
            "oauth-authz-req+jwt",
            "JOSE",
            "vc+ld+json+jwt",
            "vc",
            "",
            7,
            ["vc+jwt"],
            "vc+jwt ",
            "logout+jwt",
            "secevent+jwt",
            "vc+cose",
            "vc+jwt+x",
        ):
            world.no("C08", f"{typ!r} {kind}", token({**_head(key), "typ": typ}, document, key), PARSE)
        for cty in ("vp", "JWT", "application/json", 7, "vc+jwt"):
            world.any("C08", f"cty {cty!r} {kind}", token({**_head(key), "cty": cty}, document, key))


def duplicates_and_payloads(raw: bytes, head: bytes) -> Rows:
    return [
        ("duplicate alg", b'{"alg":"none",' + head[1:], raw),
        ("duplicate kid", b'{"kid":"x",' + head[1:], raw),
        ("duplicate alg by escape", b'{"\\u0061lg":"none",' + head[1:], raw),
        ("duplicate claim", head, b'{"issuer":"did:example:x",' + raw[1:]),
        ("duplicate claim by escape", head, b'{"issu\\u0065r":"did:example:x",' + raw[1:]),
        ("payload array", head, b"[" + raw + b"]"),
        ("payload text", head, b'"x"'),
        ("payload null", head, b"null"),
        ("payload number", head, b"7"),
        ("payload empty", head, b""),
        ("payload invalid UTF-8", head, raw[:-1] + b',"description":"\xff"}'),
    ]


def odd_headers(raw: bytes, head: bytes) -> Rows:
    return [
        ("header invalid UTF-8", head[:-1] + b',"x":"\xff"}', raw),
        ("header array", b"[" + head + b"]", raw),
        ("header text", b'"x"', raw),
        ("header null", b"null", raw),
        ("header empty", b"", raw),
        ("header BOM", b"\xef\xbb\xbf" + head, raw),
        ("payload BOM", head, b"\xef\xbb\xbf" + raw),
        ("payload UTF-16", head, raw.decode().encode("utf-16")),
    ]


def odd_token_bytes(key: Key, document: Json, raw: bytes, head: bytes) -> Rows:
    return [
        ("trailing bytes", head, raw + b"x"),
        ("trailing in header", head + b"{}", raw),
        ("NaN", head, raw[:-1] + b',"x":NaN}'),
        ("lone surrogate", head, raw[:-1] + b',"description":"\\ud800"}'),
        ("deep", head, b'{"a":' * 50_000 + b"1" + b"}" * 50_000),
        ("deep header", b'{"a":' * 5_000 + b"1" + b"}" * 5_000, raw),
        ("big integer", head, raw[:-1] + b',"x":' + b"9" * 5000 + b"}"),
        ("nested token", {**_head(key), "cty": "JWT"}, vc_jwt(document, key).encode()),
        ("comment", head, b"/**/" + raw),
        ("payload null member", head, raw[:-1] + b',"description":null}'),
    ]


def _strange(world: World) -> None:
    for kind in ("P-256", "Ed25519"):
        key = Key(kind)
        document = badge(key.did)
        raw, head = compact(document), compact(_head(key))
        for name, header, payload in [
            *duplicates_and_payloads(raw, head),
            *odd_headers(raw, head),
            *odd_token_bytes(key, document, raw, head),
        ]:
            world.no(
                "C09", f"{name} {kind}", token(header, payload, key), PARSE + " too-complex too-large shape-not-allowed"
            )
        protected, body = b64(head), b64(raw)
        signature = b64(key.sign(f"{protected}.{body}".encode()))
        for name, form in (
            ("flattened", {"payload": body, "protected": protected, "signature": signature}),
            ("general", {"payload": body, "signatures": [{"protected": protected, "signature": signature}]}),
            ("unprotected", {"payload": body, "header": _head(key), "signature": signature}),
        ):
            world.no("C09", f"{name} JSON serialisation {kind}", form, PARSE + " context-unknown")


def _times(world: World) -> None:
    for kind in ("P-256", "Ed25519"):
        key = Key(kind)
        document = badge(key.did)
        for name, claims, codes in (
            ("exp past", {"exp": 1_700_000_000}, "proof-expired expired malformed"),
            ("exp text", {"exp": "2036-01-01T00:00:00Z"}, "malformed"),
            ("exp null", {"exp": None}, "malformed shape-not-allowed"),
            ("exp list", {"exp": [2_000_000_000]}, "malformed"),
            ("exp true", {"exp": True}, "malformed"),
            ("exp negative", {"exp": -5}, "malformed proof-expired"),
            ("exp 1e300", {"exp": 1e300}, "malformed"),
            ("exp number text", {"exp": "2000000000"}, "malformed"),
            ("exp float past", {"exp": 1.5}, "proof-expired expired malformed"),
            ("nbf future", {"nbf": 4_000_000_000}, "out-of-range not-yet-valid malformed"),
            ("nbf text", {"nbf": "now"}, "malformed"),
            ("nbf null", {"nbf": None}, "malformed shape-not-allowed"),
            ("iat future", {"iat": 4_000_000_000}, "out-of-range"),
            ("iat text", {"iat": "1"}, "malformed"),
            ("iat null", {"iat": None}, "malformed shape-not-allowed"),
            ("iat milliseconds", {"iat": 1_790_000_000_000}, "malformed out-of-range"),
            ("iat object", {"iat": {}}, "malformed"),
        ):
            world.no("C10", f"{name} {kind}", vc_jwt(document, key, **claims), codes)
        world.yes("C10", f"twin {kind}", vc_jwt(document, key, exp=2_200_000_000, iat=1_790_000_000.5))
        gone = badge(key.did, validUntil="2026-05-31T00:00:00Z")
        world.no("C10", f"expired by validUntil {kind}", vc_jwt(gone, key), "expired")
        world.no("C10", f"expired by both {kind}", vc_jwt(gone, key, exp=1_780_185_600), "expired proof-expired")
        world.no("C10", f"expired, exp later {kind}", vc_jwt(gone, key, exp=2_200_000_000), "expired malformed")


def claims_of_others(document: Json, subject: Json, key: Key, other: Key) -> Rows:
    return [
        ("iss", {"iss": other.did}, "malformed not-by-issuer"),
        ("iss list", {"iss": [key.did]}, "malformed not-by-issuer"),
        ("iss null", {"iss": None}, "malformed shape-not-allowed not-by-issuer"),
        ("iss empty", {"iss": ""}, "malformed not-by-issuer"),
        ("jti", {"jti": urn()}, "malformed"),
        ("jti number", {"jti": 7}, "malformed"),
        ("sub", {"sub": urn()}, "malformed"),
        ("sub list", {"sub": [subject]}, "malformed"),
        ("vc too", {"vc": document}, "malformed"),
        ("vp too", {"vp": {}}, "malformed"),
        ("vc null", {"vc": None}, "malformed shape-not-allowed"),
        ("aud object", {"aud": {}}, "malformed"),
    ]


def _claims(world: World) -> None:
    for kind in ("P-256", "Ed25519"):
        key, other = Key(kind), Key(kind)
        document = badge(key.did, validUntil="2036-01-01T00:00:00Z")
        subject = document["credentialSubject"]["id"]
        for name, claims, codes in claims_of_others(document, subject, key, other):
            world.no("C11", f"{name} {kind}", vc_jwt(document, key, **claims), codes)
        world.no(
            "C11",
            f"exp before validUntil, past {kind}",
            vc_jwt(document, key, exp=1_780_000_000),
            "proof-expired malformed expired",
        )
        world.yes(
            "C11",
            f"twin {kind}",
            vc_jwt(document, key, iss=key.did, jti=document["id"], sub=subject, exp=2_082_758_400),
        )
        issuers_of_another(world, kind, document, key, other)


def issuers_of_another(world: World, kind: str, document: Json, key: Key, other: Key) -> None:
    world.no(
        "C11",
        f"issuer removed, iss alone {kind}",
        vc_jwt(without(document, "issuer"), key, iss=key.did),
        "malformed",
    )
    world.no(
        "C11",
        f"issuer of another, iss ours {kind}",
        vc_jwt(badge(other.did), key, iss=key.did),
        "malformed not-by-issuer",
    )
    world.no("C11", f"issuer of another {kind}", vc_jwt(badge(other.did), key), "not-by-issuer")
    world.no(
        "C11",
        f"proof inside {kind}",
        vc_jwt({**document, "proof": {}}, key),
        PARSE + " proof-missing shape-not-allowed",
    )


def _encrypted(world: World) -> None:
    from jwcrypto import jwe, jwk

    secret = jwk.JWK.generate(kty="oct", size=256)
    inner = vc_jwt(badge(Key().did), Key())
    for name, header in (
        ("plain", {"alg": "dir", "enc": "A256GCM"}),
        ("zip bomb", {"alg": "dir", "enc": "A256GCM", "zip": "DEF"}),
    ):
        made = jwe.JWE((inner * (200 if "zip" in name else 1)).encode(), json.dumps(header))
        made.add_recipient(secret)
        world.no("C12", f"JWE {name}", made.serialize(compact=True), "not-parsable malformed")
        world.no("C12", f"JWE {name} as JSON", json.loads(made.serialize()), PARSE + " context-unknown")
    header = b64(compact({"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2c": 10**9, "p2s": "AAAA"}))
    world.no("C12", "p2c 10^9", f"{header}.AAAA.AAAA.AAAA.AAAA", "not-parsable")
    world.no("C12", "p2c 10^9 in three parts", f"{header}.AAAA.AAAA", PARSE)
    key = Key("P-256")
    world.no("C12", "zip in a JWS", vc_jwt(badge(key.did), key, header={"zip": "DEF"}), "not-parsable")
    world.no("C12", "enc in a JWS", vc_jwt(badge(key.did), key, header={"enc": "A128GCM"}), "not-parsable")


def _large(world: World) -> None:
    key = Key("P-256")
    head, body, signature = vc_jwt(badge(key.did), key).split(".")
    for size in (400_000, 1_000_000, 3_000_000):
        world.no("C13", f"header of {size}", f"{'A' * size}.{body}.{signature}", "too-large")
        world.no("C13", f"signature of {size}", f"{head}.{body}.{'A' * size}", "too-large")
        world.no("C13", f"payload of {size}", f"{head}.{'A' * size}.{signature}", "too-large")
    world.no(
        "C13",
        "400 kB kid",
        vc_jwt(badge(key.did), key, header={"kid": "did:key:z" + "6" * 200_000}),
        "too-large did-invalid malformed",
    )
    world.yes("C13", "twin of 150 kB", vc_jwt(badge(key.did, description="x" * 150_000), key))


def envelope(
    text: str, media: str = "application/vc+jwt", kind: str = "EnvelopedVerifiableCredential", **changes: Any
) -> Json:
    return merged({"@context": [V2], "id": f"data:{media},{text}", "type": [kind]}, changes)


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
        ("context of another", envelope(good, **{"@context": [V1]})),
        ("no context", envelope(good, **{"@context": None})),
        ("empty token", envelope("")),
        ("alg none", envelope(token({"alg": "none", "typ": "vc+jwt"}, badge(key.did), None))),
    ]


def _envelopes(world: World) -> None:
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
            _head(key, typ="vp+jwt", cty="vp"),
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


def weak_jwks(key: Key) -> Rows:
    return [
        ("off the curve", {**key.jwk, "y": key.jwk["x"]}),
        ("zero", {**key.jwk, "x": b64(bytes(32)), "y": b64(bytes(32))}),
        ("short", {**key.jwk, "x": b64(bytes(31))}),
        ("another curve's name", {**key.jwk, "crv": "P-384"}),
        ("private", {**key.jwk, "d": b64(bytes(32))}),
        ("for encryption", {**key.jwk, "use": "enc"}),
        ("other alg", {**key.jwk, "alg": "ES384"}),
        ("secp256k1", Key("secp256k1").jwk),
        ("oct", {"kty": "oct", "k": "AAAA"}),
        ("padded", {**key.jwk, "x": key.jwk["x"] + "="}),
        ("RSA 512", {"kty": "RSA", "n": b64(b"\xc1" * 64), "e": "AQAB"}),
        ("RSA e=1", {"kty": "RSA", "n": b64(b"\xc1" * 256), "e": "AQ"}),
        ("no kty", without(key.jwk, "kty")),
        ("key_ops", {**key.jwk, "key_ops": ["sign"]}),
    ]


def _weak(world: World) -> None:
    for name, bits, exponent in (("RSA 1024", 1024, 65537), ("RSA e=3", 2048, 3)):
        key = Key("RSA", bits=bits, exponent=exponent)
        for naming in ("key", "jwk", "web"):
            if naming == "jwk":
                key.as_jwk()
            elif naming == "web":
                world.web(key, form="JsonWebKey")
            world.no(
                "C15", f"{name} did:{naming}", vc_jwt(badge(key.did), key), "key-weak did-invalid did-document-invalid"
            )
    key = Key("P-256")
    for name, jwk in weak_jwks(key):
        weak_jwk(world, key, name, jwk)
    for length in (16, 33, 0):
        did = "did:jwk:" + b64(compact({"kty": "OKP", "crv": "Ed25519", "x": b64(bytes(length))}))
        world.no(
            "C15",
            f"Ed25519 of {length} bytes",
            token({"alg": "EdDSA", "kid": did + "#0", "typ": "vc+jwt"}, badge(did), Key()),
            "key-weak did-invalid",
        )


def weak_jwk(world: World, key: Key, name: str, jwk: Any) -> None:
    did = "did:jwk:" + b64(compact(jwk))
    document = badge(did)
    world.no(
        "C15",
        f"did:jwk {name}",
        token({"alg": "ES256", "kid": did + "#0", "typ": "vc+jwt"}, document, key),
        "key-weak did-invalid",
    )
    host = world.host()
    web = f"did:web:{host}"
    method = {"id": web + "#k", "type": "JsonWebKey", "controller": web, "publicKeyJwk": jwk}
    world.publish(
        f"https://{host}/.well-known/did.json",
        {
            "@context": ["https://www.w3.org/ns/did/v1"],
            "id": web,
            "verificationMethod": [method],
            "assertionMethod": [web + "#k"],
        },
    )
    world.no(
        "C15",
        f"did:web {name}",
        token({"alg": "ES256", "kid": web + "#k", "typ": "vc+jwt"}, badge(web), key),
        "key-weak did-document-invalid",
    )


def old_claims(document: Json, **changes: Any) -> Json:
    issuer = document["issuer"]
    claims = {
        "iss": issuer if isinstance(issuer, str) else issuer["id"],
        "jti": document.get("id"),
        "sub": document["credentialSubject"].get("id"),
        "nbf": 1_767_225_600,
        "vc": document,
    }
    return merged(claims, changes)


def claims_apart(inside: Json, key: Key) -> Rows:
    return [
        ("jti", {"jti": urn()}),
        ("sub", {"sub": urn()}),
        ("nbf", {"nbf": 1_700_000_000}),
        ("exp without date", {"exp": 1_780_000_000}),
        ("exp past", {"exp": 1_780_000_000, "vc": {**inside, "expirationDate": "2026-05-28T20:26:40Z"}}),
        ("no iss", {"iss": None}),
        ("vc text", {"vc": "x"}),
        ("vc list", {"vc": [inside]}),
        ("vc null", {"vc": {}}),
        ("vp too", {"vp": {}}),
        ("@context beside", {"@context": [V2]}),
        ("V2 inside", {"vc": badge(key.did)}),
        ("iss null in vc", {"vc": {**inside, "issuer": None}}),
    ]


def _old_tokens(world: World) -> None:
    for kind in KINDS:
        key, other = Key(kind), Key(kind)
        inside = old(key.did, **{"@context": [V1]})
        head = {"alg": key.alg, "typ": "JWT", "kid": key.vm}
        world.yes("C11", f"VCDM 1.1 twin {kind}", token(head, old_claims(inside), key))
        short = {n: v for n, v in inside.items() if n not in {"issuer", "issuanceDate", "id"}}
        world.yes("C11", f"VCDM 1.1 claims alone {kind}", token(head, old_claims(inside, vc=short), key))
        world.yes(
            "C11",
            f"VCDM 1.1 no typ {kind}",
            token(without(head, "typ"), old_claims(inside), key),
        )
        world.no(
            "C11",
            f"VCDM 1.1 iss of another {kind}",
            token(head, old_claims(inside, iss=other.did), key),
            "malformed not-by-issuer",
        )
        for name, changes in claims_apart(inside, key):
            world.no(
                "C11",
                f"VCDM 1.1 {name} {kind}",
                token(head, old_claims(inside, **changes), key),
                "malformed expired proof-expired shape-not-allowed not-parsable not-by-issuer context-unknown",
            )


def _badges(world: World) -> None:
    for kind in ("P-256", "RSA"):
        key = Key(kind)
        document = badge(key.did, validUntil="2036-01-01T00:00:00Z")
        claims = {
            "iss": key.did,
            "sub": document["credentialSubject"]["id"],
            "nbf": 1_767_225_600,
            "jti": document["id"],
            "exp": 2_082_758_400,
        }
        head = {"alg": key.alg, "typ": "JWT", "kid": key.vm, "jwk": key.jwk}
        world.yes("C11", f"badge twin {kind}", token(head, {**document, **claims}, key))
        for name, changes in (
            ("no sub", {"sub": None}),
            ("no nbf", {"nbf": None}),
            ("no jti", {"jti": None}),
            ("no iss", {"iss": None}),
            ("exp other", {"exp": 2_082_758_401}),
            ("nbf other", {"nbf": 1_767_225_601}),
            ("sub other", {"sub": urn()}),
            ("jti other", {"jti": urn()}),
            ("no exp", {"exp": None}),
        ):
            world.no(
                "C11", f"badge {name} {kind}", token(head, merged({**document, **claims}, changes), key), "malformed"
            )
        world.no(
            "C03",
            f"badge with another's jwk {kind}",
            token({**head, "jwk": Key(kind).jwk}, {**document, **claims}, key),
            FORGED + " key-weak",
        )
        kidless = token(without(head, "kid"), {**document, **claims}, key)
        world.any("C04", f"badge without kid {kind}", kidless)


OTHER_ANSWERS: Final[Rows] = [
    ("nonce other", {"nonce": "n-2"}, "challenge-wrong"),
    ("nonce missing", {"nonce": None}, "challenge-wrong"),
    ("nonce prefix", {"nonce": "n-"}, "challenge-wrong"),
    ("nonce list", {"nonce": ["n-1"]}, "challenge-wrong malformed"),
    ("aud other", {"aud": "https://asker.example.evil"}, "domain-wrong"),
    ("aud missing", {"aud": None}, "domain-wrong"),
    ("aud case", {"aud": "https://Asker.example"}, "domain-wrong"),
    ("aud two", {"aud": ["https://asker.example", "https://evil.example"]}, "domain-wrong"),
    ("exp past", {"exp": 1_790_000_001}, "proof-expired"),
]


def _presentations(world: World) -> None:
    for kind in ("P-256", "Ed25519"):
        key, other = Key(kind), Key(kind)
        inside = secure(badge(key.did), key, "eddsa-rdfc-2022" if kind == "Ed25519" else "ecdsa-rdfc-2019")
        body = {
            "@context": [V2],
            "type": ["VerifiablePresentation"],
            "holder": key.did,
            "verifiableCredential": [inside],
        }
        head = _head(key, typ="vp+jwt", cty="vp")
        more = {"media_type": "application/vp+jwt"}
        answers_asked(world, kind, key, head, body)
        holders_of_another(world, kind, body, head, more, key, other)
        old_presentations(world, kind, key)


def answers_asked(world: World, kind: str, key: Key, head: Json, body: Json) -> None:
    asked = {"media_type": "application/vp+jwt", "challenge": "n-1", "domain": "https://asker.example"}
    answers = {"nonce": "n-1", "aud": "https://asker.example", "iat": 1_790_000_000}
    world.yes("E01", f"token twin {kind}", token(head, body, key), media_type="application/vp+jwt")
    world.yes("E01", f"token twin asked {kind}", token(head, {**body, **answers}, key), **asked)
    for name, changes, codes in OTHER_ANSWERS:
        world.no("E01", f"token {name} {kind}", token(head, merged({**body, **answers}, changes), key), codes, **asked)


def holders_of_another(world: World, kind: str, body: Any, head: Any, more: Any, key: Key, other: Key) -> None:
    world.no(
        "E04",
        f"token holder of another {kind}",
        token(head, {**body, "holder": other.did}, key),
        "not-by-issuer",
        **more,
    )
    world.no(
        "E04",
        f"token iss of another {kind}",
        token(head, {**body, "iss": other.did}, key),
        "malformed not-by-issuer",
        **more,
    )
    world.no(
        "E03",
        f"token typ of a credential {kind}",
        token({**head, "typ": "vc+jwt"}, body, key),
        "malformed not-parsable",
        media_type="application/vp+jwt",
    )
    world.no(
        "E07",
        f"bare token inside {kind}",
        token(head, {**body, "verifiableCredential": [vc_jwt(badge(key.did), key)]}, key),
        "malformed shape-not-allowed not-parsable",
        **more,
    )


def old_presentations(world: World, kind: str, key: Key) -> None:
    old_vp = {
        "@context": [V1],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [
            token({"alg": key.alg, "typ": "JWT", "kid": key.vm}, old_claims(old(key.did, **{"@context": [V1]})), key)
        ],
    }
    world.any(
        "E07",
        f"VCDM 1.1 token with a token inside {kind}",
        token({"alg": key.alg, "typ": "JWT", "kid": key.vm}, {"iss": key.did, "vp": old_vp}, key),
    )

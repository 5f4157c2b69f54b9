"""Threats C: headers that name keys, critical members and kinds of token."""

from __future__ import annotations

import base64

from tests.support.hostile_set.codes import FORGED, PARSE
from tests.support.hostile_set.documents import badge
from tests.support.hostile_set.keys import Key, b64
from tests.support.hostile_set.signing import compact, token
from tests.support.hostile_set.tokens import head_of
from tests.support.hostile_set.world import Rows, World


def headers_with_keys(world: World, chain: str, key: Key, thief: Key) -> Rows:
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


def headers(world: World) -> None:
    for kind in ("P-256", "Ed25519"):
        key, thief = Key(kind), Key(kind)
        document = badge(key.did)
        chain = base64.b64encode(_certificate(thief)).decode() if kind == "P-256" else "MIIB"
        for name, changes in headers_with_keys(world, chain, key, thief):
            world.not_yes(
                "C03",
                f"{name} {kind}",
                token({n: v for n, v in {**head_of(key), **changes}.items() if v is not None}, document, thief),
            )
        for name, changes in (
            ("private jwk", {"jwk": {**thief.jwk, "d": "AAAA"}}),
            ("symmetric jwk", {"jwk": {"kty": "oct", "k": "AAAA"}}),
            ("another's jwk", {"jwk": thief.jwk}),
        ):
            world.no(
                "C03",
                f"{name} beside a good signature {kind}",
                token({**head_of(key), **changes}, document, key),
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


def kids(world: World) -> None:
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
            header = {**head_of(key), "kid": None if kid == "null" else kid}
            world.not_yes(
                "C04",
                f"{name} {kind}",
                token(header, document, thief),
                FORGED + " purpose-wrong did-unresolved did-document-invalid proof-uncheckable",
            )
        world.not_yes("C04", f"missing {kind}", token(head_of(key, kid=None), document, thief))
        for name, kid in (("number", 7), ("array", [key.vm]), ("with blank", key.vm + " "), ("empty", "")):
            world.not_yes("C04", f"{name}, good signature {kind}", token({**head_of(key), "kid": kid}, document, key))
        world.yes(
            "C04",
            f"twin, fragment alone {kind}",
            token({**head_of(key), "kid": f"#{key.multikey}", "iss": key.did}, {**document, "iss": key.did}, key),
        )


def crit(world: World) -> None:
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
            world.no("C05", f"{name} {kind}", token({**head_of(key), **changes}, document, key), "not-parsable")
        header = b64(compact(head_of(key, b64=False, crit=["b64"])))
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


def kinds_of_token(world: World) -> None:
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
            world.no("C08", f"{typ!r} {kind}", token({**head_of(key), "typ": typ}, document, key), PARSE)
        for cty in ("vp", "JWT", "application/json", 7, "vc+jwt"):
            world.any("C08", f"cty {cty!r} {kind}", token({**head_of(key), "cty": cty}, document, key))

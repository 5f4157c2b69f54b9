"""Credentials and presentations of VCDM 2.0 whose holder shows a part: `vc+sd-jwt` and `vp+sd-jwt`.

    token = sign_credential(credential, conceal=["/credentialSubject/degree"], signer=signer)
    shown = sd_jwt_vc.present(token, disclose=["/credentialSubject/degree"], now=now)

What can be withheld is named by JSON pointers (RFC 6901). `proofs.sd_jwt_vc` shows, binds and checks.
Specification: Securing Verifiable Credentials using JOSE and COSE (W3C), section 3.2.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from keys.jwk import public_key_to_jwk
from keys.store import PublicKey, Signer
from proofs import jws, sd_jwt
from proofs.sd_jwt_vc import (
    NEVER_CONCEALED,
    NEVER_CONCEALED_VCDM,
    SHOULD_BE_SHOWN,
    VC_SD_JWT,
    VP_SD_JWT,
)

_PLAIN = NEVER_CONCEALED | NEVER_CONCEALED_VCDM | SHOULD_BE_SHOWN


def sign_credential(
    credential: Mapping[str, Any],
    *,
    conceal: Iterable[str],
    signer: Signer,
    holder_key: PublicKey | None = None,
) -> str:
    """Return a credential as `vc+sd-jwt`; each pointer in `conceal` leads to a value that may be withheld.

    Raises `ValueError` for a pointer to nothing, or to what decides about the credential.
    """
    claims: dict[str, Any] = dict(concealed(credential, conceal))
    if holder_key is not None:
        claims["cnf"] = {"jwk": public_key_to_jwk(holder_key)}
    return _sign(VC_SD_JWT, "vc", claims, signer)


def sign_presentation(
    presentation: Mapping[str, Any],
    *,
    conceal: Iterable[str] = (),
    signer: Signer,
    audience: str,
    nonce: str,
    issued_at: datetime,
) -> str:
    """Return a presentation as `vp+sd-jwt`, made for one audience and one question."""
    claims = {
        **concealed(presentation, conceal),
        "aud": audience,
        "nonce": nonce,
        "iat": int(issued_at.timestamp()),
    }
    return _sign(VP_SD_JWT, "vp", claims, signer)


def concealed(document: Mapping[str, Any], pointers: Iterable[str]) -> Mapping[str, Any]:
    """Return `document` with the values at `pointers` marked as those that may be withheld.

    Deeper pointers come first, so that what is inside another may be withheld by itself. Raises
    `ValueError` for a pointer to nothing, twice, or to what decides about the credential.
    """
    marked: Any = document
    for pointer in sorted(pointers, key=lambda text: text.count("/"), reverse=True):
        names = [name.replace("~1", "/").replace("~0", "~") for name in pointer.split("/")[1:]]
        if not names or names[0] in _PLAIN:
            msg = f"never withheld: {pointer}"
            raise ValueError(msg)
        marked = _mark(marked, names, pointer)
    found: Mapping[str, Any] = marked
    return found


def _mark(value: Any, names: list[str], pointer: str) -> Any:
    """Return `value` with what `names` lead to marked; nothing that was given is changed."""
    if not names:
        if isinstance(value, sd_jwt.Concealed):
            msg = f"named twice: {pointer}"
            raise ValueError(msg)
        return sd_jwt.Concealed(value)
    name, *others = names
    if isinstance(value, Mapping) and name in value:
        return {key: _mark(item, others, pointer) if key == name else item for key, item in value.items()}
    if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
        at = int(name)
        return [_mark(item, others, pointer) if index == at else item for index, item in enumerate(value)]
    msg = f"nothing stands at {pointer}"
    raise ValueError(msg)


def _sign(media: str, content: str, claims: Mapping[str, Any], signer: Signer) -> str:
    payload, disclosures = sd_jwt.conceal(claims)
    header = {"kid": signer.verification_method, "typ": media, "cty": content}
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    token = jws.sign(header, text, signer=signer)
    # Looked at as it is written before it leaves: a faulty signature could give the key away.
    jws.verify(jws.parse(token), signer.public_key)
    return "~".join([token, *disclosures, ""])

"""Credentials as tokens, as the VC-API asks for them and answers: by `mediaType`, or by `proofFormat`.

    require(document, wish.media_type)
    return answer(*signed_token(document, signer))

The data model decides which token a credential becomes (decision 0037): `vc+jwt` for VCDM 2.0, in its
envelope; for VCDM 1.1 the older JWT with the claim `vc` (section 6.3.1), which knows no envelope and is
answered as a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from keys.store import Signer
from proofs import vc_jose
from schemas import credential
from schemas.problems import MALFORMED, ProblemError

JWT_MEDIA_TYPE: Final = "application/vc+jwt"
OLD_MEDIA_TYPE: Final = "application/jwt"
ANY_TOKEN: Final = "jwt"  # noqa: S105 (a name, no password)
"""In place of a media type: the token of the credential's own data model."""
PROOF_FORMATS: Final[Mapping[str, str | None]] = {"jwt": ANY_TOKEN, "ldp": None}
"""What older servers of the VC-API call a token and an embedded proof (`options.proofFormat`)."""
_STATUS_CONTEXT: Final = "https://www.w3.org/ns/credentials/status/v1"


def media_type_of(document: Mapping[str, Any]) -> str:
    """Return the media type of the token that a credential becomes."""
    return JWT_MEDIA_TYPE if credential.version_of(document) == credential.V2 else OLD_MEDIA_TYPE


def require(document: Mapping[str, Any], media_type: str | None) -> None:
    """Raise MALFORMED when the token that was asked for is one of the other data model."""
    if media_type not in {None, ANY_TOKEN, media_type_of(document)}:
        raise ProblemError(MALFORMED.about(f"{media_type} is for the other data model"))


def signed_token(document: Mapping[str, Any], signer: Signer) -> tuple[str, str]:
    """Return the media type and the token of a credential."""
    media_type = media_type_of(document)
    sign = vc_jose.sign_credential if media_type == JWT_MEDIA_TYPE else vc_jose.sign_credential_v1
    return media_type, sign(document, signer=signer)


def answer(media_type: str, token: str) -> Any:
    """Return a token as `verifiableCredential`: in its envelope (VCDM 2.0, section 4.13), or as a text."""
    if media_type == OLD_MEDIA_TYPE:
        return token
    return {"@context": [credential.V2], "id": f"data:{media_type},{token}", "type": credential.ENVELOPED}


def with_status_context(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the credential with the context that defines its status, which VCDM 1.1 does not."""
    contexts = document["@context"]
    if contexts[0] == credential.V2 or _STATUS_CONTEXT in contexts:
        return dict(document)
    return {**document, "@context": [*contexts, _STATUS_CONTEXT]}

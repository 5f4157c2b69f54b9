"""DIDs and DID URLs as text (DID Core 1.0, section 3)."""

from __future__ import annotations

import re
from typing import Final

from schemas.limits import DEFAULT, Limits
from schemas.problems import DID_INVALID, ProblemError

_DID: Final = re.compile(r"did:([a-z0-9]+):((?:[A-Za-z0-9._:-]|%[0-9A-Fa-f]{2})+)")
_FRAGMENT: Final = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})+")


def split_did(did: object, *, limits: Limits = DEFAULT) -> tuple[str, str]:
    """Return method and method-specific id of a DID, or raise `ProblemError(DID_INVALID)`."""
    if not isinstance(did, str) or len(did) > limits.did_chars:
        raise ProblemError(DID_INVALID.about("not a DID, or too long a one"))
    match = _DID.fullmatch(did)
    if match is None or did.endswith(":"):
        raise ProblemError(DID_INVALID.about("not a DID"))
    return match[1], match[2]


def split_key_url(url: object, *, limits: Limits = DEFAULT) -> tuple[str, str]:
    """Return DID and fragment of the DID URL of a key.

    A key is named by a DID and a fragment and nothing between: a path, a query, a missing
    fragment and every other kind of URL raise `ProblemError(DID_INVALID)` (threats.md B07).
    """
    if not isinstance(url, str) or len(url) > limits.did_chars:
        raise ProblemError(DID_INVALID.about("not the DID URL of a key, or too long a one"))
    did, _, fragment = url.partition("#")
    split_did(did, limits=limits)
    if not _FRAGMENT.fullmatch(fragment):
        raise ProblemError(DID_INVALID.about("the DID URL of a key ends in one fragment"))
    return did, fragment

"""The holder's words that depend on data: kinds of document, states of a share, lines of a history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from holder.history.store import Happening
from holder.sharing.shares import ShareState
from schemas.problems import N_

KINDS: Final[Mapping[str, str]] = {
    "transcript": N_("Transcript"),
    "diploma": N_("Diploma"),
    "micro-credential": N_("Micro-credential"),
    "badge": N_("Badge"),
    "attestation": N_("Attestation"),
}
STATES: Final[Mapping[ShareState, str]] = {
    ShareState.OPEN: N_("Open"),
    ShareState.PAUSED: N_("Paused"),
    ShareState.EXPIRED: N_("Expired"),
    ShareState.DISABLED: N_("Disabled"),
}
STATE_TONES: Final[Mapping[ShareState, str]] = {
    ShareState.OPEN: "yes",
    ShareState.PAUSED: "was",
    ShareState.EXPIRED: "unknown",
    ShareState.DISABLED: "unknown",
}
VERDICTS: Final[Mapping[str, str]] = {
    "verified": N_("Verified"),
    "was-valid": N_("Was valid"),
    "failed": N_("Verification failed"),
    "not-fully-checked": N_("Not fully checked"),
}
HAPPENINGS: Final[Mapping[Happening, str]] = {
    Happening.RECEIVED: N_("Received from the institution"),
    Happening.RENEWED: N_("Long-term evidence renewed by the institution"),
    Happening.SHARED: N_("Shared"),
    Happening.OPENED: N_("Opened; the recipient saw: %(verdicts)s"),
    Happening.DOWNLOADED: N_("Downloaded by the recipient"),
    Happening.WRONG_PIN: N_("A wrong PIN was typed"),
    Happening.PAUSED: N_("Paused after too many wrong PINs"),
    Happening.RESUMED: N_("Opened again by you after the pause"),
    Happening.EXPIRY_CHANGED: N_("Expiry date changed"),
    Happening.DISABLED: N_("Disabled by you"),
    Happening.ENABLED: N_("Enabled again by you"),
    Happening.LINK_REPLACED: N_("New link: the old one opens nothing any more"),
    Happening.PIN_REPLACED: N_("New PIN"),
    Happening.OFFERED: N_("Offered to a wallet"),
    Happening.COLLECTED: N_("Collected by a wallet"),
}
OTHER_KIND: Final = N_("Document")

"""Opens the signed trust list, and in development signs it: whom this process vouches for.

The list is believed for the signature of one key, the anchor: `PARCHEMIN_TRUST_LIST_KEY`, or in
development the key that the first institution's creation left in VAR. No list means that nobody is
vouched for: every issuer is then *not known*, never refused and never believed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from app.config import Settings
from contexts.loader import BundledLoader
from keys import did_key
from keys.store import Signer
from keys.trust import PinnedCertificate, TrustEntry, TrustList, read, to_json, write
from keys.verification_method import VerificationMethod
from proofs.integrity import add_proof, check_proofs
from proofs.jsonld import Converter
from schemas.problems import NOT_BY_ISSUER, ProblemError

CRYPTOSUITE: Final = "eddsa-jcs-2022"
_ANY_TIME: Final = datetime(9000, 1, 1, tzinfo=UTC)  # the list is in force until another takes its place


def registry_names(settings: Settings) -> dict[str, str]:
    """Return the name of the registry in both languages."""
    return {"fr": settings.registry_name_fr, "en": settings.registry_name_en}


def open_trust_list(settings: Settings, loader: BundledLoader) -> Callable[[], TrustList]:
    """Return a function that gives the list in force; the file is read again when it changes."""
    return _TrustFile(settings, Converter(loader)).current


class _TrustFile:
    """The list in a file, read once for each version of the file; safe to share between threads."""

    def __init__(self, settings: Settings, converter: Converter) -> None:
        self._settings = settings
        self._converter = converter
        self._lock = threading.Lock()
        self._version: tuple[int, int] | None = None
        self._list = TrustList(registry_names(settings))

    def current(self) -> TrustList:
        """Return the list; raise `ProblemError` when the file is there and not to be believed."""
        try:
            status = self._settings.trust_list_path.stat()
        except OSError:
            return TrustList(registry_names(self._settings))
        version = (status.st_mtime_ns, status.st_ino)
        with self._lock:
            if version != self._version:
                self._list = read(self._settings.trust_list_path, check=self._check)
                self._version = version
            return self._list

    def _check(self, document: Mapping[str, Any]) -> None:
        anchor = self._anchor()

        def find_key(url: str, purpose: str) -> VerificationMethod:
            method = did_key.find(url, purpose)
            if method.controller != anchor:
                raise ProblemError(NOT_BY_ISSUER.about("the trust list is signed by somebody else"))
            return method

        check_proofs(document, find_key=find_key, converter=self._converter, now=_ANY_TIME)

    def _anchor(self) -> str:
        if self._settings.trust_list_key:
            return self._settings.trust_list_key
        return self._settings.trust_anchor_path.read_text(encoding="ascii").strip()


def merged_pins(own: Sequence[PinnedCertificate], listed: Sequence[PinnedCertificate]) -> tuple[PinnedCertificate, ...]:
    """Return the pins of an issuer's certificates, beside those that the list has of older ones.

    What an older certificate sealed keeps verifying (R84). Of a certificate in both the list's `since`
    stays, and the earlier `until`: nobody is believed for longer than somebody said.
    """
    known = {pin.certificate: pin for pin in listed}
    merged = dict(known)
    for pin in own:
        before = known.get(pin.certificate, pin)
        ends = [until for until in (before.until, pin.until) if until is not None]
        merged[pin.certificate] = PinnedCertificate(pin.certificate, before.since, min(ends, default=None))
    return tuple(merged.values())


def vouch_for(
    entry: TrustEntry, *, settings: Settings, converter: Converter, signer: Signer, trust: TrustList, now: datetime
) -> None:
    """Put an issuer on the list, in the place of what was known of it, and sign the list anew."""
    others = tuple(known for known in trust.entries if known.did != entry.did)
    known = trust.entry_for(entry.did)
    changed = replace(entry, since=known.since) if known else entry
    document = to_json(TrustList(registry_names(settings), (*others, changed)), issued_at=now)
    signed = add_proof(document, signer=signer, cryptosuite=CRYPTOSUITE, created=now, converter=converter)
    write(settings.trust_list_path, orjson.dumps(signed, option=orjson.OPT_INDENT_2))

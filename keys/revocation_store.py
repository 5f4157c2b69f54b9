"""Answers of authorities, kept in a folder: fetched in the background, read when a document is sealed.

    store.keep(answer, certificate=seal, issuer=root)
    store.evidence([chain], required=[chain], now=clock.now())      # or ProblemError(awaiting-evidence)

One file an answer, written in one step; a newer answer takes the place of an older one, never the
other way round. For each certificate an OCSP answer in force is preferred to a list, being small.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from keys.revocation_answers import Answer, AnswerError, read_crl, read_ocsp
from schemas.problems import AWAITING_EVIDENCE, ProblemError
from services.files import write_atomically

CRL: Final = "crl"
OCSP: Final = "ocsp"
Chain = Sequence[x509.Certificate]
"""A certificate, the one that signed it, and so on to the root."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that certificates are in force: lists and OCSP answers (DER)."""

    crls: tuple[bytes, ...] = ()
    ocsp_responses: tuple[bytes, ...] = ()


class RevocationStore:
    """A folder of answers; several processes may read it, one keeps it fresh."""

    def __init__(self, folder: Path, *, placed: Path | None = None) -> None:
        """Take the folder, and one where an operator may put lists and answers by hand; neither needs to exist."""
        self._folder = folder
        self._placed = placed

    def answer(self, kind: str, certificate: x509.Certificate, issuer: x509.Certificate) -> Answer | None:
        """Return the answer of a kind about a certificate, in force or not; None when there is none."""
        try:
            der = self._path(kind, certificate, issuer).read_bytes()
            return _READ[kind](der, certificate=certificate, issuer=issuer)
        except (OSError, AnswerError):
            return None

    def keep(self, kind: str, answer: Answer, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
        """Keep an answer unless a newer one is there (a rollback would let a revoked certificate live again)."""
        known = self.answer(kind, certificate, issuer)
        if known is not None and known.made_at > answer.made_at:
            return False
        self._folder.mkdir(parents=True, exist_ok=True)
        write_atomically(self._path(kind, certificate, issuer), answer.der)
        return True

    def evidence(self, chains: Iterable[Chain], *, now: datetime, required: Iterable[Chain] = ()) -> Evidence:
        """Return an answer in force for each certificate of the chains, roots aside, that has one.

        Raises ProblemError(awaiting-evidence) when a certificate of a `required` chain has none.
        """
        several = list(chains)
        needed = set(pairs(chain for chain in required if chain in several))
        found: dict[tuple[str, bytes], None] = {}
        for certificate, issuer in pairs(several):
            chosen = self._chosen(certificate, issuer, now)
            if chosen is not None:
                found[chosen[0], chosen[1].der] = None
            elif (certificate, issuer) in needed:
                name = issuer.subject.rfc4514_string()
                raise ProblemError(AWAITING_EVIDENCE.about(f"no list or answer in force of {name}"))
        return Evidence(*(tuple(der for kind, der in found if kind == wanted) for wanted in (CRL, OCSP)))

    def known(self) -> Evidence:
        """Return every answer there is, in force or not: what a verifier looks for revocations in."""
        lists = [path.read_bytes() for path in sorted(self._folder.glob(f"*.{CRL}"))]
        folders = [self._folder, *([self._placed] if self._placed else [])]
        answers = [path.read_bytes() for folder in folders for path in sorted(folder.glob(f"*.{OCSP}"))]
        return Evidence((*lists, *self._placed_lists()), tuple(answers))

    def _chosen(
        self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime
    ) -> tuple[str, Answer] | None:
        """Return the answer to go by: one that says *revoked* first, then OCSP's, then the newest list."""
        by_ocsp, by_list = (self.answer(kind, certificate, issuer) for kind in (OCSP, CRL))
        lists = [(CRL, one) for one in (by_list, *self._by_hand(certificate, issuer)) if one is not None]
        lists.sort(key=lambda found: found[1].made_at, reverse=True)
        found = [*([(OCSP, by_ocsp)] if by_ocsp else []), *lists]
        current = [(kind, one) for kind, one in found if one.is_current(now)]
        return next((found for found in current if found[1].revoked_at is not None), next(iter(current), None))

    def _by_hand(self, certificate: x509.Certificate, issuer: x509.Certificate) -> Iterable[Answer]:
        for der in self._placed_lists():
            try:
                yield read_crl(der, certificate=certificate, issuer=issuer)
            except AnswerError:
                continue

    def _placed_lists(self) -> list[bytes]:
        found = sorted(self._placed.glob("*.crl")) if self._placed else []
        return [der for der in map(_as_der, found) if der is not None]

    def _path(self, kind: str, certificate: x509.Certificate, issuer: x509.Certificate) -> Path:
        digest = hashlib.sha256(issuer.public_bytes(Encoding.DER))
        points = certificate.public_bytes(Encoding.DER) if kind == OCSP else _points(certificate)
        digest.update(points)
        return self._folder / f"{digest.hexdigest()[:40]}.{kind}"


def _as_der(path: Path) -> bytes | None:
    """Return a list that an operator put there, in either encoding; None when it is none."""
    data = path.read_bytes()
    try:
        found = x509.load_pem_x509_crl(data) if b"-----BEGIN" in data[:64] else x509.load_der_x509_crl(data)
    except ValueError:
        return None
    return found.public_bytes(Encoding.DER)


def pairs(chains: Iterable[Chain]) -> tuple[tuple[x509.Certificate, x509.Certificate], ...]:
    """Return each certificate of the chains with its issuer, once; roots are trusted, not asked about."""
    found = {(one, issuer): None for chain in chains for one, issuer in pairwise(chain)}
    return tuple(found)


def _points(certificate: x509.Certificate) -> bytes:
    """Return what tells the lists of one authority apart: where the certificate says that its list is."""
    try:
        return certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value.public_bytes()
    except x509.ExtensionNotFound:
        return b""


_READ: Final = {CRL: read_crl, OCSP: read_ocsp}

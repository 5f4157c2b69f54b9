"""The verifier as the rest of the building sees it: give it bytes, get a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from proofs import experimental
from schemas import credential
from schemas.limits import Limits
from schemas.problems import Problem
from schemas.report import Report
from verifier.document import Kind
from verifier.evidence import Evidence, Expected
from verifier.resolution import Resolution, answered
from verifier.verification import Verified, examine, refused, verify, verify_object


class VerifierDesk:
    """Answers questions; it holds parts that live long, and nothing about anybody.

    `evidence` is called for each question: every question has one reading of the clock.
    """

    def __init__(
        self, evidence: Callable[[], Evidence], *, proof_evidence: Callable[[], Evidence] | None = None
    ) -> None:
        """Ask `evidence` for what may be looked at; `proof_evidence` where somebody asks for a proof alone."""
        self._evidence = evidence
        self._proof_evidence = proof_evidence or evidence

    def changed(
        self, change: Callable[[Evidence], Evidence], *, for_proofs: Callable[[Evidence], Evidence]
    ) -> VerifierDesk:
        """Return a desk with other evidence; `for_proofs` changes further what answers for a proof alone."""

        def evidence() -> Evidence:
            return change(self._evidence())

        return VerifierDesk(evidence, proof_evidence=lambda: for_proofs(evidence()))

    def verify(
        self,
        raw: bytes,
        *,
        media_type: str | None = None,
        expected: Expected | None = None,
        supplied: Mapping[str, bytes] | None = None,
    ) -> Report:
        """Return the report about a document as it stands now; see `verifier.verification.verify`.

        `expected` is what whoever asked for a presentation expects, `supplied` the related files.
        """
        evidence = replace(self._evidence(), expected=expected)
        if supplied is not None:
            evidence = replace(evidence, supplied=supplied)
        return verify(raw, evidence, media_type=media_type)

    def examine(self, raw: bytes) -> Verified:
        """Return the report with the claims it is about; see `verifier.verification.examine`."""
        return examine(raw, self._evidence())

    def verify_object(
        self, document: Mapping[str, Any], kind: Kind, *, expected: Expected | None = None, proof_only: bool = False
    ) -> Report:
        """Return the report about a document inside a request; see `verifier.verification.verify_object`."""
        evidence = replace((self._proof_evidence if proof_only else self._evidence)(), expected=expected)
        return verify_object(document, kind, evidence, proof_only=proof_only)

    def refused(self, sha256: str, problem: Problem) -> Report:
        """Return the report about a document that was not read to its end; see `verifier.verification.refused`."""
        return refused(sha256, problem, self._evidence().now)

    def resolve(self, did: str) -> Mapping[str, Any]:
        """Return the DID document of `did`; raise as `keys.resolver.DIDResolver.resolve`."""
        return self._evidence().resolver.resolve(did)

    def resolution(self, url: str, *, key_format: str | None = None) -> Resolution:
        """Return a DID document or a key, with what went wrong; see `verifier.resolution.answered`."""
        return answered(url, self._evidence().resolver, key_format=key_format)

    def derive(self, document: Mapping[str, Any], *, selective: Sequence[str]) -> dict[str, Any]:
        """Return a credential that shows less, or raise `ProblemError`; nothing is judged.

        Of ecdsa-sd-2023, or of bbs-2023 where that is switched on.
        """
        evidence = self._proof_evidence()
        credential.gate(document, limits=evidence.limits)
        return experimental.derive(
            document,
            selective=selective,
            converter=evidence.converter,
            suites=evidence.suites,
            limits=evidence.limits,
        )

    @property
    def limits(self) -> Limits:
        """Return the bounds on what is read."""
        return self._evidence().limits

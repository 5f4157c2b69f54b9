"""Sign many credentials of one shape.

    issuer = BulkIssuer(plan, signer=signer, created=now, converter=converter)
    signed = issuer.issue(["Ève Tremblay", "urn:uuid:…"])

The proof options are the same for all, so they are brought into canonical form once. Each signature
is checked before it is let go, as everywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from keys.multibase import encode_multibase
from keys.store import Signer
from proofs import ecdsa_rdfc_2019, eddsa_rdfc_2022
from proofs.cryptosuite import DATA_INTEGRITY_PROOF, FaultySignatureError, Securing, UnsuitableKeyError
from proofs.jsonld import Converter
from proofs.plan import Plan
from schemas.limits import DEFAULT, Limits
from schemas.moments import written

_SUITES = {suite.name: suite for suite in (eddsa_rdfc_2022.SUITE, ecdsa_rdfc_2019.SUITE)}


class BulkIssuer:
    """Signs fillings of one plan with one key at one moment."""

    def __init__(
        self,
        plan: Plan,
        *,
        signer: Signer,
        created: datetime,
        converter: Converter,
        cryptosuite: str = eddsa_rdfc_2022.SUITE.name,
        limits: Limits = DEFAULT,
    ) -> None:
        """Take a plan; the suite is eddsa-rdfc-2022, or ecdsa-rdfc-2019 with a P-256 key."""
        self._plan, self._signer = plan, signer
        self._suite = _SUITES[cryptosuite]
        if self._suite.hash_of(signer.public_key) != "sha256":
            msg = "plans are for keys that go with SHA-256"
            raise UnsuitableKeyError(msg)
        self._options: Mapping[str, Any] = {
            "type": DATA_INTEGRITY_PROOF,
            "cryptosuite": cryptosuite,
            "created": written(created),
            "verificationMethod": signer.verification_method,
            "proofPurpose": "assertionMethod",
        }
        securing = Securing(plan.template, converter, limits)
        self._digest = securing.options_digest(self._options, method="rdfc", hash_name="sha256")

    def issue(self, values: Sequence[str]) -> dict[str, Any]:
        """Return the template with `values` in its slots, signed; raise what the converter raises."""
        data = self._digest + hashlib.sha256(self._plan.encoded(values)).digest()
        signature = self._signer.sign(data)
        if not self._suite.holds(self._signer.public_key, signature, data):
            msg = "a signature did not hold when it was checked"
            raise FaultySignatureError(msg)
        return self._plan.fill(values) | {"proof": {**self._options, "proofValue": encode_multibase(signature)}}

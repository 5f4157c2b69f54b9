"""The cryptosuite eddsa-jcs-2022: Ed25519 over canonical JSON.

Specification: Data Integrity EdDSA Cryptosuites 1.0, section 3.3.
"""

from __future__ import annotations

from typing import Final

from proofs.cryptosuite import SignatureSuite
from proofs.signatures import eddsa_holds, edwards_hash

SUITE: Final = SignatureSuite("eddsa-jcs-2022", "jcs", edwards_hash, eddsa_holds)

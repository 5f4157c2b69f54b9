"""The cryptosuite eddsa-rdfc-2022: Ed25519 over canonical RDF.

Open Badges 3.0 calls it `eddsa-2022` in places: verified, never issued.
Specification: Data Integrity EdDSA Cryptosuites 1.0, section 3.2.
"""

from __future__ import annotations

from typing import Final

from proofs.cryptosuite import SignatureSuite
from proofs.signatures import eddsa_holds, edwards_hash

SUITE: Final = SignatureSuite("eddsa-rdfc-2022", "rdfc", edwards_hash, eddsa_holds)

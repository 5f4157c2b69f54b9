"""The cryptosuite ecdsa-jcs-2019: ECDSA on P-256 or P-384 over canonical JSON.

The curve decides the hash: SHA-256 for P-256, SHA-384 for P-384.
Specification: Data Integrity ECDSA Cryptosuites 1.0, section 3.3.
"""

from __future__ import annotations

from typing import Final

from proofs.cryptosuite import SignatureSuite
from proofs.signatures import curve_hash, ecdsa_holds

SUITE: Final = SignatureSuite("ecdsa-jcs-2019", "jcs", curve_hash, ecdsa_holds)

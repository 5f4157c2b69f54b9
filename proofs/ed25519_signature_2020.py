"""The proof type Ed25519Signature2020, older than cryptosuites; wallets still sign with it.

The same bytes are signed as with eddsa-rdfc-2022. The context of the document must define the type
(`https://w3id.org/security/suites/ed25519-2020/v1`).
Specification: Data Integrity EdDSA Cryptosuites 1.0, appendix B.1.
"""

from __future__ import annotations

from typing import Final

from proofs.cryptosuite import SignatureSuite
from proofs.signatures import eddsa_holds, edwards_hash

SUITE: Final = SignatureSuite("Ed25519Signature2020", "rdfc", edwards_hash, eddsa_holds, "Ed25519Signature2020")

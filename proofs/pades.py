"""PDF seals (PAdES, ETSI EN 319 142-1): whom a seal is believed from, and what it says.

    finding = check_seal(raw, trust=trust, now=clock.now())

A PDF is accepted only if all of these hold (H01-H22 of the threats):

1.  it can be read strictly, is not encrypted, and begins with its header;
2.  exactly one regular signature, and its algorithms are safe;
3.  the bytes signed are the bytes received, and the signature over them holds;
4.  it covers its revision, and nothing came after but validation data and timestamps;
5.  the certificate is one that the trust list pins for an issuer, at the time of signing;
6.  it is a certification that permits no change (DocMDP P=1);
7.  it has a signature timestamp and document timestamps, the last covering the whole file;
8.  each timestamp holds: the last one now, each earlier one when the next was made (the file is
    peeled from the outside, so that renewed files verify after inner certificates have expired);
9.  the certificate chain was in force, and not revoked, when the first document timestamp was made.

What is read out (attachments, BASE) comes from the sealed revision, never from the tip.
"""

from __future__ import annotations

from proofs.pades_checking import SealExamined, check_seal, examine_seal
from proofs.pades_sealing import Sealer, Stamp, ValidationMaterial
from proofs.pades_trust import PinnedSeal, SealFinding, SealTrust

__all__ = [
    "PinnedSeal",
    "SealExamined",
    "SealFinding",
    "SealTrust",
    "Sealer",
    "Stamp",
    "ValidationMaterial",
    "check_seal",
    "examine_seal",
]

"""What may be told of each kind of wrong: at least one of the codes in a text."""

from __future__ import annotations

SHAPE = "shape-not-allowed context-unknown term-undefined malformed not-parsable"
BROKEN = "tampered malformed proof-missing not-parsable suite-unsupported shape-not-allowed"
NOT_ITS_KEY = "did-invalid not-by-issuer malformed purpose-wrong did-unresolved did-document-invalid tampered network-forbidden key-weak"
FORGED = "tampered suite-unsupported not-by-issuer not-parsable did-invalid malformed"
PARSE = "not-parsable malformed suite-unsupported tampered"
DISCLOSED = "not-parsable malformed too-complex too-large"
FORBIDDEN = "network-forbidden did-invalid malformed did-unresolved"
BAD = "did-document-invalid did-unresolved too-large too-complex not-parsable"
UNSURE = "status-unverified status-unreachable status-stale status-list-length network-forbidden"

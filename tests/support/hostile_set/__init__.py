"""Hostile documents made anew at each run, each beside a valid twin, and a judge that asks a real server.

    python -m tests.support.hostile_set [A …]      # some 6,000 documents against `parchemin serve verifier`

The documents are signed by PyLD, pyoxigraph, rfc8785 and cryptography, not by this project's own
proofs, so that a signature over what our own issuer would refuse can be made, and so that what we
alone believe is found.
"""

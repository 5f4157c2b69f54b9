"""A small wallet shaped like the Learner Credential Wallet: asks an exchange, proves a did:key, keeps what it gets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519
from flask.testing import FlaskClient

from keys import did_key
from keys.local_signer import LocalSigner
from proofs.integrity import add_proof
from tests.support.issuing import converter

V2 = "https://www.w3.org/ns/credentials/v2"


class PythonWallet:
    """One key; presentations signed by our own suite."""

    def __init__(self) -> None:
        key = ed25519.Ed25519PrivateKey.generate()
        self.did = did_key.did_for(key.public_key())
        self.signer = LocalSigner(key, verification_method=did_key.verification_method_for(key.public_key()))

    def presentation(self, request: Mapping[str, Any], at: datetime, **changes: Any) -> dict[str, Any]:
        """Return a signed answer to a `verifiablePresentationRequest`; `changes` make it a wrong one."""
        options: dict[str, Any] = {
            "purpose": "authentication",
            "challenge": request["challenge"],
            "domain": request["domain"],
            "cryptosuite": "eddsa-rdfc-2022",
            "created": at,
            **{name: value for name, value in changes.items() if name != "holder"},
        }
        unsigned = {
            "@context": [V2],
            "type": ["VerifiablePresentation"],
            "holder": changes.get("holder", self.did),
        }
        return add_proof(unsigned, signer=self.signer, converter=converter(), **options)


def post(client: FlaskClient, path: str, message: Any) -> Any:
    """Post one message of an exchange, as a wallet in a browser does."""
    return client.post(path, json=message, headers={"Origin": "https://wallet.example", "Accept": "application/json"})

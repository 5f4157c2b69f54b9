"""What the issuer hands to a holder: the messages of the jobs `deliver-credential` and `deliver-renewal`."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Format = Literal["ldp_vc", "ldp_vc_ecdsa", "jwt_vc_json", "vc+sd-jwt", "dc+sd-jwt"]


@dataclass(frozen=True, slots=True)
class CredentialForm:
    """One form of a credential: `body` is its text exactly as signed (JSON, compact JWS or SD-JWT)."""

    format: Format
    media_type: str
    body: str


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """What the institution allows: locked until paid (R23), parts that may be withheld (R40)."""

    locked: bool = False
    withholdable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """A signed document on its way to its learner; every text is data, never markup.

    `document_id` (urn:uuid) is the same in both roles. `titles` and `institution_names` are keyed
    by `fr` and `en`. `issued_on` is an ISO date. `printed_token` opens `/d/<token>`.
    `bound_to` is the holder's DID when the forms are bound to a key (R95), otherwise None.
    """

    document_id: str
    kind: str
    language: str
    titles: Mapping[str, str]
    institution_did: str
    institution_names: Mapping[str, str]
    institution_contact: str
    learner_given_name: str
    learner_family_name: str
    learner_email: str
    learner_student_id: str
    issued_on: str
    forms: tuple[CredentialForm, ...]
    pdf: bytes
    policy: DeliveryPolicy = DeliveryPolicy()
    bound_to: str | None = None
    replaces: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the message; the PDF in base64."""
        message = asdict(self)
        message["titles"] = dict(self.titles)
        message["institution_names"] = dict(self.institution_names)
        message["pdf"] = base64.b64encode(self.pdf).decode("ascii")
        return message

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> Delivery:
        """Read a message made by `to_json`."""
        values = dict(message)
        values["forms"] = tuple(CredentialForm(**form) for form in values["forms"])
        policy = dict(values["policy"])
        policy["withholdable"] = tuple(policy["withholdable"])
        values["policy"] = DeliveryPolicy(**policy)
        values["pdf"] = base64.b64decode(values["pdf"], validate=True)
        return cls(**values)


@dataclass(frozen=True, slots=True)
class RenewedPDF:
    """Newer bytes of a document that its learner has: the same PDF with fresh long-term evidence (R24).

    `number` counts the renewals of a document from 1. The delivered file is a prefix of `pdf`.
    """

    document_id: str
    institution_did: str
    number: int
    pdf: bytes

    def to_json(self) -> dict[str, Any]:
        """Return the message; the PDF in base64."""
        return asdict(self) | {"pdf": base64.b64encode(self.pdf).decode("ascii")}

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> RenewedPDF:
        """Read a message made by `to_json`."""
        return cls(**{**message, "pdf": base64.b64decode(message["pdf"], validate=True)})

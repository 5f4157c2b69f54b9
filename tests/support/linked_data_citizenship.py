"""The vocabulary of the W3C's residence-card vectors, as far as their canonical statements tell it.

The published vectors name a context that no package carries byte for byte; this one was written from
the statements in the vectors themselves and serves them alone.
"""

from __future__ import annotations

from typing import Any

from contexts.loader import BundledLoader
from proofs.jsonld import Converter
from tests.support import linked_data as ld

ADDRESS = "https://w3id.org/citizenship/v4rc1"
_SCHEMA, _CARD = "https://schema.org/", "https://w3id.org/citizenship#"
_DATE = "http://www.w3.org/2001/XMLSchema#dateTime"


def _terms() -> dict[str, Any]:
    plain = {
        name: _SCHEMA + name for name in ("Person", "familyName", "gender", "givenName", "additionalName", "identifier")
    }
    cards = {
        name: _CARD + name
        for name in (
            "EmployablePerson",
            "EmploymentAuthorizationDocument",
            "EmploymentAuthorizationDocumentCredential",
            "PermanentResident",
            "PermanentResidentCard",
            "PermanentResidentCardCredential",
            "birthCountry",
            "commuterClassification",
            "employmentAuthorizationDocument",
            "lprCategory",
            "lprNumber",
            "permanentResidentCard",
        )
    }
    return {
        **plain,
        **cards,
        "image": {"@id": _SCHEMA + "image", "@type": "@id"},
        "birthDate": {"@id": _SCHEMA + "birthDate", "@type": _DATE},
        "residentSince": {"@id": _CARD + "residentSince", "@type": _DATE},
    }


def converter() -> Converter:
    """Return a converter that knows the vectors' vocabulary too."""
    known = {url: ld.loader().load(url) for url in ld.loader().urls()}
    return Converter(BundledLoader({**known, ADDRESS: {"@context": _terms()}}))

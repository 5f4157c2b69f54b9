"""The canonical form that PyLD finds: an implementation that shares nothing with ours but the contexts."""

from __future__ import annotations

from typing import Any

from pyld import jsonld as pyld
from pyld.context_resolver import ContextResolver

from tests.support import linked_data as ld


def by_pyld(document: Any) -> str:
    """Return the canonical N-Quads of `document`; PyLD drops terms that are not defined, and counts no work."""

    def load(url: str, _options: Any) -> Any:
        return {"contextUrl": None, "documentUrl": url, "document": ld.loader().load(url)}

    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": load,
        "rdfDirection": "i18n-datatype",
        "contextResolver": ContextResolver({}, load),  # PyLD's own cache lets one document change the next
    }
    return str(pyld.normalize(document, options))

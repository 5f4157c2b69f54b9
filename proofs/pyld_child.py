"""The child process of `pyld_oracle`: PyLD by itself, none of our code.

The first line of its input holds the context documents by address; each line after it a document.
Each line of its output is the canonical form, or what went wrong.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from pyld import jsonld
from pyld.context_resolver import ContextResolver


def main() -> None:
    """Answer line by line until the input ends."""
    contexts = json.loads(sys.stdin.readline())

    def load(url: str, _options: object) -> dict[str, Any]:
        return {"contextUrl": None, "documentUrl": url, "document": contexts[url]}

    options: dict[str, Any] = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": load,
        "rdfDirection": "i18n-datatype",
    }
    for line in sys.stdin:
        options["contextResolver"] = ContextResolver({}, load)  # what was processed before must not show
        try:
            answer = {"nquads": jsonld.normalize(json.loads(line), options)}
        except Exception as error:  # noqa: BLE001 (whatever goes wrong there is the answer)
            answer = {"error": type(error).__name__}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":  # pragma: no cover (the tests call main)
    main()

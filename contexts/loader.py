"""JSON-LD contexts: the pinned files of this folder and nothing else.

    loader = BundledLoader.open()
    loader.load("https://www.w3.org/ns/credentials/v2")

A context decides what a signature covers, so each file is compared with the SHA-256 in
`manifest.json` before it is believed (threats.md A29). There is no way to add one while the
process runs, and none is ever fetched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from schemas import strict_json
from schemas.problems import CONTEXT_UNKNOWN, ProblemError

FOLDER = Path(__file__).parent


class ContextsChangedError(RuntimeError):
    """A context file is missing or not the one that was pinned: the process must not start."""


class BundledLoader:
    """Serves the contexts it was made with; make it with `BundledLoader.open()`."""

    def __init__(self, documents: Mapping[str, Mapping[str, Any]]) -> None:
        """Keep `documents`: address → context document."""
        self._documents = MappingProxyType(dict(documents))

    @classmethod
    def open(cls, folder: Path | None = None) -> Self:
        """Return a loader of `folder` (default: the one beside this module).

        Raises `ContextsChangedError` when a file is missing or one byte of it differs.
        """
        folder = folder or FOLDER
        manifest = strict_json.loads(_read(folder, "manifest.json"))
        documents: dict[str, Mapping[str, Any]] = {}
        for entry in manifest["contexts"]:
            raw = _read(folder, entry["file"])
            if hashlib.sha256(raw).hexdigest() != entry["sha256"]:
                msg = f"{entry['file']} is not the file that was pinned"
                raise ContextsChangedError(msg)
            documents[entry["address"]] = strict_json.loads(raw)
        return cls(documents)

    def load(self, url: str) -> Mapping[str, Any]:
        """Return the context document of `url`; raise CONTEXT_UNKNOWN for any other address."""
        document = self._documents.get(url)
        if document is None:
            raise ProblemError(CONTEXT_UNKNOWN.about("a context that is not on the list"))
        return document

    def urls(self) -> tuple[str, ...]:
        """Return every address that is served."""
        return tuple(self._documents)


@cache
def pinned_files() -> Mapping[str, bytes]:
    """Return the bytes of every context of this folder by its address, as published; read once.

    For whoever names a context with its digest (VCDM 2.0 section 5.3).
    """
    manifest = strict_json.loads(_read(FOLDER, "manifest.json"))
    return MappingProxyType({entry["address"]: _read(FOLDER, entry["file"]) for entry in manifest["contexts"]})


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        msg = f"{name} cannot be read: {error.strerror}"
        raise ContextsChangedError(msg) from None

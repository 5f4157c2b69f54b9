"""Files inside a PDF: put one in without touching what is there, take out what a seal covers.

The credential is attached by an incremental update (ISO 32000-2 section 7.5.6), so that BASE stays
a prefix of the file, as an associated file of PDF/A-3 (ISO 19005-3 section 6.8) of relationship
`Data`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from pyhanko.pdf_utils.embed import EmbeddedFileObject, EmbeddedFileParams, FileSpec, embed_file
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import HistoricalResolver

CREDENTIAL_NAME: Final = "credential.json"
CREDENTIAL_TYPE: Final = "application/vc"
_MOST_FILES: Final = 16
_DEEPEST: Final = 8


def attach(base: bytes, credential: bytes, *, description: str, at: datetime) -> bytes:
    """Return `base` followed by an update that attaches the credential; `at` is its date (aware)."""
    writer = IncrementalPdfFileWriter(io.BytesIO(base))
    file = EmbeddedFileObject.from_file_data(
        writer,
        credential,
        params=EmbeddedFileParams(creation_date=at, modification_date=at),
        mime_type=CREDENTIAL_TYPE,
    )
    spec = FileSpec(
        file_spec_string=CREDENTIAL_NAME,
        file_name=CREDENTIAL_NAME,
        embedded_data=file,
        description=description,
        af_relationship=pdf_name("/Data"),
    )
    embed_file(writer, spec)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def attachments_of(revision: HistoricalResolver, *, most_bytes: int) -> Mapping[str, bytes]:
    """Return name and content of each file that is attached in one revision, the sealed one.

    Raises ValueError when the names are not unique, too many, nested too deep, or the content is
    larger than `most_bytes` altogether.
    """
    root = revision.root
    if "/Names" not in root or "/EmbeddedFiles" not in root["/Names"]:
        return {}
    files: dict[str, bytes] = {}
    left = most_bytes
    for name, spec in _entries(root["/Names"]["/EmbeddedFiles"], _DEEPEST):
        if name in files or len(files) == _MOST_FILES:
            raise ValueError("the attached files are not clearly named")
        content: bytes = spec["/EF"]["/F"].data
        left -= len(content)
        if left < 0:
            raise ValueError("the attached files are too large")
        files[name] = content
    return files


def _entries(node: Any, depth: int) -> Iterator[tuple[str, Any]]:
    """Walk a name tree (ISO 32000-2 section 7.9.6)."""
    if depth == 0:
        raise ValueError("the tree of attached files is too deep")
    if "/Names" in node:
        names = node["/Names"]
        for index in range(0, len(names) - 1, 2):
            yield str(names[index]), names[index + 1]
    if "/Kids" in node:
        kids = node["/Kids"]
        for index in range(len(kids)):
            yield from _entries(kids[index], depth - 1)

"""Read a PDF as its revisions: strictly, and no more than is needed to judge a seal.

Everything here works on hostile bytes: whatever goes wrong is raised as ProblemError.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import CMSExtractionError, SigningError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from schemas.limits import Limits
from schemas.problems import PDF_CHANGED, PDF_UNREADABLE, TOO_COMPLEX, TOO_LARGE, ProblemError, ProblemType

HOSTILE: Final = (
    PdfError,
    SignatureValidationError,
    SigningError,
    CMSExtractionError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    NotImplementedError,
    OverflowError,
    EOFError,
    OSError,
    struct.error,
)
_TAIL: Final = re.compile(rb".{0,8192}?startxref\s+\d+\s+%%EOF\s*", re.DOTALL)
_END: Final = re.compile(rb"%%EOF(\r\n|\n|\r)?")


@contextmanager
def refusing(problem: ProblemType, detail: str) -> Iterator[None]:
    """Turn whatever hostile bytes provoke into one problem; too deep and too much are too-complex."""
    try:
        yield
    except HOSTILE as error:
        raise ProblemError(problem.about(detail)) from error
    except (RecursionError, MemoryError) as error:
        raise ProblemError(TOO_COMPLEX.about("the PDF is nested too deep or unfolds to too much")) from error


def open_pdf(raw: bytes, limits: Limits) -> PdfFileReader:
    """Return a strict reader; raise ProblemError: too-large, pdf-unreadable, too-complex."""
    if len(raw) > limits.pdf_bytes:
        raise ProblemError(TOO_LARGE.about(f"a PDF may have {limits.pdf_bytes} bytes"))
    if not raw.startswith(b"%PDF-"):
        raise ProblemError(PDF_UNREADABLE.about("the file does not begin as a PDF does"))
    damaged = PDF_CHANGED if speaks_of_a_seal(raw) else PDF_UNREADABLE
    with refusing(damaged, "the structure of the PDF is damaged"):
        reader = PdfFileReader(io.BytesIO(raw))
        encrypted = reader.encrypted
        reader.root["/Pages"]  # a PDF without pages is none
    if encrypted:
        raise ProblemError(PDF_UNREADABLE.about("the PDF is encrypted: a sealed document never is"))
    return reader


def speaks_of_a_seal(raw: bytes) -> bool:
    """Say whether a signature stands somewhere in the bytes, be it hidden or damaged."""
    return b"/ByteRange" in raw


def base_of(raw: bytes, reader: PdfFileReader) -> bytes:
    """Return the first revision: up to the end of the line of the mark after its cross-reference table."""
    end = _END.search(raw, reader.xrefs.get_startxref_for_revision(0))
    return raw[: end.end()] if end else raw


def ends_cleanly(raw: bytes, reader: PdfFileReader) -> bool:
    """Say whether nothing stands after the end-of-file mark of the last revision (H05, H07)."""
    last = reader.xrefs.get_xref_container_info(reader.total_revisions - 1)
    first_end = _TAIL.match(raw, last.end_location)
    return first_end is not None and first_end.end() == len(raw)


def sealed_part(raw: bytes, signature: EmbeddedPdfSignature) -> bytes:
    """Return the file up to the end of what a signature covers."""
    _, _, second, length = (int(number) for number in signature.byte_range)
    return raw[: second + length]


def find_signatures(reader: PdfFileReader) -> tuple[list[EmbeddedPdfSignature], list[EmbeddedPdfSignature]]:
    """Return regular signatures and document timestamps, oldest first."""
    everything = reader.embedded_signatures
    regular = [one for one in everything if one.sig_object_type == "/Sig"]
    timestamps = [one for one in everything if one.sig_object_type == "/DocTimeStamp"]
    if len(regular) + len(timestamps) != len(everything):
        raise ValueError("a signature of an unknown type")
    return regular, sorted(timestamps, key=lambda one: int(one.signed_revision))

"""Pages as a test makes and reads them: BASE of an award, and its text without spaces."""

from __future__ import annotations

import re
import unicodedata

import pypdfium2

from issuer.documents.typesetting import Typesetter
from issuer.institutions.profile import Institution
from schemas.awards import Award
from tests.support.documents import DOCUMENT_ID, INSTITUTION, VERIFY_URL
from tests.support.pdf_pki import NOW


def pages(
    typesetter: Typesetter, award: Award, *, institution: Institution = INSTITUTION, development: bool = False
) -> bytes:
    return typesetter.pages(
        award,
        institution=institution,
        document_id=DOCUMENT_ID,
        verify_url=VERIFY_URL,
        development=development,
        at=NOW,
    )


def text_of(pdf: bytes) -> str:
    """Return the text of all pages without any space: lines break where they like."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        text = "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()
    return squeezed(text)


def squeezed(text: str) -> str:
    """Return a text composed (NFC), without spaces, soft hyphens and hyphens, in lower case."""
    return re.sub(r"[\s\u00ad\ufffe\u200b\x02-]+", "", unicodedata.normalize("NFC", text)).casefold()

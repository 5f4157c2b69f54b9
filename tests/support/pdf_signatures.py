"""What a signature in a PDF covers, and what OpenSSL and poppler say of it."""

from __future__ import annotations

import io
import re
from datetime import datetime
from pathlib import Path

from pyhanko.pdf_utils.reader import PdfFileReader

from tests.support.judges import needed, run


def signed_part(raw: bytes, kind: str = "/Sig") -> tuple[bytes, bytes]:
    """Return the bytes that the last signature of a kind covers, and its CMS."""
    reader = PdfFileReader(io.BytesIO(raw))
    signature = [one for one in reader.embedded_signatures if one.sig_object_type == kind][-1]
    start, length, second, rest = (int(number) for number in signature.byte_range)
    return raw[start : start + length] + raw[second : second + rest], exact(signature.pkcs7_content)


def exact(der: bytes) -> bytes:
    """Return the CMS without the zeros that fill its place up."""
    assert re.match(rb"\x30\x82", der)
    return der[: 4 + int.from_bytes(der[2:4], "big")]


def openssl_accepts(raw: bytes, roots: bytes, folder: Path, *, at: datetime) -> bool:
    """Say whether OpenSSL verifies the seal and its chain, at a moment."""
    needed("openssl")
    content, signature = signed_part(raw)
    for name, data in (("cms", signature), ("content", content), ("roots.pem", roots)):
        (folder / name).write_bytes(data)
    done = run(
        *("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", folder / "cms"),
        *("-content", folder / "content", "-out", folder / "out", "-CAfile", folder / "roots.pem"),
        *("-purpose", "any", "-attime", str(int(at.timestamp()))),
    )
    return done.returncode == 0


def pdfsig_accepts(raw: bytes, folder: Path) -> bool:
    """Say whether poppler finds the signature valid, and a PAdES one."""
    needed("pdfsig")
    (folder / "judged.pdf").write_bytes(raw)
    report = run("pdfsig", "-nocert", folder / "judged.pdf").stdout.decode()
    return "Signature is Valid" in report and "ETSI.CAdES.detached" in report

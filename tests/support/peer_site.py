"""A web site on https://localhost with a private authority, for peers that fetch what they judge.

site = PeerSite(folder)
site.publish("/status/1", json_bytes)
Judge("verifier_core.mjs", authority=site.authority)     # NODE_EXTRA_CA_CERTS
"""

from __future__ import annotations

import json
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.support.tls_server import TLSServer, answer

_DAY = timedelta(days=1)


class PeerSite:
    """Answers with what was published, and 404 for everything else; remembers the paths that were asked."""

    def __init__(self, folder: Path) -> None:
        self.pages: dict[str, tuple[str, bytes]] = {}
        self.authority, pem = _certificates(folder)
        self._server = TLSServer(pem, self._answer)
        self.origin = f"https://localhost:{self._server.port}"

    @property
    def asked(self) -> list[str]:
        """Return the path of each request so far."""
        return [request.split(" ")[1] for request in self._server.requests]

    def publish(self, path: str, content: Any, kind: str = "application/json") -> str:
        """Put JSON, text or bytes at a path; return its address."""
        if isinstance(content, str):
            content = content.encode()
        elif not isinstance(content, bytes):
            content = json.dumps(content).encode()
        self.pages[path] = (kind, content)
        return self.origin + path

    def did(self, *segments: str) -> str:
        """Return the did:web whose document stands at `/segment/…/did.json`."""
        return ":".join(["did:web", quote(f"localhost:{self._server.port}", safe=""), *segments])

    def close(self) -> None:
        self._server.close()

    def _answer(self, connection: ssl.SSLSocket, path: str) -> None:
        page = self.pages.get(path)
        if page is None:
            connection.sendall(answer("404 Not Found", b"{}", "Connection: close"))
            return
        kind, body = page
        connection.sendall(answer("200 OK", body, "Connection: close", kind=kind))


def _certificates(folder: Path) -> tuple[Path, Path]:
    """Write an authority's certificate, and the site's with its key; return both files."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of the interoperability tests")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)  # TLS is checked against the real clock

    def built(subject: x509.Name, public: ec.EllipticCurvePublicKey, *, authority: bool) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder(root_name, subject, public, x509.random_serial_number())
            .not_valid_before(now - _DAY)
            .not_valid_after(now + 2 * _DAY)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )

    root = built(root_name, root_key.public_key(), authority=True).sign(root_key, hashes.SHA256())
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    own = built(name, key.public_key(), authority=False).add_extension(names, critical=False)
    authority, site = folder / "authority.pem", folder / "site.pem"
    authority.write_bytes(root.public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    site.write_bytes(private + own.sign(root_key, hashes.SHA256()).public_bytes(Encoding.PEM))
    return authority, site

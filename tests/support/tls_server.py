"""A host that misbehaves as told, by TLS on loopback, with a root of its own."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import warnings
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from services.guarded_fetch import IPAddress

HOST = "registrar.example"
LOOPBACK = ipaddress.ip_address("127.0.0.1")
Behaviour = Callable[[ssl.SSLSocket, str], None]
"""Takes a connection and the path that was asked for; sends what it likes."""


def certificate(folder: Path, host: str = HOST, *, days: int = 2) -> Path:
    """Write a self-signed certificate with its key as one PEM file; negative days: it is over."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)  # TLS is checked against the real clock
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{host}{days}.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + built.public_bytes(Encoding.PEM))
    return path


class TLSServer:
    """Serves one connection after another until it is closed; counts those that came through."""

    def __init__(self, pem: Path, behaviour: Behaviour, *, newest: ssl.TLSVersion | None = None) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pem)
        if newest:
            self._context.set_ciphers("ALL:@SECLEVEL=0")
            with warnings.catch_warnings(action="ignore"):  # an old version is the point of the test
                self._context.minimum_version = self._context.maximum_version = newest
        self._behaviour = behaviour
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.names: list[str | None] = []
        self.requests: list[str] = []
        self._context.sni_callback = lambda _socket, name, _context: self.names.append(name)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def url(self, path: str = "/", host: str = HOST) -> str:
        return f"https://{host}:{self.port}{path}"

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in accept
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                raw, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=[raw], daemon=True).start()

    def _one(self, raw: socket.socket) -> None:
        raw.settimeout(5)
        try:
            with self._context.wrap_socket(raw, server_side=True) as secured:
                request = b""
                while b"\r\n\r\n" not in request:
                    request += secured.recv(4096)
                self.requests.append(request.decode())
                self._behaviour(secured, request.split(b" ")[1].decode())
        except OSError:
            return
        finally:
            raw.close()


def answer(status: str, body: bytes, *headers: str, kind: str = "application/json") -> bytes:
    """Return a whole answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def loopback(_host: str, _port: int) -> Sequence[IPAddress]:
    """Look every name up as 127.0.0.1."""
    return [LOOPBACK]

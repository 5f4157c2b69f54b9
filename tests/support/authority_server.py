"""A real certification authority on loopback (certomancer): a root, seals, timestamps, CRL, OCSP and RFC 3161.

with AuthorityServer(tmp_path, at=NOW) as authority:
    authority.chain("seal"), authority.key("seal"), authority.tsa_address
    authority.revoke("seal", NOW)      # from now on its lists and answers say so
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import CertomancerConfig
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.serving import WSGIRequestHandler, make_server

ARCH = "authority"
_KEYS = ("root", "ocsp", "tsa", "seal", "seal2")


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Say nothing."""


@dataclass
class AuthorityServer:
    """The authority and its services; `asked` counts the requests of each kind, `down` names kinds that fail."""

    folder: Path
    at: datetime
    names: tuple[str, ...] = _KEYS
    asked: dict[str, int] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    _certificates: dict[str, x509.Certificate] = field(default_factory=dict)
    began: datetime = field(init=False)
    _revoked: dict[str, dict[str, str]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self.began = self.at
        for name in self.names:
            key = ec.generate_private_key(ec.SECP256R1())
            pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            (self.folder / f"{name}.key.pem").write_bytes(pem)
        self._server = make_server("127.0.0.1", 0, self._serve, threaded=True, request_handler=_Quiet)
        self.prefix = f"http://127.0.0.1:{self._server.server_port}"
        self._load()
        for name in self.names:
            self._certificate(name)  # a revocation makes them anew, with another signature
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def move_to(self, moment: datetime) -> None:
        """Let the authority's clock show another moment."""
        self.at = moment
        self._animator.fixed_time = moment

    def revoke(self, name: str, since: datetime, reason: str = "key_compromise") -> None:
        """Let lists and answers say that a certificate is revoked."""
        self._revoked[name] = {"revoked-since": _iso(since), "reason": reason}
        self._load()

    def chain(self, name: str) -> tuple[x509.Certificate, ...]:
        """Return a certificate and its root."""
        return (self._certificate(name), self._certificate("root"))

    def key_pem(self, name: str) -> bytes:
        """Return a private key, not encrypted."""
        return (self.folder / f"{name}.key.pem").read_bytes()

    def pem(self, names: Iterable[str]) -> bytes:
        """Return certificates as PEM."""
        return b"".join(self._certificate(name).public_bytes(Encoding.PEM) for name in names)

    @property
    def tsa_address(self) -> str:
        """Return where timestamps are had."""
        return f"{self.prefix}/{ARCH}/tsa/tsa"

    def _certificate(self, name: str) -> x509.Certificate:
        if name not in self._certificates:
            self._certificates[name] = x509.load_der_x509_certificate(self._arch.get_cert(name).dump())
        return self._certificates[name]

    def _serve(self, environ: Any, start: Any) -> Any:
        kind = environ["PATH_INFO"].split("/")[2]
        self.asked[kind] = self.asked.get(kind, 0) + 1
        if kind in self.down:
            return ServiceUnavailable()(environ, start)
        return self._animator(environ, start)

    def _load(self) -> None:
        configuration = CertomancerConfig(_configuration(self), str(self.folder), external_url_prefix=self.prefix)
        self._arch = configuration.get_pki_arch(ARCH)
        self._animator = Animator(AnimatorArchStore({ARCH: self._arch}), at_time=self.at, with_web_ui=False)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def _configuration(server: AuthorityServer) -> dict[str, Any]:
    names = server.names
    validity = {
        "valid-from": _iso(server.began - timedelta(days=1)),
        "valid-to": _iso(datetime(2050, 1, 1, tzinfo=UTC)),
    }
    brief = {**validity, "valid-to": _iso(server.began + timedelta(days=730))}
    return {
        "keysets": {"keys": {"keys": {name: {"path": f"{name}.key.pem"} for name in names}}},
        "pki-architectures": {
            ARCH: {
                "keyset": "keys",
                "entity-defaults": {"country-name": "CA", "organization-name": "Autorité de la Baie"},
                "entities": {name: {"common-name": f"{name} of the bay"} for name in names},
                "certs": {
                    name: _certificate_of(name, brief if name.startswith("seal") else validity, server)
                    for name in names
                },
                "services": _services(),
            }
        },
    }


def _certificate_of(name: str, validity: dict[str, str], server: AuthorityServer) -> dict[str, Any]:
    is_root = name == "root"
    usage = ["key_cert_sign", "crl_sign"] if is_root else ["digital_signature", "non_repudiation"]
    if name in {"tsa", "ocsp"}:
        usage = ["digital_signature"]
    extensions: list[dict[str, Any]] = [
        {"id": "basic_constraints", "critical": True, "value": {"ca": is_root}},
        {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": usage}},
    ]
    if name == "tsa":
        extensions.append({"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]})
    if name == "ocsp":
        extensions.append({"id": "extended_key_usage", "value": ["ocsp_signing"]})
        extensions.append({"id": "ocsp_no_check"})
    elif not is_root:
        repo = {"schema": "crl-dist-url", "params": {"crl-repo-names": ["root"]}}
        responder = {"schema": "aia-urls", "params": {"ocsp-responder-names": ["root"]}}
        extensions.append({"id": "crl_distribution_points", "smart-value": repo})
        extensions.append({"id": "authority_information_access", "smart-value": responder})
    made = {"subject": name, "issuer": "root", "validity": validity, "extensions": extensions}
    if name in server._revoked:
        made["revocation"] = server._revoked[name]
    return {**made, "serial": 4096 + server.names.index(name)}


def _services() -> dict[str, Any]:
    return {
        "ocsp": {"root": {"for-issuer": "root", "responder-cert": "ocsp", "signing-key": "ocsp"}},
        "crl-repo": {"root": {"for-issuer": "root", "signing-key": "root", "simulated-update-schedule": "P7D"}},
        "time-stamping": {"tsa": {"signing-key": "tsa", "signing-cert": "tsa"}},
    }

"""`parchemin vc-api`: the VC-API for a conformance suite, with throw-away keys and no database.

Development alone: it signs whatever is well-formed, in the name of keys that are forgotten when it
ends. So it listens on this machine only, and answers one suite in one process.
"""

from __future__ import annotations

import ipaddress
import json
import re
import ssl
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import flask
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from app.config import Settings
from app.factory import create_vc_api_app
from app.wiring import Choices, make_verifier_parts
from contexts.inline import InlineLoader
from issuer.throw_away import ThrowAwayIssuer, make_throw_away_issuer
from issuer.vc_api import EXTENSION
from proofs import experimental
from proofs.jsonld_inline import InlineConverter
from schemas.problems import SETTING_INVALID, ProblemError
from services.clock import SystemClock
from services.files import PRIVATE, write_atomically
from verifier.evidence import StatusListReceived, StatusSource

NAME: Final = "localhost"
_LIFE: Final = timedelta(days=7)
_SKEW: Final = timedelta(hours=1)
_UNHURRIED: Final = 1_000_000
"""Verifications in a minute: a suite sends hundreds from one address."""
_HIGHEST_PORT: Final = 65_535
_INLINE_CONTEXTS: Final = 8
"""Contexts that a document of a suite may hold, where its proof alone is asked for."""
_OWN_LIST: Final = re.compile(rf"https://{NAME}:[0-9]+/vc-api/status/([A-Za-z0-9-]+)")


def run(settings: Settings, *, bind: str, tls: bool, told: Callable[[str], None]) -> None:
    """Serve until interrupted; `told` hears the address and the issuer ids, as JSON, once it listens."""
    host, port = loopback_address(bind)
    app = make_app(settings, warm=True)
    with tempfile.TemporaryDirectory() as folder:
        context = _context(Path(folder), SystemClock().now()) if tls else None
        server = make_server(host, port, app, threaded=True, request_handler=_QuietHandler, ssl_context=context)
        told(json.dumps(description(app, server, tls=tls), indent=2))
        try:
            server.serve_forever()
        finally:
            server.server_close()


def make_app(settings: Settings, *, warm: bool = False) -> flask.Flask:
    """Return the application: development whatever the settings say, and in no hurry."""
    chosen = replace(settings, development=True, verify_per_minute=_UNHURRIED, issue_per_minute=_UNHURRIED)
    limits = replace(chosen.limits, inline_contexts=_INLINE_CONTEXTS)
    converter = InlineConverter(InlineLoader.open())
    suites = experimental.allowed(chosen.experimental_suites)
    issuer = make_throw_away_issuer(SystemClock().now, converter, limits, suites)
    parts = make_verifier_parts(chosen, Choices(warm=warm))
    desk = parts.verifier.changed(
        lambda evidence: replace(evidence, status=_OwnLists(issuer, evidence.status)),
        for_proofs=lambda evidence: replace(evidence, converter=converter, limits=limits, proof_cache=None),
    )
    app = create_vc_api_app(chosen, replace(parts, verifier=desk))
    app.extensions[EXTENSION] = issuer
    return app


@dataclass(frozen=True, slots=True)
class _OwnLists:
    """Reads the lists of the throw-away issuer in this process: its address is none that may be fetched."""

    issuer: ThrowAwayIssuer
    others: StatusSource

    def fetch(self, list_url: str) -> StatusListReceived:
        """Return the list, signed now, if it is the issuer's; otherwise ask for it outside."""
        name = _OWN_LIST.fullmatch(list_url)
        if name is None:
            return self.others.fetch(list_url)
        signed = self.issuer.status_list(name[1], list_url)
        return StatusListReceived(json.dumps(signed).encode(), self.issuer.now())


def loopback_address(bind: str) -> tuple[str, int]:
    """Return host and port of HOST:PORT; raise SETTING_INVALID for any host but this machine's own."""
    host, _, port = bind.rpartition(":")
    host = "127.0.0.1" if host == NAME else host.strip("[]")
    try:
        is_ours, number = ipaddress.ip_address(host).is_loopback, int(port)
    except ValueError:
        raise ProblemError(SETTING_INVALID.about("--bind is HOST:PORT")) from None
    if not is_ours:
        raise ProblemError(SETTING_INVALID.about("whoever reaches it may sign: it listens on loopback alone"))
    if not 0 <= number <= _HIGHEST_PORT:
        raise ProblemError(SETTING_INVALID.about("a port is 0 to 65535"))
    return host, number


def description(app: flask.Flask, server: BaseWSGIServer, *, tls: bool) -> dict[str, object]:
    """Return what a suite's configuration needs: the addresses, and who issues with which suite and key."""
    issuer: ThrowAwayIssuer = app.extensions[EXTENSION]
    address = f"{'https' if tls else 'http'}://{NAME}:{server.server_port}/vc-api"
    return {
        "issue": f"{address}/credentials/issue",
        "verify": f"{address}/credentials/verify",
        "verify_proof": f"{address}/credentials/verify?checks=proof",
        "derive": f"{address}/credentials/derive",
        "prove": f"{address}/presentations/prove",
        "verify_presentation": f"{address}/presentations/verify",
        "verify_presentation_proof": f"{address}/presentations/verify?checks=proof",
        "identifiers": f"{address}/identifiers",
        "issuers": [
            {"cryptosuite": suite, "key_type": kind, "id": identifier} for suite, kind, identifier in issuer.issuers()
        ],
    }


class _QuietHandler(WSGIRequestHandler):
    """Writes no line for each request: a document or an identifier may stand in one (I09)."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing."""


def _context(folder: Path, now: datetime) -> ssl.SSLContext:
    path = folder / "throw-away.pem"
    write_atomically(path, throw_away_certificate(now), mode=PRIVATE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def throw_away_certificate(now: datetime) -> bytes:
    """Return the PEM of a fresh key and its self-signed certificate for this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    own = [x509.DNSName(NAME), *(x509.IPAddress(ipaddress.ip_address(one)) for one in ("127.0.0.1", "::1"))]
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + _LIFE)
        .add_extension(x509.SubjectAlternativeName(own), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + built.public_bytes(Encoding.PEM)

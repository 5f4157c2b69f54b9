"""`parchemin vc-api --tls` in a process of its own, and a client that calls it as the W3C suites do."""

from __future__ import annotations

import http.client
import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlsplit

from tests.shared import ROOT
from tests.support.demonstration import environment

JSON = "application/json"
RESOLUTION = 'application/ld+json;profile="https://w3id.org/did-resolution"'


class Suite:
    """A client that trusts any certificate, as the suites do with a throw-away one."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.check_hostname = False
        self._context.verify_mode = ssl.CERT_NONE

    def post(self, which: str, **body: Any) -> tuple[int, dict[str, Any]]:
        """Send members of a JSON object to one of the addresses that were told."""
        status, _, answer = self.send(which, json.dumps(body).encode())
        return status, answer

    def send(self, which: str, body: bytes, query: str = "", kind: str = JSON) -> tuple[int, str, dict[str, Any]]:
        """Send bytes; return status, media type and answer."""
        return self._ask("POST", urlsplit(self.told[which]).path + query, body, {"Content-Type": kind})

    def get(self, path: str, accept: str = JSON) -> tuple[int, str, dict[str, Any]]:
        """Ask for a path."""
        return self._ask("GET", path, None, {"Accept": accept})

    def resolve(self, did: str, query: str = "", accept: str = RESOLUTION) -> tuple[int, dict[str, Any]]:
        """Ask for an identifier."""
        status, _, answer = self.get(f"/vc-api/identifiers/{quote(did, safe='')}{query}", accept)
        return status, answer

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, str, Any]:
        port = urlsplit(self.told["issue"]).port
        connection = http.client.HTTPSConnection("127.0.0.1", port, context=self._context, timeout=30)
        try:
            connection.request(method, path, body, {"Host": f"localhost:{port}", **headers})
            answer = connection.getresponse()
            return answer.status, answer.headers.get_content_type(), json.loads(answer.read())
        finally:
            connection.close()


@contextmanager
def serving(**settings: str) -> Iterator[Suite]:
    """Start the server with settings (`PARCHEMIN_…` without the prefix, in lower case) and stop it in the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "vc-api", "--tls", "--bind", "127.0.0.1:0"],
        cwd=ROOT,
        env={**environment(), **{f"PARCHEMIN_{name.upper()}": value for name, value in settings.items()}},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line == "}\n":
                break
        yield Suite(json.loads("".join(lines)))
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()

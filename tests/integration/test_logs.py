"""What the real server writes down: never a token, a PIN or what somebody pasted (threats.md I05, I08)."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
from pathlib import Path
from urllib.parse import urlencode

import pytest

from app.demo import environment
from tests.support import demonstration
from tests.support.served import serving

pytestmark = pytest.mark.integration
PASTED = "what somebody pasted, 0123456789"
UNKNOWN = "Canary-0123456789-canaryQ"
WRONG_PIN = "271828"


class Visitor:
    """A browser with cookies, as small as can be."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, urlencode(form) if form is not None else None, headers)
            answer = connection.getresponse()
            for line in answer.msg.get_all("Set-Cookie") or []:
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def type(self, path: str, form: dict[str, str], *, page: str = "") -> int:
        """Fill in the form of a page and send it to a path."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.ask("GET", page or path)[1])
        assert found is not None
        return self.ask("POST", path, {**form, "csrf_token": found[1]})[0]


def raw(port: int, request: bytes) -> None:
    """Send what no browser sends, and read the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        wire.sendall(request)
        wire.settimeout(20)
        while wire.recv(65_536):
            pass


def test_the_log_of_the_server_holds_no_token_no_pin_and_nothing_pasted(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> None:
    """I05, I08: whatever is asked, right, wrong or broken, with everything logged that can be."""
    base = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    folder = tmp_path / "demo"
    shutil.copytree(demonstration.output(base), folder)
    token, pin = re.findall(r"(?:/s/|PIN: )(\S+)", (folder / "share.txt").read_text(encoding="utf-8"))
    log = tmp_path / "log"
    settings = environment(folder, "127.0.0.1:0") | {"PARCHEMIN_LOG_LEVEL": "DEBUG"}
    del settings["PARCHEMIN_BASE_URL"]
    with log.open("wb") as out, serving("all_roles", settings, log=out) as served:
        visitor = Visitor(served.port)
        assert 200 == visitor.ask("GET", f"/s/{token}")[0]
        assert 200 <= visitor.type(f"/s/{token}", {"pin": WRONG_PIN}) < 500
        assert visitor.type(f"/s/{token}", {"pin": pin}) in {200, 302, 303}
        assert 200 == visitor.ask("GET", f"/s/{token}/1/credential")[0]
        assert 404 == visitor.ask("GET", f"/s/{UNKNOWN}")[0]
        assert 404 == visitor.ask("GET", f"/d/{UNKNOWN}")[0]
        assert 303 == visitor.type("/verify", {"text": token})
        assert 200 == visitor.type("/verify", {"text": PASTED})
        assert 404 == visitor.ask("GET", f"/nowhere/{UNKNOWN}?token={UNKNOWN}")[0]
        assert visitor.ask("POST", f"/s/{token}", {"pin": pin})[0] >= 400
        raw(served.port, f"GET /s/{token} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".encode())
        raw(served.port, f"GET /s/{token}\x10 HTTP/1.1\r\nConnection: close\r\n\r\n".encode())
    written = log.read_text(encoding="utf-8", errors="replace")
    files = [path for path in (folder / "var").rglob("*") if path.is_file() and "mail" not in path.parts]
    kept = b"".join(path.read_bytes() for path in files)
    for secret in (token, UNKNOWN, PASTED):
        assert secret not in written
        assert secret.encode() not in kept
    for digits in (pin, WRONG_PIN):
        assert not re.search(rf"(?<!\d){digits}(?!\d)", written)

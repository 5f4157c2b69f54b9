"""Asks a running server about each case, as a program of somebody else would."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from tests.support.hostile_set.world import ANY, NO, NOT_YES, UNKNOWN, YES, Case

SECONDS = 5.0
"""Within which every document is answered."""
V2 = "https://www.w3.org/ns/credentials/v2"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: its status, whether it accepts, the codes it told, how long it took."""

    door: str
    status: int
    verdict: str
    codes: frozenset[str]
    seconds: float
    body: Any = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A case that was answered otherwise than it must be."""

    case: Case
    answer: Answer
    what: str

    def __str__(self) -> str:
        """Return one line."""
        return f"{self.case.label} | {self.answer.door} | {self.what} | {', '.join(sorted(self.answer.codes))}"


class Door(Protocol):
    """Where one asks."""

    def post(self, path: str, body: bytes, media_type: str) -> tuple[int, Any, float]:
        """Return status, parsed body and seconds."""
        ...


class Server:
    """One server on this machine."""

    def __init__(self, port: int) -> None:
        self.port = port

    def post(self, path: str, body: bytes, media_type: str) -> tuple[int, Any, float]:
        """Return status, parsed body and seconds."""
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("POST", path, body, {"Content-Type": media_type})
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, _parsed(text), time.monotonic() - began
        finally:
            connection.close()


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return {"unreadable": text[:200].decode("latin-1")}


def ask(server: Door, case: Case) -> Iterator[Answer]:
    """Yield the answers of the doors that take such a document."""
    if "verify" in case.doors and case.challenge is None and case.domain is None:
        yield _ask_verify(server, case)
    if "vc-api" in case.doors and (request := _vc_api_request(case)):
        path, body = request
        status, told, seconds = server.post(path, body, "application/json")
        yield Answer("vc-api", status, _of_vc_api(status, told), frozenset(_codes(told)), seconds, told)


def _ask_verify(server: Door, case: Case) -> Answer:
    status, told, seconds = server.post("/v1/verify", case.body, case.media_type)
    return Answer("verify", status, _of_report(status, told), frozenset(_codes(told)), seconds, told)


def _of_report(status: int, told: Any) -> str:
    """Return yes, no or unknown; an unknown issuer alone does not make it unknown."""
    if status in {400, 413, 415}:
        return NO
    if status != 200 or not isinstance(told, dict) or "verdict" not in told:
        return f"status {status}"
    if told["verdict"] in {"failed", "was-valid"}:
        return NO
    parts = [told[name] for name in ("integrity", "status", "identity")]
    if all(_counts(part) for part in parts) and not _doubts(told):
        return YES
    return UNKNOWN


def _counts(part: Any) -> bool:
    return bool(part["answer"] == "yes" or (part["answer"] == "unknown" and part.get("code") == "issuer-unknown"))


def _doubts(told: Any) -> list[Any]:
    found = [c for c in told["checks"] if c["outcome"] == "indeterminate" and c.get("code") != "issuer-unknown"]
    return found + [doubt for item in told.get("items", []) for doubt in _doubts(item)]


def _of_vc_api(status: int, told: Any) -> str:
    if status in {413, 415}:
        return NO
    if status not in {200, 400} or not isinstance(told, dict):
        return f"status {status}"
    if told.get("verified") is True:
        return YES
    return NOT_YES


def _codes(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        if isinstance(told.get("code"), str):
            yield told["code"]
        for value in told.values():
            yield from _codes(value)
    elif isinstance(told, list):
        for value in told:
            yield from _codes(value)


def _vc_api_request(case: Case) -> tuple[str, bytes] | None:
    """Return path and body: JSON as it stands, tokens in an envelope."""
    options = {name: value for name, value in (("challenge", case.challenge), ("domain", case.domain)) if value}
    is_presentation = "vp" in case.media_type
    member, path = (
        ("verifiablePresentation", "presentations") if is_presentation else ("verifiableCredential", "credentials")
    )
    if case.body.lstrip()[:1] in (b"{", b"[", b'"', b"n"):
        raw = case.body
    elif case.media_type in {"application/vc+jwt", "application/vp+jwt"} and b"~" not in case.body:
        kind = "EnvelopedVerifiablePresentation" if is_presentation else "EnvelopedVerifiableCredential"
        data = f"data:{case.media_type},{case.body.decode('latin-1')}"
        raw = json.dumps({"@context": V2, "id": data, "type": kind}).encode()
    else:
        return None
    return f"/vc-api/{path}/verify", b'{"%s":%s,"options":%s}' % (member.encode(), raw, json.dumps(options).encode())


def wrong(case: Case, answer: Answer, *, timed: bool = True) -> str | None:
    """Return what is wrong with an answer, or None; only when `timed` that it took too long."""
    if answer.status >= 500:
        return f"status {answer.status}"
    if "internal" in answer.codes:
        return "a defect of ours"
    if timed and answer.seconds > SECONDS:
        return f"took {answer.seconds:.1f} s"
    allowed = {
        YES: {YES},
        NO: {NO, NOT_YES},
        UNKNOWN: {UNKNOWN, NOT_YES},
        NOT_YES: {NO, UNKNOWN, NOT_YES},
        ANY: {YES, NO, UNKNOWN, NOT_YES},
    }[case.expected]
    if answer.verdict not in allowed:
        return f"said {answer.verdict}, not {case.expected}"
    if case.codes and answer.codes.isdisjoint(case.codes):
        return f"told {sorted(answer.codes)}, not one of {sorted(case.codes)}"
    return None


def judge(
    server: Door, cases: Sequence[Case], *, parallel: int = 4, timed: bool = True
) -> tuple[list[Finding], list[Answer]]:
    """Ask about all cases; return what was wrong and every answer."""

    def one(case: Case) -> list[tuple[Case, Answer]]:
        return [(case, answer) for answer in ask(server, case)]

    with ThreadPoolExecutor(parallel) as pool:
        asked = [pair for pairs in pool.map(one, cases) for pair in pairs]
    findings = [Finding(case, answer, what) for case, answer in asked if (what := wrong(case, answer, timed=timed))]
    return findings, [answer for _, answer in asked]

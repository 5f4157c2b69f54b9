"""The page "verify a file": drop files, paste a credential or a share link, read three answers (R60-R65).

Nothing is kept: files live as long as the answer takes, and no answer has an address of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import flask
from flask_babel import format_decimal, get_locale, get_timezone, gettext, ngettext

from schemas.report import Answer, Report
from verifier.telling import said
from verifier.told import Contents
from verifier.wording import VerdictInWords, sentences
from verifier.words import Language

BODY_LIMITS: Final = "parchemin.body_limits"
_SHARE_PATH: Final = re.compile(r"/[sd]/[A-Za-z0-9_-]{16,128}/?")
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{22,128}")
_LINK: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_NAME_CHARS: Final = 120
_STATEMENTS: Final = (
    ("average", re.compile(r"average_at_least_([0-9]{1,6}(?:_[0-9]{1,6})?)_of_([0-9]{1,6}(?:_[0-9]{1,6})?)")),
    ("credits", re.compile(r"credits_listed_at_least_([0-9]{1,6})()")),
)
_UNPROCESSABLE: Final = 422


@dataclass(frozen=True, slots=True)
class Handed:
    """One thing handed over: what its holder calls it, and its bytes."""

    name: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Row:
    """One answer on the page; `told` is what the document says, once nobody can have changed it."""

    name: str
    report: Report
    words: VerdictInWords
    told: tuple[Contents, ...]

    @property
    def is_recognised(self) -> bool:
        """Is the issuer's name vouched for? Otherwise it is the issuer's own word."""
        return self.report.identity.answer is Answer.YES


def make_blueprint() -> flask.Blueprint:
    """Return the blueprint `verifier`."""
    pages = flask.Blueprint("verifier", __name__, template_folder="templates")
    pages.add_url_rule("/verify", "verify_page", _ask, methods=["GET"])
    pages.add_url_rule("/verify", "verify_files", _answer, methods=["POST"])
    pages.app_template_filter("statement")(statement_in_words)
    pages.record_once(_allow_files)
    return pages


def _allow_files(state: flask.blueprints.BlueprintSetupState) -> None:
    """Let this page alone receive several files."""
    limits = state.app.extensions["parchemin.settings"].limits
    state.app.extensions[BODY_LIMITS]["verifier.verify_files"] = limits.upload_bytes


def _ask() -> str:
    return _page()


def _answer() -> flask.typing.ResponseReturnValue:
    text = flask.request.form.get("text", "").strip()
    if (gate := _gate_of(text)) is not None:
        return _lead_to(gate)
    error = _complaint(text)
    handed = [] if error else list(_handed(text))
    if not error and not handed:
        error = {"files": gettext("Choose a file, or paste a credential or a link.")}
    if error:
        return _page(errors=error, text=text), _UNPROCESSABLE
    return _page(rows=[_judge(one) for one in handed])


def _page(*, rows: list[Row] | None = None, errors: dict[str, str] | None = None, text: str = "") -> str:
    """Return the whole page, or what changes of it when htmx asks."""
    settings = flask.current_app.extensions["parchemin.settings"]
    part = "verifier/results.html" if flask.request.headers.get("HX-Request") else "verifier/verify.html"
    return flask.render_template(
        part,
        rows=rows or [],
        errors=errors or {},
        text=text,
        summary=_summary(rows or []),
        most_files=settings.verify_files,
        most_bytes=settings.limits.upload_bytes,
    )


def _complaint(text: str) -> dict[str, str]:
    """Return what is wrong with the request as a whole."""
    most = flask.current_app.extensions["parchemin.settings"].verify_files
    if len(flask.request.files.getlist("files")) > most:
        return {"files": gettext("At most %(count)d files at once.", count=most)}
    if _LINK.fullmatch(text):
        return {
            "text": gettext(
                "This is not a share link of this service. We never follow links: paste the credential itself."
            )
        }
    return {}


def _handed(text: str) -> Iterator[Handed]:
    for upload in flask.request.files.getlist("files"):
        raw = upload.read()
        if upload.filename or raw:
            yield Handed(_plain_name(upload.filename or ""), raw)
    if text:
        yield Handed(gettext("Pasted text"), text.encode())


def _plain_name(name: str) -> str:
    """Return a file's name for display: no folders, nothing invisible, not endless."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(char for char in last if char.isprintable())[:_NAME_CHARS] or gettext("Unnamed file")


def _judge(handed: Handed) -> Row:
    verified = _desk().examine(handed.raw)
    return Row(
        handed.name, verified.report, sentences(verified.report, _language(), zone=get_timezone()), said(verified)
    )


def _desk() -> Any:
    return flask.current_app.extensions["parchemin.verifier"]


def _language() -> Language:
    locale = get_locale()
    return "fr" if locale is not None and locale.language == "fr" else "en"


def statement_in_words(name: str) -> str:
    """Return what a statement of ours claims, in the reader's language; the signed name of any other."""
    if name == "degree_conferred":
        return str(gettext("Degree conferred"))
    for kind, pattern in _STATEMENTS:
        if found := pattern.fullmatch(name):
            least, scale = (format_decimal(digits.replace("_", ".")) if digits else "" for digits in found.groups())
            if kind == "credits":
                return str(gettext("At least %(least)s credits listed", least=least))
            return str(gettext("Average at least %(least)s out of %(scale)s", least=least, scale=scale))
    return name


def _summary(rows: list[Row]) -> str:
    """Return how many of how many were verified; nothing for a single document."""
    if len(rows) < 2:  # noqa: PLR2004 (one answer speaks for itself)
        return ""
    good = sum(row.words.verdict == "verified" for row in rows)
    told = ngettext(
        "%(num)d document of %(total)d is verified.",
        "%(num)d documents of %(total)d are verified.",
        good,
        total=len(rows),
    )
    return str(told)


def _gate_of(text: str) -> str | None:
    """Return the path of the share that a pasted link or token of ours opens (R64)."""
    if _TOKEN.fullmatch(text):
        return f"/s/{text}"
    link = urlsplit(text) if _LINK.fullmatch(text) else None
    if link is None or not _SHARE_PATH.fullmatch(link.path):
        return None
    base = urlsplit(flask.current_app.extensions["parchemin.settings"].base_url)
    ours = (link.scheme, link.netloc) in {(base.scheme, base.netloc), (flask.request.scheme, flask.request.host)}
    return link.path if ours else None


def _lead_to(path: str) -> flask.typing.ResponseReturnValue:
    """Send the reader to the gate of a share; htmx follows its own header."""
    base = flask.current_app.extensions["parchemin.settings"].base_url.rstrip("/")
    if flask.request.headers.get("HX-Request"):
        return "", 204, {"HX-Redirect": base + path}
    return flask.redirect(base + path, code=303)

"""English and French: which language a page speaks, and how it writes days, times and numbers (R85).

The language is the one asked for by `?lang=`, else the one chosen before (a cookie), else the one
that the browser prefers. English is the source text; French comes from `translations/fr`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import flask
from flask.globals import request_ctx
from flask_babel import Babel, format_decimal, get_locale

from verifier.wording import day_in_words, moment_in_words

Language = Literal["en", "fr"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "fr")
NAMES: Final[dict[Language, str]] = {"en": "English", "fr": "Français"}
COOKIE: Final = "parchemin-language"
CATALOGUES: Final = Path(__file__).resolve().parent / "translations"
_LOCALES: Final[dict[Language, str]] = {"en": "en_CA", "fr": "fr_CA"}
_YEAR: Final = 365 * 24 * 3600
_UTC: Final = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """A way to the same place in another language."""

    code: Language
    name: str
    url: str


def init_app(app: flask.Flask, *, zone: ZoneInfo = _UTC) -> None:
    """Let the application speak both languages; days and times are told in `zone`."""
    Babel(
        app,
        default_locale="en_CA",
        default_timezone=str(zone),
        default_translation_directories=str(CATALOGUES),
        locale_selector=_select_locale,
    )
    app.after_request(_remember)
    app.context_processor(_page_words)
    app.jinja_env.filters["decimal"] = format_decimal
    app.jinja_env.filters["day"] = lambda moment: _day(moment, zone)
    app.jinja_env.filters["moment"] = lambda moment: moment_in_words(moment, current_language(), zone)


def current_language() -> Language:
    """Return the language of the answer being made; English outside a request."""
    locale = get_locale()
    return "fr" if locale is not None and locale.language == "fr" else "en"


def _select_locale() -> str:
    return _LOCALES[_choose()]


def _choose() -> Language:
    for told in (flask.request.args.get("lang"), flask.request.cookies.get(COOKIE)):
        if (known := _known(told)) is not None:
            return known
    best = flask.request.accept_languages.best_match(LANGUAGES, default="en")
    return _known(best) or "en"


def _known(code: str | None) -> Language | None:
    return next((language for language in LANGUAGES if language == code), None)


def _remember(response: flask.Response) -> flask.Response:
    """Keep a language that was asked for by the address."""
    asked = _known(flask.request.args.get("lang"))
    if asked is not None:
        response.set_cookie(COOKIE, asked, max_age=_YEAR, secure=flask.request.is_secure, httponly=True, samesite="Lax")
    return response


def _page_words() -> dict[str, Any]:
    language = current_language()
    others = [OtherLanguage(code, NAMES[code], _same_place(code)) for code in LANGUAGES if code != language]
    return {"language": language, "other_languages": others}


def _same_place(code: Language) -> str:
    """Return the path and query of this page with another language.

    Relative to this host, and made from a path that a route matched: `//elsewhere` never gets in.
    """
    if not _can_be_opened():
        return flask.url_for("site.start", lang=code)
    query = [(name, value) for name, value in flask.request.args.items(multi=True) if name != "lang"]
    return f"{quote(flask.request.root_path + flask.request.path)}?{urlencode([*query, ('lang', code)])}"


def _can_be_opened() -> bool:
    """Say whether this page has an address that can be opened again: some answer a form and nothing else."""
    if flask.request.endpoint is None:
        return False
    adapter = request_ctx.url_adapter
    return flask.request.method == "GET" or (adapter is not None and adapter.test(flask.request.path, "GET"))


def _day(moment: date | datetime, zone: tzinfo) -> str:
    if isinstance(moment, datetime):
        return day_in_words(moment, current_language(), zone)
    return day_in_words(datetime(moment.year, moment.month, moment.day, tzinfo=UTC), current_language())

"""Makes the web applications: all roles in one, or one role alone.

    app = create_app(settings, parts)

A role is imported when an application serves it, and not before: the verifier alone starts where
neither a database nor the other roles are installed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import flask
from flask.json.provider import DefaultJSONProvider
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect

from app import api_reference, i18n, navigation, pages, problems, security
from schemas.problems import RATE_LIMITED
from schemas.strict_json import loads

if TYPE_CHECKING:
    from app.config import Settings
    from app.wiring import Parts, VerifierParts

STATIC: Final = Path(__file__).resolve().parent / "static"
ROLES: Final = ("verifier", "accounts", "issuer", "holder")
# The modules that answer for each role; each has make_blueprint().
PAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "verifier": ("verifier.pages",),
    "accounts": ("accounts.pages",),
    "issuer": ("issuer.pages", "issuer.publishing.pages"),
    "holder": ("holder.pages",),
}
# The same for programs: no cookie is looked at, so no form guard is needed.
APIS: Final[Mapping[str, tuple[str, ...]]] = {
    "verifier": ("verifier.api", "verifier.vc_api"),
    "issuer": ("issuer.api", "issuer.vc_api"),
    "holder": ("holder.exchanges.api",),
}
# Blueprints whose POST costs us real work, and the setting that bounds it.
LIMITED: Final = frozenset({"verifier", "verifier_api", "verifier_vc_api"})
ISSUING: Final = "issuer_vc_api"
_CACHE_FOREVER: Final = "public, max-age=31536000, immutable"


def create_app(settings: Settings, parts: Parts) -> flask.Flask:
    """Return the application that serves every role."""
    return _make_app(settings, parts, ROLES)


def create_verifier_app(settings: Settings, parts: Parts | VerifierParts) -> flask.Flask:
    """Return the application that answers "is this genuine, now?" and keeps nothing."""
    return _make_app(settings, parts, ("verifier",))


def create_issuer_app(settings: Settings, parts: Parts) -> flask.Flask:
    """Return the application of the institutions."""
    return _make_app(settings, parts, ("accounts", "issuer"))


def create_holder_app(settings: Settings, parts: Parts) -> flask.Flask:
    """Return the application of the learners and those they share with."""
    return _make_app(settings, parts, ("verifier", "accounts", "holder"))


def create_vc_api_app(settings: Settings, parts: VerifierParts) -> flask.Flask:
    """Return the verifier with the issuing half of the VC-API beside it: throw-away keys, no database."""
    return _make_app(settings, parts, ("verifier",), more=("issuer.vc_api",))


def _make_app(
    settings: Settings, parts: Parts | VerifierParts, roles: tuple[str, ...], more: tuple[str, ...] = ()
) -> flask.Flask:
    """Put an application together; `more` names modules of APIs beyond those of the roles."""
    app = flask.Flask("app", static_folder=str(STATIC), template_folder="templates")
    app.json = _StrictJSON(app)
    guard = security.init_app(app, settings)
    i18n.init_app(app, zone=ZoneInfo(settings.time_zone))
    problems.init_app(app)
    navigation.init_app(app)
    _offer_assets(app)
    app.context_processor(lambda: {"development": settings.development})
    _hand_out_parts(app, settings, parts, roles)
    app.register_blueprint(pages.make_blueprint())
    _register_roles(app, roles, guard, more)
    _limit(app, settings)
    return app


class _StrictJSON(DefaultJSONProvider):
    """Reads JSON as strictly as signed documents are read: no key twice, no NaN (A18)."""

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """Return the value; raise ProblemError of the input family."""
        return loads(s)


def _hand_out_parts(app: flask.Flask, settings: Settings, parts: Parts | VerifierParts, roles: tuple[str, ...]) -> None:
    """Put each role's desk where its views look for it."""
    app.extensions["parchemin.settings"] = settings
    app.extensions[pages.READY] = parts.ready
    for role in roles:
        app.extensions[f"parchemin.{role}"] = getattr(parts, role)
    if "accounts" in roles:
        app.extensions[navigation.PERSON] = import_module("accounts.sessions").current_person


def _register_roles(app: flask.Flask, roles: tuple[str, ...], guard: CSRFProtect, more: tuple[str, ...]) -> None:
    api = api_reference.init_app(app)
    for role in roles:
        for name in PAGES.get(role, ()):
            app.register_blueprint(_blueprint(name))
    for name in (*(name for role in roles for name in APIS.get(role, ())), *more):
        blueprint = _blueprint(name)
        guard.exempt(blueprint)
        app.extensions[security.OPEN_APIS].add(blueprint.name)
        api.register_blueprint(blueprint)


def _blueprint(module: str) -> Any:
    make: Callable[[], Any] = import_module(module).make_blueprint
    return make()


def _limit(app: flask.Flask, settings: Settings) -> None:
    """Bound how often one address may ask for work (L12)."""
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", on_breach=_ask_to_wait)
    bounds = dict.fromkeys(LIMITED, settings.verify_per_minute) | {ISSUING: settings.issue_per_minute}
    for name in bounds.keys() & app.blueprints.keys():
        bound: Callable[[Any], object] = limiter.limit(f"{bounds[name]}/minute", methods=["POST"])
        bound(app.blueprints[name])


def _ask_to_wait(limit: RequestLimit) -> flask.Response:
    return problems.answer(RATE_LIMITED.about(str(limit.limit), retry_after=limit.limit.get_expiry()))


def _offer_assets(app: flask.Flask) -> None:
    """Give the templates asset(name): an address that changes with the file and may be kept for a year."""
    digests = {
        str(path.relative_to(STATIC)): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in sorted(STATIC.rglob("*"))
        if path.is_file()
    }

    def asset(name: str) -> str:
        return flask.url_for("static", filename=name, v=digests[name])

    def keep(response: flask.Response) -> flask.Response:
        if flask.request.endpoint == "static" and response.status_code in {200, 304}:
            response.headers["Cache-Control"] = _CACHE_FOREVER
        return response

    app.jinja_env.globals["asset"] = asset
    app.after_request(keep)

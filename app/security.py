"""What every answer and every request must obey at the web edge (threats.md J and L).

Headers: a policy without inline code, no framing, no referrer, nothing stored by caches unless a
view says so. Requests: known hosts alone, bounded bodies, forms from our own pages alone.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final
from urllib.parse import urlsplit

import flask
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import RequestEntityTooLarge, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from app import problems
from schemas.problems import NOT_ALLOWED, UNSUPPORTED_MEDIA_TYPE, ProblemError

if TYPE_CHECKING:
    from app.config import Settings

POLICY: Final[dict[str, str]] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
# A browser's own PDF viewer draws with inline styles; the file itself can run nothing.
PDF_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"
HEADERS: Final[dict[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}
# Endpoints that take more than a setting's worth of bytes say so here, by name, when they are registered.
BODY_LIMITS: Final = "parchemin.body_limits"
# Blueprints that look at no cookie, so that a page of any site may send to them.
OPEN_APIS: Final = "parchemin.open_apis"
TWO_YEARS: Final = 63_072_000
FORM_PARTS: Final = 200
# Documents made to be read by anybody's software: keys, status lists, vocabularies, schemas.
PUBLIC_PATHS: Final = ("/.well-known/", "/t/", "/status/", "/types/", "/schemas/", "/contexts/", "/trust-list.json")
# Pages that search engines may list; everybody else's are nobody's business.
PUBLISHED: Final = frozenset({"site", "verifier"})
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OUR_OWN: Final = frozenset({"same-origin", "none"})


def init_app(app: flask.Flask, settings: Settings) -> CSRFProtect:
    """Guard the application; return the CSRF guard, from which APIs without cookies are exempted."""
    https = urlsplit(settings.base_url).scheme == "https"
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TRUSTED_HOSTS=list(hosts(settings)),
        MAX_CONTENT_LENGTH=settings.limits.body_bytes,
        MAX_FORM_MEMORY_SIZE=settings.limits.body_bytes,
        MAX_FORM_PARTS=FORM_PARTS,
        SESSION_COOKIE_NAME="__Host-parchemin" if https else "parchemin",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # We send no referrer, not even to ourselves; _refuse_foreign_forms looks at the origin instead.
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_TIME_LIMIT=None,
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0, x_port=0, x_prefix=0
        )
    app.before_request(_refuse_unknown_host)
    app.extensions[BODY_LIMITS] = {}
    app.extensions[OPEN_APIS] = set()
    app.before_request(_bound_body)
    app.after_request(_harden)
    if https:
        app.after_request(_insist_on_https)
    app.register_error_handler(CSRFError, _refuse_stale_form)
    guard = CSRFProtect(app)
    app.before_request(_refuse_foreign_forms)
    return guard


def hosts(settings: Settings) -> tuple[str, ...]:
    """Return the host names that are answered; any other gets 400 (J05)."""
    told = settings.trusted_hosts or (urlsplit(settings.base_url).hostname or "",)
    published = (urlsplit(settings.public_url).hostname or "",)
    local = ("localhost", "127.0.0.1") if settings.development else ()
    return tuple(dict.fromkeys(host for host in (*told, *published, *local) if host))


def _refuse_unknown_host() -> None:
    if isinstance(flask.request.routing_exception, SecurityError):
        raise flask.request.routing_exception


def _bound_body() -> None:
    """Give each endpoint its bound; refuse compressed bodies, which can be bombs (A26, L02)."""
    if flask.request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise ProblemError(UNSUPPORTED_MEDIA_TYPE.about("send the body without a content encoding"))
    limit = body_limit(flask.current_app, flask.request.endpoint or "")
    flask.request.max_content_length = limit
    if flask.request.content_length is None and "wsgi.input_terminated" in flask.request.environ:
        # Werkzeug cuts a chunked body at its bound and says nothing: half a document would be judged.
        flask.request.environ["wsgi.input"] = BoundedInput(flask.request.environ["wsgi.input"], limit)
        flask.request.max_content_length = limit + 2


def body_limit(app: flask.Flask, endpoint: str) -> int:
    """Return how many bytes an endpoint takes; the empty name is one that there is not."""
    limits: dict[str, int] = app.extensions[BODY_LIMITS]
    return limits.get(endpoint, int(app.config["MAX_CONTENT_LENGTH"]))


class BoundedInput:
    """A request's body of unknown length, of which at most `limit` bytes may come."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        self._stream = stream
        self._left = limit

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes (all when negative); raise RequestEntityTooLarge beyond the limit."""
        most = self._left + 1
        piece = self._stream.read(most if size < 0 else min(size, most))
        self._left -= len(piece)
        if self._left < 0:
            raise RequestEntityTooLarge
        return piece


def _refuse_foreign_forms() -> None:
    """Refuse what another site's page makes a browser send, token or not (J02).

    With no referrer a browser says `Origin: null` even to ourselves, but tells Sec-Fetch-Site.
    """
    open_to_all: set[str] = flask.current_app.extensions[OPEN_APIS]
    if flask.request.method in _SAFE_METHODS or flask.request.blueprint in open_to_all:
        return
    if "Cookie" not in flask.request.headers:
        return
    site = flask.request.headers.get("Sec-Fetch-Site", "none")
    origin = flask.request.headers.get("Origin", "null")
    if site not in _OUR_OWN or origin not in {"null", flask.request.host_url.rstrip("/")}:
        raise ProblemError(NOT_ALLOWED.about("this form was sent by another site"))


def _refuse_stale_form(_: CSRFError) -> flask.typing.ResponseReturnValue:
    """Answer a form without its token; the reason is the framework's and tells a stranger too much."""
    return problems.answer(NOT_ALLOWED.about("this form is too old: open the page again and send it once more"))


def _harden(response: flask.Response) -> flask.Response:
    """Add the headers that a view has not set itself."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    policy = PDF_POLICY if response.mimetype == "application/pdf" else as_text(POLICY)
    response.headers.setdefault("Content-Security-Policy", policy)
    if not response.cache_control.public:
        response.headers["Cache-Control"] = "no-store"  # what nobody declared public is somebody's (I09)
    if flask.request.blueprint not in PUBLISHED:
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
    if response.mimetype == "text/html":
        response.vary.update(("Accept-Language", "Cookie"))
    elif flask.request.path.startswith(PUBLIC_PATHS):
        response.headers.setdefault("Access-Control-Allow-Origin", "*")
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def as_text(policy: dict[str, str]) -> str:
    """Return a content security policy as its header says it."""
    return "; ".join(f"{name} {value}" for name, value in policy.items())


def _insist_on_https(response: flask.Response) -> flask.Response:
    response.headers.setdefault("Strict-Transport-Security", f"max-age={TWO_YEARS}")
    return response

"""Sign in, sign out, invitation, profile; and who sent the request, for the views of every role."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

import flask
from flask_babel import gettext

from accounts.desk import AccountsDesk
from accounts.people import LANGUAGES
from accounts.sessions import current_person, require_person, set_current_person
from accounts.store import Person
from schemas.problems import CHECK_WHAT_YOU_TYPED, N_, RATE_LIMITED, ProblemError

_COOKIE: Final = "parchemin-session"
_HOMES: Final = (("issuer.today", True), ("holder.documents", False))
_WEAK: Final = N_(
    "Use at least 14 characters, with an upper-case and a lower-case letter, a digit and a special character."
)
_DIFFERENT: Final = N_("The two passwords are not the same.")
_WRONG: Final = N_("This address and this password do not belong together.")
_WAIT: Final = N_("Too many attempts. Wait a quarter of an hour, then try again.")

View = flask.typing.ResponseReturnValue


def make_blueprint() -> flask.Blueprint:
    """Return the blueprint `accounts`; it finds out who is signed in for the whole application."""
    pages = flask.Blueprint("accounts", __name__, template_folder="templates")
    pages.before_app_request(_recognise)
    pages.teardown_app_request(lambda _error: set_current_person(None))
    pages.app_context_processor(lambda: {"doors": _desk().doors})
    pages.add_url_rule("/sign-in", "sign_in", _sign_in, methods=["GET"])
    pages.add_url_rule("/sign-in", "enter", _enter, methods=["POST"])
    pages.add_url_rule("/sign-out", "sign_out", _sign_out, methods=["POST"])
    pages.add_url_rule("/demo/<door>", "demo_door", _demo_door, methods=["POST"])
    pages.add_url_rule("/invitation/<token>", "invitation", _invitation, methods=["GET"])
    pages.add_url_rule("/invitation/<token>", "accept", _accept, methods=["POST"])
    pages.add_url_rule("/profile", "profile", _profile, methods=["GET"])
    pages.add_url_rule("/profile/language", "choose_language", _choose_language, methods=["POST"])
    pages.add_url_rule("/profile/password", "change_password", _change_password, methods=["POST"])
    return pages


def _desk() -> AccountsDesk:
    desk: AccountsDesk = flask.current_app.extensions["parchemin.accounts"]
    return desk


def _recognise() -> None:
    """Say who sent this request, by the session cookie."""
    token = flask.request.cookies.get(_cookie_name())
    set_current_person(_desk().sessions.person_of(token) if token else None)


def _sign_in() -> View:
    if current_person() is not None:
        return flask.redirect(_destination(current_person()), code=303)
    return flask.render_template("accounts/sign_in.html", errors={}, email="", next=_next())


def _enter() -> View:
    form = flask.request.form
    email = form.get("email", "")[:254]
    try:
        person = _desk().people.check_password(email, form.get("password", ""), client=_client())
    except ProblemError as error:
        if error.problem.code not in {CHECK_WHAT_YOU_TYPED.code, RATE_LIMITED.code}:
            raise
        said = _WRONG if error.problem.code == CHECK_WHAT_YOU_TYPED.code else _WAIT
        page = flask.render_template(
            "accounts/sign_in.html", errors={"email": gettext(said)}, email=email, next=_next()
        )
        headers = {"Retry-After": str(error.problem.retry_after)} if error.problem.retry_after else {}
        return page, error.problem.status, headers
    return _welcome(person)


def _sign_out() -> View:
    token = flask.request.cookies.get(_cookie_name())
    if token:
        _desk().sessions.end(token)
    flask.session.clear()
    response = flask.redirect(flask.url_for("site.start"), code=303)
    response.delete_cookie(_cookie_name(), secure=_https(), httponly=True, samesite="Lax")
    return response


def _demo_door(door: str) -> View:
    """Sign in somebody of the demonstration; there are doors in development alone."""
    return _welcome(_desk().behind_door(door))


def _invitation(token: str) -> View:
    return _invitation_page(_desk().people.invited(token), {})


def _accept(token: str) -> View:
    people, form = _desk().people, flask.request.form
    email = people.invited(token)
    password = form.get("password", "")
    if password != form.get("again", ""):
        return _invitation_page(email, {"again": gettext(_DIFFERENT)}), 422
    try:
        person = people.accept(token, password)
    except ProblemError as error:
        if not _is_about_password(error):
            raise
        return _invitation_page(email, {"password": gettext(_WEAK)}), 422
    return _welcome(person)


def _invitation_page(email: str, errors: dict[str, str]) -> str:
    return flask.render_template("accounts/invitation.html", email=email, errors=errors)


def _profile() -> View:
    return _profile_page(require_person(), {})


def _profile_page(person: Person, errors: dict[str, str]) -> str:
    return flask.render_template("accounts/profile.html", who=person, errors=errors, languages=LANGUAGES)


def _choose_language() -> View:
    language = flask.request.form.get("language", "")
    _desk().people.choose_language(require_person().id, language)
    flask.flash(gettext("Your language is kept."), "yes")
    return flask.redirect(flask.url_for("accounts.profile", lang=language), code=303)


def _change_password() -> View:
    """Set a new password; every session ended, so this one starts anew."""
    person, form = require_person(), flask.request.form
    if form.get("password", "") != form.get("again", ""):
        return _profile_page(person, {"again": gettext(_DIFFERENT)}), 422
    try:
        _desk().people.change_password(person, old=form.get("old", ""), new=form.get("password", ""), client=_client())
    except ProblemError as error:
        if _is_about_password(error):
            return _profile_page(person, {"password": gettext(_WEAK)}), 422
        if error.problem.code == CHECK_WHAT_YOU_TYPED.code:
            return _profile_page(person, {"old": gettext("This is not your password.")}), 403
        raise
    flask.flash(gettext("Your password is changed; you are signed out everywhere else."), "yes")
    return _welcome(person, to=flask.url_for("accounts.profile"))


def _welcome(person: Person, *, to: str = "") -> View:
    """Start a new session in place of any older one and lead to where the person was going (J01)."""
    sessions = _desk().sessions
    token = sessions.start(person, instead_of=flask.request.cookies.get(_cookie_name()))
    kept = {key: value for key, value in flask.session.items() if key == "_flashes"}
    flask.session.clear()
    flask.session.update(kept)
    response = flask.redirect(to or _destination(person), code=303)
    response.set_cookie(
        _cookie_name(),
        token,
        max_age=int(sessions.life.total_seconds()),
        secure=_https(),
        httponly=True,
        samesite="Lax",
    )
    return response


def _destination(person: Person | None) -> str:
    """Return the path that was asked for, if it is ours, else where this person begins."""
    asked = _next()
    if asked:
        return asked
    staff = person is not None and person.is_staff
    for endpoint, for_staff in _HOMES:
        if for_staff is staff and endpoint in flask.current_app.view_functions:
            return flask.url_for(endpoint)
    return flask.url_for("site.start")


def _next() -> str:
    """Return `next` when it is a path of ours, else nothing (threats.md I10)."""
    asked = flask.request.values.get("next", "")
    return asked if own_path(asked) else ""


def own_path(text: str) -> bool:
    """Is this a path on our own host, however a browser reads it?"""
    if not text.startswith("/") or text.startswith("//") or "\\" in text or not text.isprintable():
        return False
    parts = urlsplit(text)
    return parts.scheme == "" and parts.netloc == ""


def _is_about_password(error: ProblemError) -> bool:
    return any(one.pointer == "/password" for one in error.problem.errors)


def _client() -> str:
    return flask.request.remote_addr or ""


def _https() -> bool:
    settings: Any = flask.current_app.extensions["parchemin.settings"]
    return urlsplit(str(settings.base_url)).scheme == "https"


def _cookie_name() -> str:
    return f"__Host-{_COOKIE}" if _https() else _COOKIE

"""The issuing half of the VC-API (VCALM).

- `POST /vc-api/credentials/issue` with `{"credential", "options"}`
- `POST /vc-api/presentations/prove` with `{"presentation", "options": {"cryptosuite", "challenge", "domain"}}`
- `GET /vc-api/status/<name>`, the lists of the throw-away issuer

Whoever sends the API key of an institution (`Authorization: Bearer pk_…`, scope `issue`) has a
credential signed in its name; `issuer.credentials.client_credentials` says what the program may not
decide. In development, without a key, both sign with throw-away keys for conformance suites
(`issuer.throw_away`); there is nothing else for presentations, which their holders sign.

Options: `cryptosuite` or `type`, `mediaType` (`application/vc+jwt`, `application/jwt`) or `proofFormat` (`jwt`,
`ldp`) for a token, `credentialId` for a credential without an id. For throw-away keys also `mandatoryPointers`,
`statusPurpose` with `statusSize`, `statusMessage` and `statusReference`, and the members of a proof by their
names (`created`, `expires`, `domain`, `challenge`, `proofPurpose`, `verificationMethod`, `id`, `previousProof`):
with an institution's key none of them is the program's to say (threats.md K09). An option that is not known is
refused: what was asked for would not be in what is signed (decision 0039). A client that sends no options names
the suite in the address, `?cryptosuite=`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import flask
from flask.views import MethodView
from flask_smorest import Blueprint

from issuer import throw_away_status, tokens
from issuer.throw_away import DEFAULT_SUITE, ThrowAwayIssuer, Wish, make_throw_away_issuer
from proofs import experimental
from proofs.cryptosuite import DATA_INTEGRITY_PROOF
from schemas.moments import moment
from schemas.problems import MALFORMED, NOT_ALLOWED, SUITE_UNSUPPORTED, ProblemError
from services.clock import SystemClock
from verifier.api import open_to_all
from verifier.vc_api import pointers, read_request, text_option, unknown_option

if TYPE_CHECKING:
    from issuer.desk import IssuerDesk

EXTENSION: Final = "parchemin.vc_api"
SCOPE: Final = "issue"
"""What an API key must be for."""
PREFIX: Final = "/vc-api"
_OLD_SUITE: Final = "Ed25519Signature2020"
_TYPES: Final = (None, DATA_INTEGRITY_PROOF, _OLD_SUITE)
_PROOF_MEMBERS: Final = frozenset(
    {"challenge", "created", "domain", "expires", "id", "previousProof", "proofPurpose", "verificationMethod"}
)
_OPTIONS: Final = _PROOF_MEMBERS | {
    "credentialId",
    "cryptosuite",
    "mandatoryPointers",
    "mediaType",
    "proofFormat",
    "type",
    *throw_away_status.OPTIONS,
}
_SIGNS: Final[Mapping[str, Any]] = {
    "requestBody": {"content": {"application/json": {}}},
    "responses": {
        "201": {"description": "The signed credential"},
        "400": {"description": "Not a credential that is signed here"},
        "401": {"description": "No API key, or none of ours"},
        "403": {"description": "The API key is not for this, or names another issuer"},
        "409": {"description": "Another credential was signed under the same id"},
        "429": {"description": "Too many in a minute"},
    },
}


def make_blueprint() -> Blueprint:
    """Return the blueprint `issuer_vc_api`."""
    blueprint = Blueprint("issuer_vc_api", __name__, url_prefix=PREFIX, description="VC-API: issue")

    class Issuing(MethodView):
        """Issue a credential."""

        @blueprint.doc(summary="Sign a credential in the name of the institution of an API key", **_SIGNS)  # type: ignore[untyped-decorator]
        def post(self) -> flask.typing.ResponseReturnValue:
            """Answer with `verifiableCredential`."""
            return flask.jsonify({"verifiableCredential": _issued()}), 201

    class Proving(MethodView):
        """Prove a presentation."""

        @blueprint.doc(summary="Sign a presentation with throw-away keys (development)")  # type: ignore[untyped-decorator]
        def post(self) -> flask.typing.ResponseReturnValue:
            """Answer with `verifiablePresentation`."""
            issuer = _issuer()
            document, options = read_request("presentation")
            return flask.jsonify({"verifiablePresentation": issuer.prove(document, read_wish(options))}), 201

    class ThrowAwayList(MethodView):
        """A status list of the throw-away issuer."""

        @blueprint.doc(summary="A status list of the throw-away issuer (development)")  # type: ignore[untyped-decorator]
        def get(self, name: str) -> flask.typing.ResponseReturnValue:
            """Answer with the signed list."""
            return flask.jsonify(_issuer().status_list(name, flask.request.base_url))

    blueprint.route("/credentials/issue")(Issuing)
    blueprint.route("/presentations/prove")(Proving)
    blueprint.route("/status/<string:name>")(ThrowAwayList)
    blueprint.after_request(open_to_all)
    blueprint.after_request(_unkept)
    blueprint.record_once(_make_keys)
    return blueprint


def _issued() -> Any:
    """Return what an authorised program has signed; in development, without a key, by throw-away keys."""
    header = flask.request.headers.get("Authorization")
    throw_away = flask.current_app.extensions.get(EXTENSION) if header is None else None
    if throw_away is not None:
        document, options = read_request("credential")
        address = flask.request.url_root.rstrip("/") + PREFIX
        return throw_away.issue(document, read_wish(options), address=address)
    desk: IssuerDesk | None = flask.current_app.extensions.get("parchemin.issuer")
    if desk is None:
        raise ProblemError(NOT_ALLOWED.about("no institution issues here"))
    client = desk.api_clients.authorised(header or "", SCOPE)
    document, options = read_request("credential")
    wish = read_wish(options)
    if wish.status is not None or wish.mandatory:
        raise ProblemError(MALFORMED.about("status and mandatory pointers are no options here"))
    if beyond := wish.beyond("proofPurpose" if wish.purpose == "assertionMethod" else ""):
        raise ProblemError(MALFORMED.about(f"no options with the key of an institution: {', '.join(beyond)}"))
    return desk.client_credentials.issue(
        document,
        reference=text_option(options, "credentialId"),
        slug=client.institution,
        actor=client.actor,
        cryptosuite=wish.cryptosuite,
        media_type=wish.media_type,
    )


def read_wish(options: Mapping[str, Any]) -> Wish:
    """Return how a request wants something signed; raise MALFORMED for an option of the wrong form, or unknown."""
    if unknown := sorted(options.keys() - _OPTIONS):
        raise ProblemError(unknown_option(unknown))
    text_option(options, "credentialId")
    return Wish(
        cryptosuite=_suite(options),
        mandatory=tuple(pointers(options, "mandatoryPointers")),
        challenge=text_option(options, "challenge"),
        domain=text_option(options, "domain"),
        media_type=_media_type(options),
        status=throw_away_status.read_status_wish(options),
        created=_moment(options, "created"),
        expires=_moment(options, "expires"),
        purpose=text_option(options, "proofPurpose"),
        proof_id=text_option(options, "id"),
        previous=_texts(options, "previousProof"),
        verification_method=text_option(options, "verificationMethod"),
    )


def _media_type(options: Mapping[str, Any]) -> str | None:
    """Return which token is wished for, None for an embedded proof; `proofFormat` leaves it to the data model."""
    media_type, proof_format = text_option(options, "mediaType"), text_option(options, "proofFormat")
    if media_type not in {None, tokens.JWT_MEDIA_TYPE, tokens.OLD_MEDIA_TYPE}:
        known = f"{tokens.JWT_MEDIA_TYPE} or {tokens.OLD_MEDIA_TYPE}"
        raise ProblemError(MALFORMED.about(f"options.mediaType is {known}, or absent"))
    if proof_format is None:
        return media_type
    if proof_format not in tokens.PROOF_FORMATS or media_type is not None:
        known = " or ".join(tokens.PROOF_FORMATS)
        raise ProblemError(MALFORMED.about(f"options.proofFormat is {known}, and stands without mediaType"))
    return tokens.PROOF_FORMATS[proof_format]


def _suite(options: Mapping[str, Any]) -> str:
    """Return the cryptosuite that is named, by itself or by the type of the proof."""
    kind, named = text_option(options, "type"), text_option(options, "cryptosuite")
    if kind not in _TYPES:
        raise ProblemError(SUITE_UNSUPPORTED.about(f"options.type is {DATA_INTEGRITY_PROOF} or {_OLD_SUITE}"))
    if kind == _OLD_SUITE:
        return _OLD_SUITE
    return named or flask.request.args.get("cryptosuite") or DEFAULT_SUITE


def _moment(options: Mapping[str, Any], name: str) -> datetime | None:
    if name not in options:
        return None
    try:
        return moment(options[name])
    except ValueError:
        raise ProblemError(MALFORMED.about(f"options.{name} is a date and time")) from None


def _texts(options: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return a text or a list of texts; absent is none."""
    values = options.get(name, [])
    listed = values if isinstance(values, list) else [values]
    if not all(isinstance(value, str) and value for value in listed):
        raise ProblemError(MALFORMED.about(f"options.{name} is a text or a list of texts"))
    return tuple(listed)


def _unkept(response: flask.Response) -> flask.Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _make_keys(state: flask.blueprints.BlueprintSetupState) -> None:
    """Make the keys when the application starts, in development alone."""
    settings = state.app.extensions["parchemin.settings"]
    if settings.development:
        suites = experimental.allowed(settings.experimental_suites)
        state.app.extensions.setdefault(EXTENSION, make_throw_away_issuer(SystemClock().now, suites=suites))


def _issuer() -> ThrowAwayIssuer:
    issuer: ThrowAwayIssuer | None = flask.current_app.extensions.get(EXTENSION)
    if issuer is None:
        raise ProblemError(NOT_ALLOWED.about("credentials are issued here in development alone"))
    return issuer

"""The verifying half of the VC-API (VCALM), as the W3C suites and browser wallets call it.

- `POST /vc-api/credentials/verify` with `{"verifiableCredential", "options"}`
- `POST /vc-api/presentations/verify` with `{"verifiablePresentation", "options": {"challenge", "domain"}}`
- `POST /vc-api/credentials/derive` with `{"verifiableCredential", "options": {"selectivePointers"}}`
- `GET /vc-api/identifiers/<did>`

`verified` is true when integrity and status are yes and the key is the issuer's. An issuer nobody
vouches for, or a presenter who is not the subject, is a warning here: it is told, and changes
nothing. What could not be checked is never true.

Options of both: `challenge` and `domain`, which every proof must then answer (Data Integrity, section 4.4);
`checks: ["proof"]` for the proof alone, and so `?checks=proof` in the address, for a client that sends no
options; `returnCredential` or `returnPresentation` for the document as it came. An option that is not known
is a warning (decision 0039). A request that cannot be read is answered with `verified: false` too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import flask
from flask.views import MethodView
from flask_smorest import Blueprint
from werkzeug.exceptions import RequestEntityTooLarge

from proofs.jsonld_values import shown
from schemas import credential, presentation
from schemas.problems import (
    HOLDER_MISMATCH,
    ISSUER_UNKNOWN,
    MALFORMED,
    NOT_PARSABLE,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    Outcome,
    Part,
    Problem,
    ProblemError,
)
from schemas.report import Answer, CheckResult, Report
from verifier.api import open_to_all
from verifier.desk import VerifierDesk
from verifier.document import Kind
from verifier.evidence import Expected
from verifier.reading import TOKEN

_WARNINGS: Final = frozenset({ISSUER_UNKNOWN.code, HOLDER_MISMATCH.code})
_ALL_CHECKS: Final = ("proof", "status", "validity", "issuer")
_TAKES: Final[Mapping[str, Any]] = {"content": {"application/json": {}}}
_VERIFIES: Final[Mapping[str, Any]] = {
    "requestBody": _TAKES,
    "responses": {
        "200": {"description": "Whether it is verified, and what is wrong"},
        "400": {"description": "Not a document of this kind"},
    },
}
_RESOLUTION: Final = "https://w3id.org/did-resolution"
_PROBLEM: Final = "application/problem+json"
_NAMED_CHECKS: Final = frozenset({*_ALL_CHECKS, "credentialStatus", "credentialSchema"})
_COMMON: Final = frozenset({"challenge", "domain", "checks", "returnProblemDetails"})
_UNKNOWN_OPTION: Final = "https://www.w3.org/TR/vcalm#UNKNOWN_OPTION_PROVIDED"


@dataclass(frozen=True, slots=True)
class _Question:
    """An endpoint: what stands in the request under which name, and what gives it back."""

    kind: Kind
    member: str
    giving_back: str
    given_back: str


_CREDENTIAL: Final = _Question(Kind.CREDENTIAL, "verifiableCredential", "returnCredential", "credential")
_PRESENTATION: Final = _Question(
    Kind.PRESENTATION, "verifiablePresentation", "returnPresentation", "verifiablePresentation"
)


def make_blueprint() -> Blueprint:
    """Return the blueprint `verifier_vc_api`."""
    blueprint = Blueprint("verifier_vc_api", __name__, url_prefix="/vc-api", description="VC-API: verify")

    class CredentialVerification(MethodView):
        """Verify a credential."""

        @blueprint.doc(summary="Verify a credential (VC-API)", **_VERIFIES)  # type: ignore[untyped-decorator]
        def post(self) -> flask.typing.ResponseReturnValue:
            """Answer for `verifiableCredential`."""
            return _answered(_CREDENTIAL)

    class PresentationVerification(MethodView):
        """Verify a presentation."""

        @blueprint.doc(summary="Verify a presentation (VC-API)", **_VERIFIES)  # type: ignore[untyped-decorator]
        def post(self) -> flask.typing.ResponseReturnValue:
            """Answer for `verifiablePresentation`."""
            return _answered(_PRESENTATION)

    class Derivation(MethodView):
        """Show part of a credential."""

        @blueprint.doc(summary="Derive a credential that shows less (ecdsa-sd-2023)", requestBody=_TAKES)  # type: ignore[untyped-decorator]
        def post(self) -> flask.typing.ResponseReturnValue:
            """Answer with the derived `verifiableCredential`."""
            return _derive()

    class Identifier(MethodView):
        """Resolve an identifier."""

        @blueprint.doc(summary="Resolve a DID")  # type: ignore[untyped-decorator]
        def get(self, did: str) -> flask.typing.ResponseReturnValue:
            """Answer with the DID document."""
            return _resolve(did)

    blueprint.route("/credentials/verify")(CredentialVerification)
    blueprint.route("/presentations/verify")(PresentationVerification)
    blueprint.route("/credentials/derive")(Derivation)
    blueprint.route("/identifiers/<path:did>")(Identifier)
    blueprint.after_request(open_to_all)
    return blueprint


def read_request(
    member: str, text: Callable[[str], dict[str, Any]] | None = None
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the document and the options of a VC-API request; `text` makes an object of what was sent as a text.

    Raises `ProblemError`: UNSUPPORTED_MEDIA_TYPE, TOO_LARGE, what strict JSON raises, or MALFORMED.
    """
    if not flask.request.is_json:
        raise ProblemError(UNSUPPORTED_MEDIA_TYPE.about("send application/json"))
    try:
        raw = flask.request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise ProblemError(TOO_LARGE.about()) from None
    body = flask.json.loads(raw)
    if not isinstance(body, dict):
        raise ProblemError(NOT_PARSABLE.about("a request is a JSON object"))
    document, options = body.get(member), body.get("options", {})
    if isinstance(document, str) and text is not None:
        document = text(document)
    if not isinstance(document, dict):
        raise ProblemError(MALFORMED.about(f"{member} is an object"))
    if not isinstance(options, dict):
        raise ProblemError(MALFORMED.about("options is an object"))
    return document, options


def text_option(options: Mapping[str, Any], name: str) -> str | None:
    """Return an option that is a text, None when it is absent; raise MALFORMED for anything else."""
    value = options.get(name)
    if name in options and not (isinstance(value, str) and value):
        raise ProblemError(MALFORMED.about(f"options.{name} is a text"))
    return value


def flag_option(options: Mapping[str, Any], name: str) -> bool:
    """Return an option that is true or false, false when it is absent; raise MALFORMED for anything else."""
    value = options.get(name, False)
    if not isinstance(value, bool):
        raise ProblemError(MALFORMED.about(f"options.{name} is true or false"))
    return value


def unknown_option(names: Iterable[str]) -> Problem:
    """Return the problem of options that nobody here knows (VCALM, Error Handling)."""
    return replace(MALFORMED.about(f"no option here: {', '.join(map(shown, names))}"), type=_UNKNOWN_OPTION)


def _answered(question: _Question) -> flask.typing.ResponseReturnValue:
    """Answer for one document; a request that cannot be read is told as a problem, and as not verified."""
    try:
        return _verify(question)
    except ProblemError as error:
        problem = error.problem
    told = {**problem.to_json(), "verified": False, "checks": [], "problemDetails": [_told(problem)]}
    response = flask.jsonify(told)
    response.mimetype, response.status_code = _PROBLEM, problem.status
    return response


def _verify(question: _Question) -> flask.typing.ResponseReturnValue:
    document, options = read_request(question.member, partial(enveloped, question.kind))
    checks = _checks(options)
    proof_only = checks == ["proof"]
    expected = Expected(text_option(options, "challenge"), text_option(options, "domain"))
    gives_back = flag_option(options, question.giving_back)
    desk: VerifierDesk = flask.current_app.extensions["parchemin.verifier"]
    report = desk.verify_object(document, question.kind, expected=expected, proof_only=proof_only)
    verified = is_proven(report) if proof_only else is_verified(report)
    unknown = [name for name in options if name not in _COMMON | {question.giving_back}]
    unknown += [f"checks {check}" for check in checks if check not in _NAMED_CHECKS]
    body = {
        "verified": verified,
        "checks": ["proof"] if proof_only else list(_ALL_CHECKS),
        "problemDetails": [*_problems(report), *([_told(unknown_option(unknown), warns=True)] if unknown else [])],
        "report": report.to_json(),
    }
    if gives_back:
        body[question.given_back] = document
    return flask.jsonify(body), 200 if verified else _failed_status(report)


def enveloped(kind: Kind, token: str) -> dict[str, Any]:
    """Return a compact JWS, as older servers send one, in the envelope that VCDM 2.0 has for it (decision 0037).

    Raises MALFORMED for a text that is none.
    """
    if not TOKEN.fullmatch(token.encode("utf-8", "replace")):
        raise ProblemError(MALFORMED.about(f"a {kind} is an object, or the text of a compact JWS"))
    name, short = (presentation.ENVELOPED, "vp") if kind is Kind.PRESENTATION else (credential.ENVELOPED, "vc")
    return {"@context": [credential.V2], "id": f"data:application/{short}+jwt,{token}", "type": name}


def _checks(options: Mapping[str, Any]) -> list[str]:
    checks = options["checks"] if "checks" in options else flask.request.args.getlist("checks")
    if not isinstance(checks, list) or not all(isinstance(check, str) for check in checks):
        raise ProblemError(MALFORMED.about("options.checks is a list of texts"))
    return checks


def _failed_status(report: Report) -> int:
    """Return 400 for what is no credential at all, otherwise what the settings say."""
    structure = next(check for check in report.checks if check.id == "structure")
    status: int = flask.current_app.extensions["parchemin.settings"].vc_api_failed_status
    return 400 if structure.outcome is Outcome.FAILED else status


def is_proven(report: Report) -> bool:
    """Do all signatures hold, here and inside?"""
    return report.integrity.answer is Answer.YES and all(is_proven(item) for item in report.items)


def is_verified(report: Report) -> bool:
    """Did every check pass, but those that only warn here?"""
    return all(_counts_as_passed(check) for check in report.checks) and all(is_verified(item) for item in report.items)


def _counts_as_passed(check: CheckResult) -> bool:
    if check.outcome is Outcome.SKIPPED:
        return check.part is Part.NONE
    return check.outcome is Outcome.PASSED or (check.problem is not None and check.problem.code in _WARNINGS)


def _problems(report: Report) -> Iterator[dict[str, str]]:
    """Yield each problem, of the document and of those inside, as RFC 9457 says it."""
    for check in report.checks:
        if check.problem is not None and check.outcome is not Outcome.PASSED:
            yield _told(check.problem, warns=check.problem.code in _WARNINGS)
    for item in report.items:
        yield from _problems(item)


def _told(problem: Problem, *, warns: bool = False) -> dict[str, str]:
    return {
        "type": problem.type,
        "title": problem.title,
        "detail": problem.detail,
        "code": problem.code,
        "severity": "warning" if warns else "error",
    }


def pointers(options: Mapping[str, Any], name: str) -> list[str]:
    """Return an option that is a list of JSON pointers, empty when it is absent; raise MALFORMED."""
    value = options.get(name, [])
    if not isinstance(value, list) or not all(isinstance(pointer, str) for pointer in value):
        raise ProblemError(MALFORMED.about(f"options.{name} is a list of JSON pointers"))
    return value


def _derive() -> flask.typing.ResponseReturnValue:
    """Answer with what the holder shows; it takes no key, and the issuer is not asked."""
    document, options = read_request("verifiableCredential")
    desk: VerifierDesk = flask.current_app.extensions["parchemin.verifier"]
    shown = desk.derive(document, selective=pointers(options, "selectivePointers"))
    return flask.jsonify({"verifiableCredential": shown}), 201


def _resolve(did: str) -> flask.typing.ResponseReturnValue:
    """Answer with the DID document, or with a whole resolution result for those who ask for that."""
    desk: VerifierDesk = flask.current_app.extensions["parchemin.verifier"]
    if _RESOLUTION in flask.request.headers.get("Accept", ""):
        result = desk.resolution(did, key_format=flask.request.args.get("publicKeyFormat"))
        response = flask.jsonify(result.to_json())
        response.content_type = f'application/ld+json;profile="{_RESOLUTION}"'
        return response, result.status
    response = flask.jsonify(dict(desk.resolve(did)))
    response.mimetype = "application/did"
    return response

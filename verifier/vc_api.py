"""The verifying half of the VC-API (VCALM), as the W3C suites and browser wallets call it.

- `POST /vc-api/credentials/verify` with `{"verifiableCredential", "options"}`
- `POST /vc-api/presentations/verify` with `{"verifiablePresentation", "options": {"challenge", "domain"}}`
- `POST /vc-api/credentials/derive` with `{"verifiableCredential", "options": {"selectivePointers"}}`
- `GET /vc-api/identifiers/<did>`

`verified` is true when integrity and status are yes and the key is the issuer's. An issuer nobody
vouches for, or a presenter who is not the subject, is a warning here: it is told, and changes
nothing. What could not be checked is never true. `options.checks: ["proof"]` asks for the proof alone, and so does
`?checks=proof` in the address, for a client that sends no options.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import flask
from flask.views import MethodView
from flask_smorest import Blueprint

from schemas.problems import (
    HOLDER_MISMATCH,
    ISSUER_UNKNOWN,
    MALFORMED,
    NOT_PARSABLE,
    UNSUPPORTED_MEDIA_TYPE,
    Outcome,
    Part,
    ProblemError,
)
from schemas.report import Answer, CheckResult, Report
from verifier.api import open_to_all
from verifier.desk import VerifierDesk
from verifier.document import Kind
from verifier.evidence import Expected

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


def make_blueprint() -> Blueprint:
    """Return the blueprint `verifier_vc_api`."""
    blueprint = Blueprint("verifier_vc_api", __name__, url_prefix="/vc-api", description="VC-API: verify")

    class CredentialVerification(MethodView):
        """Verify a credential."""

        @blueprint.doc(summary="Verify a credential (VC-API)", **_VERIFIES)  # type: ignore[untyped-decorator]
        def post(self) -> flask.typing.ResponseReturnValue:
            """Answer for `verifiableCredential`."""
            return _verify("verifiableCredential", Kind.CREDENTIAL)

    class PresentationVerification(MethodView):
        """Verify a presentation."""

        @blueprint.doc(summary="Verify a presentation (VC-API)", **_VERIFIES)  # type: ignore[untyped-decorator]
        def post(self) -> flask.typing.ResponseReturnValue:
            """Answer for `verifiablePresentation`."""
            return _verify("verifiablePresentation", Kind.PRESENTATION)

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


def read_request(member: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the document and the options of a VC-API request.

    Raises `ProblemError`: UNSUPPORTED_MEDIA_TYPE, NOT_PARSABLE, or MALFORMED with a pointer.
    """
    if not flask.request.is_json:
        raise ProblemError(UNSUPPORTED_MEDIA_TYPE.about("send application/json"))
    body = flask.json.loads(flask.request.get_data(cache=False))
    if not isinstance(body, dict):
        raise ProblemError(NOT_PARSABLE.about("a request is a JSON object"))
    document, options = body.get(member), body.get("options", {})
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


def _verify(member: str, kind: Kind) -> flask.typing.ResponseReturnValue:
    document, options = read_request(member)
    proof_only = _proof_only(options)
    desk: VerifierDesk = flask.current_app.extensions["parchemin.verifier"]
    expected = Expected(text_option(options, "challenge"), text_option(options, "domain"))
    report = desk.verify_object(document, kind, expected=expected, proof_only=proof_only)
    verified = is_proven(report) if proof_only else is_verified(report)
    body = {
        "verified": verified,
        "checks": ["proof"] if proof_only else list(_ALL_CHECKS),
        "problemDetails": list(_problems(report)),
        "report": report.to_json(),
    }
    return flask.jsonify(body), 200 if verified else _failed_status(report)


def _proof_only(options: Mapping[str, Any]) -> bool:
    checks = options["checks"] if "checks" in options else flask.request.args.getlist("checks")
    if not isinstance(checks, list) or not all(isinstance(check, str) for check in checks):
        raise ProblemError(MALFORMED.about("options.checks is a list of texts"))
    return checks == ["proof"]


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
            problem = check.problem
            yield {
                "type": problem.type,
                "title": problem.title,
                "detail": problem.detail,
                "code": problem.code,
                "severity": "warning" if problem.code in _WARNINGS else "error",
            }
    for item in report.items:
        yield from _problems(item)


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

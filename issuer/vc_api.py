"""The issuing half of the VC-API (VCALM), for conformance suites: throw-away keys, development only.

- `POST /vc-api/credentials/issue` with `{"credential", "options": {"cryptosuite", "mandatoryPointers"}}`
- `POST /vc-api/presentations/prove` with `{"presentation", "options": {"cryptosuite", "challenge", "domain"}}`

The keys are made when the application starts and forgotten with it. The issuer (the holder, of a
presentation) is the did:key of the signing key, whatever the request says: nobody is signed for but
the key itself (threats.md K09). A request that names the did:key of another key here that suits the
cryptosuite is signed with that one: so a suite asks for P-384.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import flask
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from flask.views import MethodView
from flask_smorest import Blueprint

from contexts.loader import BundledLoader
from keys import did_key
from keys.local_signer import LocalSigner
from keys.store import PublicKey
from proofs import ecdsa_sd_2023, integrity
from proofs.jsonld import Converter
from schemas import credential, presentation
from schemas.problems import NOT_ALLOWED, SUITE_UNSUPPORTED, ProblemError
from services.clock import SystemClock
from verifier.api import open_to_all
from verifier.vc_api import pointers, read_request, text_option

EXTENSION: Final = "parchemin.vc_api"
DEFAULT_SUITE: Final = "eddsa-rdfc-2022"
_SD: Final = ecdsa_sd_2023.NAME
_OLD_SUITE: Final = "Ed25519Signature2020"
_P384: Final = ("ecdsa-jcs-2019", "ecdsa-rdfc-2019")
_V1: Final = "https://www.w3.org/2018/credentials/v1"
_NEEDED: Final = {
    _OLD_SUITE: "https://w3id.org/security/suites/ed25519-2020/v1",
    "": "https://w3id.org/security/data-integrity/v2",
}
"""The context that defines the proof where that of the data model does not."""


@dataclass(frozen=True, slots=True)
class ThrowAwayIssuer:
    """Signs whatever is well-formed, in the name of its own keys.

    `signers` by cryptosuite; `others` by cryptosuite and did:key, for a request that names one.
    """

    signers: Mapping[str, LocalSigner]
    converter: Converter
    now: Callable[[], datetime]
    others: Mapping[tuple[str, str], LocalSigner] = field(default_factory=dict)

    def issuer_ids(self) -> dict[str, str]:
        """Return the issuer id of each cryptosuite, as a suite's configuration needs them."""
        return {suite: _did_of(signer) for suite, signer in self.signers.items()}

    def issuers(self) -> tuple[tuple[str, str, str], ...]:
        """Return cryptosuite, kind of key and issuer id of every way to sign."""
        pairs = [*self.signers.items(), *((suite, signer) for (suite, _), signer in self.others.items())]
        return tuple(sorted((suite, key_type(signer.public_key), _did_of(signer)) for suite, signer in pairs))

    def issue(self, document: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
        """Return the credential with a proof; raise `ProblemError` for what may not be signed."""
        credential.gate(document)
        issuer = document["issuer"]
        signer, suite = self._signer(options, issuer)
        own = {**issuer, "id": _did_of(signer)} if isinstance(issuer, Mapping) else _did_of(signer)
        unsigned = _with_context({**document, "issuer": own}, suite)
        if suite == _SD:
            return ecdsa_sd_2023.add_base_proof(
                unsigned,
                signer=signer,
                created=self.now(),
                converter=self.converter,
                mandatory=pointers(options, "mandatoryPointers"),
            )
        return integrity.add_proof(
            unsigned, signer=signer, cryptosuite=suite, created=self.now(), converter=self.converter
        )

    def prove(self, document: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
        """Return the presentation with a proof for authentication."""
        presentation.gate(document)
        signer, suite = self._signer(options, document.get("holder"))
        unsigned = _with_context({**document, "holder": _did_of(signer)}, suite)
        return integrity.add_proof(
            unsigned,
            signer=signer,
            cryptosuite=suite,
            created=self.now(),
            converter=self.converter,
            purpose="authentication",
            challenge=text_option(options, "challenge"),
            domain=text_option(options, "domain"),
        )

    def _signer(self, options: Mapping[str, Any], named: object) -> tuple[LocalSigner, str]:
        """Return the key and the suite asked for: `type` may name an old suite, `named` a key that suits it."""
        kind = text_option(options, "type")
        suite = _OLD_SUITE if kind == _OLD_SUITE else text_option(options, "cryptosuite") or DEFAULT_SUITE
        if suite not in self.signers:
            raise ProblemError(SUITE_UNSUPPORTED.about(f"signed here: {', '.join(self.signers)}"))
        identifier = str(named.get("id") if isinstance(named, Mapping) else named)
        return self.others.get((suite, identifier), self.signers[suite]), suite


def make_throw_away_issuer(now: Callable[[], datetime], converter: Converter | None = None) -> ThrowAwayIssuer:
    """Return an issuer with fresh keys: Ed25519 for the eddsa suites, P-256 and P-384 for the ecdsa suites."""
    edwards, p256 = _signer(ed25519.Ed25519PrivateKey.generate()), _signer(ec.generate_private_key(ec.SECP256R1()))
    signers = {suite: p256 if suite.startswith("ecdsa") else edwards for suite in integrity.CRYPTOSUITES}
    p384 = _signer(ec.generate_private_key(ec.SECP384R1()))
    others = {(suite, _did_of(p384)): p384 for suite in _P384}
    return ThrowAwayIssuer(signers, converter or Converter(BundledLoader.open()), now, others)


def key_type(key: PublicKey) -> str:
    """Return the kind of a key as the W3C suites name it: Ed25519, P-256 or P-384."""
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return "Ed25519"
    return f"P-{key.curve.key_size}"


def make_blueprint() -> Blueprint:
    """Return the blueprint `issuer_vc_api`."""
    blueprint = Blueprint("issuer_vc_api", __name__, url_prefix="/vc-api", description="VC-API: issue (development)")

    class Issuing(MethodView):
        """Issue a credential."""

        @blueprint.doc(summary="Issue a credential with throw-away keys (development)")  # type: ignore[untyped-decorator]
        def post(self) -> flask.typing.ResponseReturnValue:
            """Answer with `verifiableCredential`."""
            document, options = read_request("credential")
            return flask.jsonify({"verifiableCredential": _issuer().issue(document, options)}), 201

    class Proving(MethodView):
        """Prove a presentation."""

        @blueprint.doc(summary="Sign a presentation with throw-away keys (development)")  # type: ignore[untyped-decorator]
        def post(self) -> flask.typing.ResponseReturnValue:
            """Answer with `verifiablePresentation`."""
            document, options = read_request("presentation")
            return flask.jsonify({"verifiablePresentation": _issuer().prove(document, options)}), 201

    blueprint.route("/credentials/issue")(Issuing)
    blueprint.route("/presentations/prove")(Proving)
    blueprint.after_request(open_to_all)
    blueprint.record_once(_make_keys)
    return blueprint


def _make_keys(state: flask.blueprints.BlueprintSetupState) -> None:
    """Make the keys when the application starts, in development alone."""
    if state.app.extensions["parchemin.settings"].development:
        state.app.extensions[EXTENSION] = make_throw_away_issuer(SystemClock().now)


def _issuer() -> ThrowAwayIssuer:
    issuer: ThrowAwayIssuer | None = flask.current_app.extensions.get(EXTENSION)
    if issuer is None:
        raise ProblemError(NOT_ALLOWED.about("credentials are issued here in development alone"))
    return issuer


def _signer(key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> LocalSigner:
    return LocalSigner(key, verification_method=did_key.verification_method_for(key.public_key()))


def _did_of(signer: LocalSigner) -> str:
    return signer.verification_method.partition("#")[0]


def _with_context(document: dict[str, Any], suite: str) -> dict[str, Any]:
    """Add the context that defines the proof, where the data model's own does not (VCDM 1.1)."""
    contexts = document["@context"]
    if suite != _OLD_SUITE and contexts[0] != _V1:
        return document
    needed = _NEEDED.get(suite, _NEEDED[""])
    return document if needed in contexts else {**document, "@context": [*contexts, needed]}

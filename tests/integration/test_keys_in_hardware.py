"""An institution whose keys are in a token: issued, sealed, rotated, and judged by those who are not us."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from app.checks import findings
from app.cli import main_group
from app.config import Settings
from app.key_stores import open_key_store
from app.wiring import Choices, Parts, make_parts
from keys.certificates import DevelopmentCA, pem_of
from keys.pkcs11_token import Token
from keys.rotation import KeyState
from keys.store import Purpose
from schemas import strict_json
from schemas.award_loading import load_award
from schemas.problems import KEY_STORE_UNAVAILABLE, ProblemError
from schemas.report import Verdict
from services.clock import StoppedClock
from tests.shared import ROOT
from tests.support import soft_hsm
from tests.support.institutions import make_institution
from tests.support.judges import VeraPDF
from tests.support.pdf_signatures import openssl_accepts, pdfsig_accepts

START = datetime(2026, 11, 21, 12, tzinfo=UTC)
pytestmark = pytest.mark.integration


@dataclass
class House:
    """A building whose keys are in the token, and what the commands get of it."""

    parts: Parts
    clock: StoppedClock
    settings: Settings

    def done(self, *arguments: str) -> str:
        result: Result = CliRunner().invoke(main_group, list(arguments), obj=self)
        assert 0 == result.exit_code, result.output
        return result.output

    def refused(self, *arguments: str) -> str:
        result: Result = CliRunner().invoke(main_group, list(arguments), obj=self)
        assert 1 == result.exit_code, result.output
        return result.output

    def issue(self, name: str) -> bytes:
        """Issue one of the examples and return its sealed PDF."""
        data = strict_json.loads((ROOT / "examples" / "awards" / f"{name}.json").read_bytes())
        award = load_award({**data, "external_id": f"{name}-{self.clock.now():%H%M%S}"})
        return self.parts.issuer.pdf(self.parts.issuer.issue(award, "boreale", "test").document_id)


def _settings(folder: Path) -> Settings:
    return Settings(
        development=True,
        var=folder,
        passphrase="a passphrase of the tests",
        secret_key="t" * 40,
        key_store="pkcs11",
        pkcs11_module=soft_hsm.module(),
        pkcs11_token=soft_hsm.LABEL,
        pkcs11_pin=soft_hsm.PIN,
    )


@pytest.fixture
def house(tmp_path: Path) -> House:
    settings, clock = _settings(tmp_path), StoppedClock(START)
    parts = make_parts(settings, Choices(public=False, clock=clock))
    parts.issuer.create_institution(make_institution(), actor="test")
    return House(parts, clock, settings)


def test_a_diploma_sealed_in_hardware_passes_every_judge(house: House, tmp_path: Path) -> None:
    """P-256 first, then RSA-3072 after a rotation on the command line; both files stay good."""
    elliptic = house.issue("diploma")
    house.clock.moment += timedelta(minutes=1)
    house.done("keys", "create", "seal", "--rsa")
    assert "current seal" in house.done("keys", "rotate", "seal")
    signer = open_key_store(house.settings).signer(make_institution().did, Purpose.SEAL)
    assert isinstance(signer.public_key, rsa.RSAPublicKey)
    by_rsa = house.issue("diploma")
    files = []
    for name, pdf in (("elliptic", elliptic), ("rsa", by_rsa)):
        report = house.parts.verifier.verify(pdf)
        assert Verdict.VERIFIED is report.verdict, report
        assert openssl_accepts(pdf, house.parts.certifying.root_pem(), tmp_path, at=house.clock.now())
        assert pdfsig_accepts(pdf, tmp_path)
        files.append(tmp_path / f"{name}.pdf")
        files[-1].write_bytes(pdf)
    told = VeraPDF.compiled(tmp_path).judge("3a,ua1", *files)
    assert 4 == sum(line.startswith("PASS") for line in told.splitlines()), told
    assert not any(b"PRIVATE KEY" in path.read_bytes() for path in (house.settings.var / "keys").glob("*.json"))


def test_every_key_of_an_institution_is_in_the_token_and_the_commands_work(house: House) -> None:
    house.issue("badge")
    for purpose in ("credential", "jose", "status"):
        house.clock.moment += timedelta(minutes=1)
        assert f"current {purpose}" in house.done("keys", "rotate", purpose)
    credential = house.issue("badge")
    assert Verdict.VERIFIED is house.parts.verifier.verify(credential).verdict
    store = open_key_store(house.settings)
    old = next(record for record in store.records(make_institution().did) if record.state is KeyState.PREVIOUS)
    assert "retired" in house.done("keys", "retire", old.id)
    assert () == store.lost()


def test_check_sees_a_token_that_cannot_be_used_and_a_key_that_is_gone(house: House, tmp_path: Path) -> None:
    def ids(settings: Settings) -> set[str]:
        return {finding.id for finding in findings(settings, now=START)} & {"token-unusable", "key-not-in-token"}

    assert set() == ids(house.settings)
    empty = soft_hsm.new_token()
    assert {"key-not-in-token"} == ids(replace(house.settings, pkcs11_token=empty))
    assert {"token-unusable"} == ids(replace(house.settings, pkcs11_token="nowhere"))
    assert {"token-unusable"} == ids(replace(house.settings, pkcs11_token=soft_hsm.new_token(), pkcs11_pin="0000"))
    assert {"token-unusable"} == ids(replace(house.settings, pkcs11_module=str(tmp_path / "none.so")))
    for name in ("pkcs11_module", "pkcs11_token", "pkcs11_pin"):
        assert {"token-unusable"} == ids(replace(house.settings, **{name: ""}))
        with pytest.raises(ProblemError) as caught:
            open_key_store(replace(house.settings, **{name: ""}))
        assert name.upper() in caught.value.problem.detail
    with pytest.raises(ProblemError) as caught:
        open_key_store(replace(house.settings, key_store="clay"))
    assert "setting-invalid" == caught.value.problem.code


def test_an_award_waits_while_the_token_is_away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is half signed, and what waited is issued once the token is back."""

    def away(_self: Token, _work: object) -> None:
        raise ProblemError(KEY_STORE_UNAVAILABLE.about("the token is away"))

    with monkeypatch.context() as patch:
        patch.setattr(Token, "use", away)
        with pytest.raises(ProblemError) as caught:
            house.issue("badge")
    assert "key-store-unavailable" == caught.value.problem.code
    assert {"reserved": 1} == dict(house.parts.issuer.counts("boreale"))
    assert 1 == house.parts.issuer.resume()
    assert {"issued": 1} == dict(house.parts.issuer.counts("boreale"))


@pytest.mark.parametrize("kind", [(), ("--rsa",)], ids=["p256", "rsa"])
def test_an_authority_certifies_a_key_that_never_left_the_token(
    house: House, tmp_path: Path, kind: tuple[str, ...]
) -> None:
    """The request leaves, the chain comes back; until then the key seals nothing."""
    request, answer = tmp_path / "seal.csr", tmp_path / "chain.pem"
    house.clock.moment += timedelta(minutes=1)
    house.done("keys", "request-seal", "--out", str(request), *kind)
    assert "no certificate yet" in house.refused("keys", "rotate", "seal")
    asked = x509.load_pem_x509_csr(request.read_bytes())
    assert isinstance(asked.public_key(), rsa.RSAPublicKey if kind else ec.EllipticCurvePublicKey)
    did = make_institution().did
    authority = DevelopmentCA.open(
        house.settings.var / "authority" / "development-ca.json", house.settings.passphrase.encode(), now=START
    )
    chain = authority.seal_certificate(asked.public_key(), organisation="Boréale", did=did, now=START)  # type: ignore[arg-type]
    answer.write_text(pem_of(chain[1:]))
    assert "certificate-mismatched" in house.refused("keys", "import-seal", str(answer))
    answer.write_text(pem_of(chain))
    assert "prepared seal" in house.done("keys", "import-seal", str(answer))
    assert "current seal" in house.done("keys", "rotate", "seal")
    assert chain[0] == open_key_store(house.settings).signer(did, Purpose.SEAL).certificates[0]
    assert Verdict.VERIFIED is house.parts.verifier.verify(house.issue("badge")).verdict


def test_a_key_and_chain_of_a_file_move_into_the_token(house: House, tmp_path: Path) -> None:
    did, key = make_institution().did, ec.generate_private_key(ec.SECP256R1())
    authority = DevelopmentCA.open(
        house.settings.var / "authority" / "development-ca.json", house.settings.passphrase.encode(), now=START
    )
    chain = authority.seal_certificate(key.public_key(), organisation="Boréale", did=did, now=START)
    secured = BestAvailableEncryption(b"from the authority")
    bundle, phrase = tmp_path / "seal.p12", tmp_path / "phrase"
    bundle.write_bytes(pkcs12.serialize_key_and_certificates(b"seal", key, chain[0], chain[1:], secured))
    assert "not-parsable" in house.refused("keys", "import-seal", str(bundle))
    phrase.write_text("from the authority\n")
    house.clock.moment += timedelta(minutes=1)
    house.done("keys", "import-seal", str(bundle), "--passphrase-file", str(phrase))
    house.done("keys", "rotate", "seal")
    assert chain[0] == open_key_store(house.settings).signer(did, Purpose.SEAL).certificates[0]
    assert Verdict.VERIFIED is house.parts.verifier.verify(house.issue("badge")).verdict
    renewed = authority.seal_certificate(key.public_key(), organisation="Boréale", did=did, now=START, days=300)
    bundle.write_text(pem_of(renewed))
    assert "current seal" in house.done("keys", "import-seal", str(bundle))
    assert renewed[0] == open_key_store(house.settings).signer(did, Purpose.SEAL).certificates[0]
    assert Verdict.VERIFIED is house.parts.verifier.verify(house.issue("transcript")).verdict

"""Keys in a token: made inside, never read, found again, and clear words when the token says no."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pkcs11 import Attribute, ObjectClass

from keys.certificates import DevelopmentCA
from keys.file_store import FileKeyStore
from keys.key_files import KeyFileError, RecordedKeyStore, read_keys
from keys.pkcs11_store import PKCS11KeyStore, _point
from keys.pkcs11_token import Token
from keys.rotation import KeyState
from keys.store import Algorithm, Purpose
from proofs.jws import verify_bytes
from schemas.problems import ProblemError
from tests.shared import ROOT
from tests.support import soft_hsm

DID = "did:web:registrar.parchemin.example:t:uni"
NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)
PASSPHRASE = b"correct horse battery"


def _store(folder: Path, token: Token | None = None) -> PKCS11KeyStore:
    return PKCS11KeyStore(folder, token or soft_hsm.token())


def _id(store: RecordedKeyStore, key_id: str) -> bytes:
    return store._id_in(store._entry(key_id))  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    ("purpose", "rsa_key", "algorithm"),
    [
        (Purpose.CREDENTIAL, False, Algorithm.EDDSA),
        (Purpose.STATUS, False, Algorithm.EDDSA),
        (Purpose.JOSE, False, Algorithm.ES256),
        (Purpose.SEAL, False, Algorithm.ES256),
        (Purpose.SEAL, True, Algorithm.RS256),
    ],
)
def test_a_key_signs_now_and_after_a_restart(
    tmp_path: Path, purpose: Purpose, rsa_key: bool, algorithm: Algorithm
) -> None:
    created = _store(tmp_path).create(DID, purpose, now=NOW, rsa_key=rsa_key)
    again = _store(tmp_path).signer(DID, purpose)
    assert (algorithm, created.public_key) == (again.algorithm, again.public_key)
    verify_bytes(algorithm.value, again.sign(b"data"), b"data", created.public_key)
    if isinstance(created.public_key, rsa.RSAPublicKey):
        assert 3072 == created.public_key.key_size


def test_no_private_key_can_be_read_out_of_the_token(tmp_path: Path) -> None:
    store = _store(tmp_path)
    records = [
        store.create(DID, Purpose.SEAL, now=NOW),
        store.install(DID, Purpose.JOSE, ec.generate_private_key(ec.SECP256R1()), now=NOW),
        store.install(DID, Purpose.STATUS, ed25519.Ed25519PrivateKey.generate(), now=NOW),
    ]

    def attempts(session: Any) -> list[str]:
        told = []
        for record in records:
            key = store._token.private_key(session, _id(store, record.id))
            assert (True, False) == (key[Attribute.SENSITIVE], key[Attribute.EXTRACTABLE])
            with pytest.raises(pkcs11.AttributeSensitive):
                _ = key[Attribute.VALUE]
            told.append(record.id)
        return told

    assert [record.id for record in records] == store._token.use(attempts)


def test_a_record_names_the_place_of_its_key_and_holds_none(tmp_path: Path) -> None:
    record = _store(tmp_path).create(DID, Purpose.JOSE, now=NOW)
    path = tmp_path / f"{record.id}.json"
    assert 0o600 == path.stat().st_mode & 0o777
    assert json.loads(path.read_bytes())["private_key"].startswith(f"pkcs11:token={soft_hsm.LABEL};id=%")
    assert b"PRIVATE KEY" not in path.read_bytes()


@pytest.mark.parametrize(
    ("purpose", "make"),
    [
        (Purpose.CREDENTIAL, ed25519.Ed25519PrivateKey.generate),
        (Purpose.SEAL, lambda: ec.generate_private_key(ec.SECP256R1())),
        (Purpose.SEAL, lambda: rsa.generate_private_key(65_537, 3072)),
    ],
    ids=["ed25519", "p-256", "rsa-3072"],
)
def test_a_key_that_is_brought_signs_from_the_token(tmp_path: Path, purpose: Purpose, make: Callable[[], Any]) -> None:
    key = make()
    record = _store(tmp_path).install(DID, purpose, key, now=NOW)
    signer = _store(tmp_path).signer(DID, purpose)
    assert key.public_key() == record.public_key
    verify_bytes(signer.algorithm.value, signer.sign(b"data"), b"data", key.public_key())


def test_a_seal_keeps_its_chain(tmp_path: Path) -> None:
    authority = DevelopmentCA.create(now=NOW)
    record = _store(tmp_path).create(
        DID,
        Purpose.SEAL,
        now=NOW,
        certify=lambda key: authority.seal_certificate(key, organisation="Uni", did=DID, now=NOW),
    )
    assert _store(tmp_path).certificates(record.id) == tuple(_store(tmp_path).signer(DID, Purpose.SEAL).certificates)


def test_a_key_of_which_no_record_was_written_is_destroyed(tmp_path: Path) -> None:
    store = _store(tmp_path)

    def count(session: Any) -> int:
        return len(list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})))

    def fail(_key: object) -> Any:
        raise OSError("the authority is away")

    before = store._token.use(count)
    with pytest.raises(OSError, match="away"):
        store.create(DID, Purpose.SEAL, now=NOW, certify=fail)
    assert before == store._token.use(count)


def test_a_session_that_is_lost_is_opened_again(tmp_path: Path) -> None:
    store = _store(tmp_path)
    public = store.create(DID, Purpose.JOSE, now=NOW).public_key
    signer = store.signer(DID, Purpose.JOSE)
    store._token._process.session.close()
    verify_bytes("ES256", signer.sign(b"data"), b"data", public)
    pkcs11.lib(soft_hsm.module()).finalize()
    verify_bytes("ES256", signer.sign(b"data"), b"data", public)


def test_two_stores_of_one_process_share_the_login(tmp_path: Path) -> None:
    """The one who logged in first closes its session: the other logs in for itself."""
    first, second = _store(tmp_path), _store(tmp_path)
    public = first.create(DID, Purpose.JOSE, now=NOW).public_key
    verify_bytes("ES256", second.signer(DID, Purpose.JOSE).sign(b"data"), b"data", public)
    first._token._forget(first._token._process)
    verify_bytes("ES256", second.signer(DID, Purpose.JOSE).sign(b"data"), b"data", public)


def test_threads_may_sign_at_once(tmp_path: Path) -> None:
    store = _store(tmp_path)
    public = store.create(DID, Purpose.CREDENTIAL, now=NOW).public_key
    signer = store.signer(DID, Purpose.CREDENTIAL)
    signed: list[tuple[bytes, bytes]] = []

    def work(number: int) -> None:
        data = bytes([number]) * 32
        signed.append((signer.sign(data), data))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 16 == len(signed)
    for signature, data in signed:
        verify_bytes("EdDSA", signature, data, public)


_FORKED = """
import os, sys
from pathlib import Path
from keys.pkcs11_store import PKCS11KeyStore
from keys.pkcs11_token import Token
from keys.store import Purpose
from proofs.jws import verify_bytes
folder, module, label, pin, did = sys.argv[1:]
token = Token(module=module, label=label, pin=pin)
signer = PKCS11KeyStore(Path(folder), token).signer(did, Purpose.JOSE)
session = token._process.session
child = os.fork()
verify_bytes("ES256", signer.sign(b"data"), b"data", signer.public_key)
if not child:
    os._exit(0 if token._process.session is not session and token._process.pid == os.getpid() else 3)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
verify_bytes("ES256", signer.sign(b"again"), b"again", signer.public_key)
sys.exit(code if token._process.session is session else 4)
"""


def test_a_forked_process_has_a_session_of_its_own(tmp_path: Path) -> None:
    _store(tmp_path).create(DID, Purpose.JOSE, now=NOW)
    arguments = (str(tmp_path), soft_hsm.module(), soft_hsm.LABEL, soft_hsm.PIN, DID)
    done = subprocess.run(
        [sys.executable, "-c", _FORKED, *arguments], cwd=ROOT, capture_output=True, check=False, timeout=120
    )
    assert 0 == done.returncode, done.stderr


def _unavailable(work: Callable[[], object]) -> str:
    with pytest.raises(ProblemError) as caught:
        work()
    assert "key-store-unavailable" == caught.value.problem.code
    return caught.value.problem.detail


def test_a_wrong_pin_is_told_and_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token locks itself after a few wrong PINs: one that was refused is not sent a second time."""
    token = soft_hsm.token(pin="0000-0000", label=soft_hsm.new_token())
    tried = []
    found = token._found
    monkeypatch.setattr(Token, "_found", lambda _self: tried.append(1) or found())
    store = _store(tmp_path, token)
    for _ in range(5):
        told = _unavailable(lambda: store.create(DID, Purpose.JOSE, now=NOW))
        assert "refused the PIN" in told
        assert "0000" not in told + repr(token)
    assert [1] == tried
    assert [] == list(tmp_path.iterdir())


def test_a_token_or_a_library_that_is_not_there_is_told(tmp_path: Path) -> None:
    told = _unavailable(lambda: _store(tmp_path, soft_hsm.token(label="nowhere")).create(DID, Purpose.JOSE, now=NOW))
    assert "no token with the label nowhere" in told
    missing = Token(module=str(tmp_path / "none.so"), label="x", pin="1234")
    assert "cannot be loaded" in _unavailable(lambda: _store(tmp_path, missing).create(DID, Purpose.JOSE, now=NOW))
    twice = soft_hsm.new_token()
    soft_hsm.add_token(twice)
    told = _unavailable(lambda: _store(tmp_path, soft_hsm.token(label=twice)).create(DID, Purpose.JOSE, now=NOW))
    assert "several tokens" in told


def test_a_key_that_is_gone_from_the_token_signs_nothing_and_is_found_by_a_check(tmp_path: Path) -> None:
    store = _store(tmp_path)
    store.create(DID, Purpose.JOSE, now=NOW)
    gone = store.create(DID, Purpose.STATUS, now=NOW)
    signer = store.signer(DID, Purpose.STATUS)
    signer.sign(b"data")
    store._token.destroy(_id(store, gone.id))
    assert "NoSuchKey" in _unavailable(lambda: signer.sign(b"data"))
    assert [gone.id] == [record.id for record in _store(tmp_path).lost()]
    store.retire(gone.id, now=NOW)
    assert () == _store(tmp_path).lost()


def test_keys_of_files_and_of_other_tokens_are_refused_by_name(tmp_path: Path) -> None:
    files, token = FileKeyStore(tmp_path, PASSPHRASE), _store(tmp_path)
    in_file = files.create(DID, Purpose.JOSE, now=NOW)
    with pytest.raises(KeyFileError, match="lies in its file"):
        token.signer(DID, Purpose.JOSE)
    in_token = token.create(DID, Purpose.STATUS, now=NOW)
    with pytest.raises(KeyFileError, match="lies in a token"):
        files.signer(DID, Purpose.STATUS)
    with pytest.raises(KeyFileError, match="another token"):
        _store(tmp_path, soft_hsm.token(label=soft_hsm.new_token())).signer(DID, Purpose.STATUS)
    assert {in_file.id, in_token.id} == {record.id for record in token.records()}


def test_a_record_that_points_to_another_key_signs_nothing(tmp_path: Path) -> None:
    store = _store(tmp_path)
    mine, other = (store.create(DID, purpose, now=NOW) for purpose in (Purpose.JOSE, Purpose.SEAL))
    path, foreign = (tmp_path / f"{record.id}.json" for record in (mine, other))
    where = json.loads(foreign.read_bytes())["private_key"]
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "private_key": where}))
    with pytest.raises(KeyFileError, match="another key"):
        _store(tmp_path).signer(DID, Purpose.JOSE)


def test_what_a_child_inherits_is_left_alone(tmp_path: Path) -> None:
    """As after a fork: the session is the parent's, whatever this process does with its own."""
    store = _store(tmp_path)
    public = store.create(DID, Purpose.JOSE, now=NOW).public_key
    signer = store.signer(DID, Purpose.JOSE)
    inherited = store._token._process
    inherited.pid += 1
    verify_bytes("ES256", signer.sign(b"data"), b"data", public)
    assert inherited is not store._token._process
    assert store._token._process.session is not inherited.session


def test_a_token_whose_library_fails_twice_is_told(tmp_path: Path) -> None:
    def fail(_session: object) -> None:
        raise pkcs11.DeviceError

    assert "DeviceError" in _unavailable(lambda: _store(tmp_path)._token.use(fail))


def test_a_key_that_was_brought_and_could_not_be_recorded_is_destroyed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = _store(tmp_path)

    def count(session: Any) -> int:
        return len(list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})))

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    before = store._token.use(count)
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.install(DID, Purpose.JOSE, ec.generate_private_key(ec.SECP256R1()), now=NOW)
    assert before == store._token.use(count)


def test_one_key_is_asked_for_by_its_id_before_it_signs(tmp_path: Path) -> None:
    store = _store(tmp_path)
    record = store.create(DID, Purpose.SEAL, now=NOW, state=KeyState.PREPARED)
    signer = store.signer_of(record.id)
    verify_bytes("ES256", signer.sign(b"data"), b"data", record.public_key)
    assert "PKCS11Signer" in repr(signer)
    assert () == FileKeyStore(tmp_path / "files", PASSPHRASE).lost()
    assert (record,) == tuple(found for found, _ in read_keys(tmp_path))


def test_a_token_that_does_not_wrap_its_points_is_understood() -> None:
    """Some tokens give the bytes of a point, not an OCTET STRING around them."""
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    wrapped = b"\x04\x41" + raw
    assert raw == _point({Attribute.EC_POINT: raw}) == _point({Attribute.EC_POINT: wrapped})


def test_a_token_that_is_gone_while_it_is_opened_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def open(self, **_: object) -> None:
            raise pkcs11.TokenNotPresent

    monkeypatch.setattr(Token, "_found", lambda _self: Gone())
    assert "TokenNotPresent" in _unavailable(lambda: _store(tmp_path).create(DID, Purpose.JOSE, now=NOW))

"""`parchemin present`: a part of a document, and nothing else of it (R40, R103)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat

from holder.presenting.commands import present
from holder.presenting.disclosing import in_a_line, parts_of
from keys.store import Algorithm
from proofs.sd_jwt import Concealed
from proofs.sd_jwt_vc import ExpectedBinding, check_sd_jwt_vc, contents, issue
from services.clock import SystemClock
from tests.support.signers import controller, key_finder, private_key, signer

ISSUER, HOLDER = signer(), signer(Algorithm.EDDSA, "holder")
ASKED = ("--audience", "https://employer.example", "--nonce", "n-1")
CLAIMS: dict[str, Any] = {
    "study": {"degree": Concealed({"title": "Bachelière ès sciences"})},
    "terms": Concealed(
        [
            Concealed(
                {
                    "name": "Automne",
                    "courses": [
                        Concealed({"code": f"INF{n}", "title": "Réseaux", "result": Concealed({"grade": "B+"})})
                        for n in range(11)
                    ],
                }
            ),
            Concealed({"name": "Hiver\x1b[2J\u202e", "courses": []}),
        ]
    ),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path)


def written(folder: Path, **options: Any) -> Path:
    token = issue({"iss": controller(ISSUER), **CLAIMS}, vct="https://example.org/t", signer=ISSUER, **options)
    path = folder / "transcript.sd-jwt"
    path.write_text(token + "\n")
    return path


def run(*arguments: str | Path, typed: str | bytes | None = None) -> Result:
    return CliRunner().invoke(present, [str(argument) for argument in arguments], input=typed)


def pem(name: str = "holder", algorithm: Algorithm = Algorithm.EDDSA, passphrase: bytes = b"") -> bytes:
    how: Any = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    return private_key(algorithm, name).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)


def test_the_list_says_what_each_part_is_in_the_order_of_the_document(file: Path) -> None:
    done = run(file, "--list")
    lines = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
    assert ["/study/degree", "Bachelière ès sciences"] == lines[0]
    assert ["/terms/0", "Automne"] == lines[2]
    assert ["/terms/0/courses/0/result", "B+"] == lines[4]
    assert ["/terms/0/courses/10", "INF10 Réseaux"] == lines[-3]
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout


def test_one_course_is_shown_and_the_others_are_not(file: Path) -> None:
    """R103"""
    done = run(file, "--disclose", "/terms/0/courses/2", "--disclose", "study/degree")
    assert 0 == done.exit_code
    finding = check_sd_jwt_vc(done.stdout.strip(), find_key=key_finder(), now=SystemClock().now())
    assert [{"name": "Automne", "courses": [{"code": "INF2", "title": "Réseaux"}]}] == finding.claims["terms"]
    assert {"degree": {"title": "Bachelière ès sciences"}} == finding.claims["study"]


def test_a_whole_term_is_shown_with_its_grades(file: Path) -> None:
    """R103"""
    done = run("-", "--disclose", "/terms/0/**", typed=file.read_bytes())
    (term,) = contents(done.stdout.strip())[0]["terms"]
    assert [{"grade": "B+"}] * 11 == [course["result"] for course in term["courses"]]


def test_what_was_withheld_once_cannot_be_shown_from_the_presentation(file: Path) -> None:
    seen = run(file, "--disclose", "/study/degree").stdout
    assert ("/study/degree",) == tuple(part.path for part in parts_of(seen.strip()))
    done = run("-", "--disclose", "/terms/0", typed=seen)
    assert 1 == done.exit_code
    assert "not-found" in done.stderr


@pytest.mark.parametrize("passphrase", [b"", b"correct horse"])
def test_a_document_bound_to_a_key_is_shown_with_its_answer(tmp_path: Path, passphrase: bytes) -> None:
    """R40: whoever finds the presentation cannot show it to somebody else."""
    file, key = written(tmp_path, holder_key=HOLDER.public_key), tmp_path / "key.pem"
    key.write_bytes(pem(passphrase=passphrase))
    typed = f"{passphrase.decode()}\n" if passphrase else None
    done = run(file, "--disclose", "/study/degree", *ASKED, "--key", key, typed=typed)
    assert 0 == done.exit_code, done.stderr
    token = done.stdout.strip().splitlines()[-1]
    expected = ExpectedBinding("https://employer.example", "n-1")
    assert check_sd_jwt_vc(token, find_key=key_finder(), now=SystemClock().now(), expected=expected).holder_proved


def test_a_document_bound_to_a_key_is_not_shown_without_it_or_with_another(tmp_path: Path) -> None:
    file, key = written(tmp_path, holder_key=HOLDER.public_key), tmp_path / "key.pem"
    key.write_bytes(pem("other", Algorithm.ES256))
    for more in ((), (*ASKED, "--key", key)):
        done = run(file, "--disclose", "/study/degree", *more)
        assert (1, "") == (done.exit_code, done.stdout)
        assert "holder-mismatch" in done.stderr
    key.write_bytes(pem())
    done = run(file, "--disclose", "/study/degree", "--audience", "a", "--key", key)
    assert (1, "") == (done.exit_code, done.stdout)
    assert "challenge-wrong" in done.stderr


def test_a_key_adds_nothing_to_a_bearer_document(file: Path, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(pem())
    done = run(file, "--disclose", "/study/degree", *ASKED, "--key", tmp_path / "key.pem")
    assert (1, "") == (done.exit_code, done.stdout)
    assert "holder-mismatch" in done.stderr


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"\xff", b"a.b.c", b"a.b.c~", "é.b.c~".encode(), b"x" * 1_100_000, b"e30.e30.AA~~"]
)
def test_what_is_no_such_document_is_refused_in_a_line(raw: bytes) -> None:
    for arguments in (["--list"], ["--disclose", "/a"]):
        done = run("-", *arguments, typed=raw)
        assert (1, "", 1) == (done.exit_code, done.stdout, len(done.stderr.splitlines()))


@pytest.mark.parametrize(
    "arguments", [[], ["--list", "--disclose", "/a"], ["--disclose", "/a", "--nonce", "n"], ["--list", "--key", "no"]]
)
def test_a_command_that_says_too_little_or_too_much_could_not_run(file: Path, arguments: list[str]) -> None:
    assert 2 == run(file, *arguments).exit_code


def test_a_key_file_without_a_key_could_not_be_read(file: Path, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("no key")
    done = run(file, "--disclose", "/study/degree", *ASKED, "--key", tmp_path / "key.pem")
    assert "Error" in done.stderr
    assert 1 == done.exit_code


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ({"value": "3.87", "scale": "4.3"}, "3.87 4.3"),
        ({"a": 1, "b": 2}, "a, b"),
        ([{"name": "Automne"}, {}], "2 × Automne …"),
        ([], "0"),
        (True, "true"),
        ("x" * 200, "x" * 99 + "…"),
        ("a\nb\u009b", "a\ufffdb\ufffd"),
    ],
)
def test_a_part_is_told_in_one_line(value: Any, line: str) -> None:
    assert line == in_a_line(json.loads(json.dumps(value)))

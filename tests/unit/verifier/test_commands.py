"""`parchemin verify`: words or JSON, and an exit code for scripts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from proofs import vc_cose
from tests.support.issuer_simulator import NOW, SimulatedIssuer, World, stamp
from verifier.commands import commands, verify
from verifier.desk import VerifierDesk
from verifier.evidence import Expected
from verifier.worker import Workers


@dataclass
class Bench:
    verifier: VerifierDesk

    def line_workers(self, count: int) -> Workers:
        return Workers("tests.support.line_judge:make_handler", count=count)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def issuer(world: World) -> SimulatedIssuer:
    return world.issuer()


def run(world: World, raw: bytes, *options: str) -> Result:
    return CliRunner().invoke(verify, ["-", *options], input=raw, obj=Bench(VerifierDesk(world.evidence)))


def test_the_command_is_offered() -> None:
    assert (verify,) == commands


def test_a_file_is_verified_and_told_in_words(world: World, issuer: SimulatedIssuer, tmp_path: Path) -> None:
    file = tmp_path / "badge.json"
    file.write_bytes(issuer.signed(issuer.badge()))
    told = CliRunner().invoke(verify, [str(file)], obj=Bench(VerifierDesk(world.evidence)))
    assert 0 == told.exit_code
    assert "Verified" == told.output.splitlines()[0]
    assert "✓ Integrity — Yes." in told.output


def test_a_binary_file_is_a_document_like_any_other(world: World, issuer: SimulatedIssuer, tmp_path: Path) -> None:
    file = tmp_path / "badge.cose"
    file.write_bytes(vc_cose.sign_credential(issuer.badge(), signer=issuer.jose_signer))
    told = CliRunner().invoke(verify, [str(file), "--json"], obj=Bench(VerifierDesk(world.evidence)))
    assert (0, "verified") == (told.exit_code, json.loads(told.output)["verdict"])
    file.write_bytes(file.read_bytes() + b"\0")
    told = CliRunner().invoke(verify, [str(file), "--json"], obj=Bench(VerifierDesk(world.evidence)))
    assert (1, "failed") == (told.exit_code, json.loads(told.output)["verdict"])


def test_the_words_are_french_when_asked(world: World, issuer: SimulatedIssuer) -> None:
    """R85."""
    assert "Vérifié" == run(world, issuer.signed(issuer.badge()), "--lang", "fr").output.splitlines()[0]


def test_json_is_the_report(world: World, issuer: SimulatedIssuer) -> None:
    told = run(world, issuer.badge_token(), "--json")
    assert (0, "verified") == (told.exit_code, json.loads(told.output)["verdict"])


def test_the_parts_of_a_learner_record_are_listed(world: World, issuer: SimulatedIssuer) -> None:
    lines = run(world, issuer.signed(issuer.transcript(1))).output.splitlines()
    assert ["  1. Verified", "  2. Verified"] == lines[-2:]


def test_the_exit_code_says_how_it_ended(world: World, issuer: SimulatedIssuer) -> None:
    """Architecture section 6: 0 verified, 1 failed or was valid, 2 not fully checked."""
    good = issuer.signed(issuer.badge(index=3))
    expired = issuer.signed(issuer.badge(validUntil=stamp(NOW - timedelta(1))))
    stranger = world.stranger()
    unknown = stranger.signed(stranger.badge())
    assert [0, 1, 1, 1, 2] == [
        run(world, raw).exit_code for raw in (good, expired, good.replace(b"Atelier", b"Atelies"), b"nothing", unknown)
    ]
    issuer.revoke(3)
    assert 1 == run(world, good).exit_code


def test_a_file_that_is_not_there_could_not_be_run(world: World) -> None:
    told = CliRunner().invoke(verify, ["/no/such/file"], obj=Bench(VerifierDesk(world.evidence)))
    assert 0 != told.exit_code
    assert "No such file" in told.output


def test_a_file_that_cannot_be_read_could_not_be_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    class Unreadable:
        name = "broken.json"

        def read(self) -> bytes:
            raise OSError(5, "Input/output error")

        def close(self) -> None:
            """Nothing is open."""

    monkeypatch.setattr("click.File.convert", lambda *_: Unreadable())
    told = CliRunner().invoke(verify, ["broken.json"], obj=Bench(VerifierDesk(world.evidence)))
    assert 0 != told.exit_code
    assert "broken.json" in told.output
    assert "Input/output error" in told.output


def test_the_desk_takes_what_was_expected_and_what_was_supplied(world: World) -> None:
    holder = world.stranger()
    desk = VerifierDesk(world.evidence)
    raw = holder.presented(holder.presentation(verifiableCredential=None), challenge="c", domain="d")
    assert "verified" == desk.verify(raw, expected=Expected("c", "d")).verdict.value
    assert "failed" == desk.verify(raw, expected=Expected("other", "d"), supplied={}).verdict.value


def test_several_files_are_told_apart_and_the_worst_counts(
    world: World, issuer: SimulatedIssuer, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_bytes(issuer.signed(issuer.badge()))
    bad.write_bytes(b"{}")
    desk = Bench(VerifierDesk(world.evidence))
    told = CliRunner().invoke(verify, [str(good), str(bad)], obj=desk)
    assert 1 == told.exit_code
    titles = [line for line in told.output.splitlines() if line.startswith("== ")]
    assert [f"== {good}", f"== {bad}"] == titles
    in_json = CliRunner().invoke(verify, ["--json", str(good), str(bad)], obj=desk)
    assert ["verified", "failed"] == [json.loads(line)["verdict"] for line in in_json.output.splitlines()]


def test_a_stream_is_told_line_by_line_and_the_worst_counts(world: World, tmp_path: Path) -> None:
    """Proof core, item 10; the processes say back what they are given, and give up one line."""
    stream = tmp_path / "many.jsonl"
    stream.write_bytes(b"one\ntwo\n")
    bench = Bench(VerifierDesk(world.evidence))
    told = CliRunner().invoke(verify, ["--jsonl", "--jobs", "1", str(stream)], obj=bench)
    assert ["one", "two"] == told.output.splitlines()
    assert 0 == told.exit_code
    stream.write_bytes(b"one\ndefect\n")
    assert 2 == CliRunner().invoke(verify, ["--jsonl", "--jobs", "1", str(stream)], obj=bench).exit_code

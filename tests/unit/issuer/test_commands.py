"""The issuer on the command line: what it prints, and how it ends."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from issuer.commands import commands
from issuer.desk import IssuerDesk
from tests.support.awards import award_json
from tests.support.issuing import House, open_house

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


@dataclass
class Bench:
    issuer: IssuerDesk


@pytest.fixture
def house(tmp_path: Path) -> House:
    return open_house(tmp_path)


def run(house: House, *arguments: str | Path, given: str | None = None) -> Result:
    group = click.Group(commands={command.name or "": command for command in commands})
    words = [str(argument) for argument in arguments]
    return CliRunner().invoke(group, words, obj=Bench(house.desk), input=given, catch_exceptions=False)


def issue(house: House) -> str:
    result = run(house, "issue", "-", given=json.dumps(award_json("badge")))
    assert 0 == result.exit_code
    return result.output.split()[0]


def test_an_institution_is_created_from_its_file_and_again_changes_nothing(tmp_path: Path) -> None:
    house = open_house(tmp_path, slugs=())
    for _ in range(2):
        result = run(house, "institution", "create", EXAMPLES / "institution.json")
        assert (0, "boreale did:web:registrar.parchemin.example:t:boreale\n") == (result.exit_code, result.output)
    assert "Université Boréale / Boreal University" in run(house, "institution", "list").output


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"slug": 3}, "/slug"),
        ({"url": "javascript:alert(1)"}, "/url"),
        ({"names": {"fr": "Seule"}}, "/names/en"),
        ({"branding": {"logo": "logo.svg", "colour": "red"}}, "/branding/colour"),
        ({"purposes": {"badge": []}}, "/purposes/badge/value"),
        ({"did": "did:web:evil.example"}, "/did"),
    ],
)
def test_an_institution_that_is_not_right_is_refused_with_its_fields(
    house: House, tmp_path: Path, change: dict[str, object], pointer: str
) -> None:
    profile = json.loads((EXAMPLES / "institution.json").read_bytes())
    (tmp_path / "logo.svg").write_bytes(b"<svg/>")
    (tmp_path / "one.json").write_text(json.dumps({**profile, **change}))
    result = run(house, "institution", "create", tmp_path / "one.json")
    assert 1 == result.exit_code
    assert pointer in result.output


@pytest.mark.parametrize("logo", [b"<svg><script>1</script></svg>", b'<svg><a href="x"/></svg>', b"x" * 300_000])
def test_a_logo_that_runs_fetches_or_is_huge_is_refused(house: House, tmp_path: Path, logo: bytes) -> None:
    (tmp_path / "logo.svg").write_bytes(logo)
    (tmp_path / "one.json").write_bytes((EXAMPLES / "institution.json").read_bytes())
    assert 1 == run(house, "institution", "create", tmp_path / "one.json").exit_code


def test_a_logo_of_another_folder_is_not_read(house: House, tmp_path: Path) -> None:
    profile = json.loads((EXAMPLES / "institution.json").read_bytes())
    profile["branding"]["logo"] = "../../etc/logo.svg"
    (tmp_path / "one.json").write_text(json.dumps(profile))
    result = run(house, "institution", "create", tmp_path / "one.json")
    assert 1 == result.exit_code
    assert "beside the institution" in result.output


def test_an_award_is_issued_once(house: House) -> None:
    document_id = issue(house)
    again = run(house, "issue", "-", "--institution", "boreale", given=json.dumps(award_json("badge")))
    assert f"{document_id} was issued before\n" == again.output


def test_a_bad_award_is_refused_with_its_fields(house: House) -> None:
    result = run(house, "issue", EXAMPLES / "awards" / "bad" / "transcript-courses.json")
    assert 1 == result.exit_code
    assert "/terms/0/courses/1/credits: malformed" in result.output


def test_with_several_institutions_one_must_be_named(tmp_path: Path) -> None:
    house = open_house(tmp_path, slugs=("boreale", "australe"))
    result = run(house, "issue", "-", given=json.dumps(award_json("badge")))
    assert (2, True) == (result.exit_code, "--institution" in result.output)


def test_a_document_is_suspended_restored_and_revoked(house: House) -> None:
    document_id = issue(house)
    told = [
        run(house, act, document_id, "--reason", "Erreur.").output
        for act in ("suspend", "suspend", "restore", "restore", "revoke", "revoke")
    ]
    assert [
        "suspended\n",
        "was suspended before\n",
        "restored\n",
        "was not suspended\n",
        "revoked\n",
        "was revoked before\n",
    ] == told
    assert "revoked" == house.desk.document(document_id).state
    assert 1 == run(house, "revoke", "urn:uuid:nothing", "--reason", "Erreur.").exit_code
    assert 2 == run(house, "revoke", document_id).exit_code


def test_a_file_is_tried_issued_and_issued_again(house: House, tmp_path: Path) -> None:
    lines = [award_json("badge", external_id=str(number)) for number in range(3)] + [{"kind": "badge"}]
    file = tmp_path / "awards.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines))
    dry = run(house, "batch", file, "--dry-run")
    assert (1, True) == (dry.exit_code, "3 would-issue, 1 refused" in dry.output)
    assert {} == house.desk.counts("boreale")
    first = run(house, "batch", file, "--json")
    rows = [json.loads(line) for line in first.output.splitlines() if line.startswith("{")]
    assert ["issued", "issued", "issued", "refused"] == [row["outcome"] for row in rows]
    assert "award-incomplete" == rows[3]["problem"]["code"]
    again = run(house, "batch", file)
    assert "3 already-issued, 1 refused" in again.output
    assert "line 4: award-incomplete" in again.output


def test_columns_are_renamed_by_a_mapping_profile(house: House, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("N;PRENOM;NOM;C;M\n1;Zoé;L’Écuyer;z@example.org;7\n")
    constants = {
        "kind": "badge",
        "language": "fr",
        "issued_on": "2026-05-29",
        "title": "T",
        "description": "D",
        "criteria": "C",
    }
    columns = {"N": "external_id", "PRENOM": "learner.given_name", "NOM": "learner.family_name", "C": "learner.email"}
    profile = {"columns": {**columns, "M": "learner.student_id"}, "constants": constants}
    (tmp_path / "m.json").write_text(json.dumps(profile))
    result = run(house, "batch", tmp_path / "a.csv", "--mapping", tmp_path / "m.json")
    assert (0, True) == (result.exit_code, "1 issued" in result.output)


def test_lists_are_published_and_the_log_is_checked(house: House) -> None:
    document_id = issue(house)
    run(house, "revoke", document_id, "--reason", "Erreur.")
    assert "1 signed\n" == run(house, "status", "publish").output
    assert "3 lines, none changed\n" == run(house, "verify-log").output
    log = house.audit.path
    log.write_bytes(log.read_bytes().replace(b"command line", b"somebody new"))
    broken = run(house, "verify-log")
    assert (1, "line 2: the line was changed\n") == (broken.exit_code, broken.output)


def test_an_api_key_is_shown_once_and_can_be_revoked(house: House) -> None:
    key = run(house, "api-key", "create", "--name", "SIS").output.strip()
    assert "boreale" == house.desk.api_clients.recognise(key).institution
    run(house, "api-key", "revoke", key.split("_")[1])
    with pytest.raises(Exception, match="sign-in-needed"):
        house.desk.api_clients.recognise(key)

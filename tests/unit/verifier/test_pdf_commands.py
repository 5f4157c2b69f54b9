"""`parchemin extract` gives the credential byte for byte, or says why not."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.pdf_attacks import ATTACKS, STRANGER, Scene
from verifier.pdf_commands import commands

(EXTRACT,) = commands


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene()


def test_the_credential_comes_out_as_it_went_in(scene: Scene, tmp_path: Path) -> None:
    credential = b'{"id":  "urn:uuid:1" , "name": "Z\xc3\xa9"}\n'
    (tmp_path / "in.pdf").write_bytes(scene.world.sealed(credential=credential))
    done = CliRunner().invoke(EXTRACT, [str(tmp_path / "in.pdf"), "-o", str(tmp_path / "out.json")])
    assert done.exit_code == 0
    assert credential == (tmp_path / "out.json").read_bytes()


@pytest.mark.parametrize(
    ("name", "code"), [("attachment replaced", "pdf-changed"), ("signature stripped", "pdf-not-sealed")]
)
def test_nothing_comes_out_of_what_was_changed(scene: Scene, name: str, code: str) -> None:
    done = CliRunner().invoke(EXTRACT, ["-"], input=ATTACKS[name].make(scene))
    assert (1, True) == (done.exit_code, code in done.output)


def test_a_sealed_pdf_without_a_credential_says_so(scene: Scene) -> None:
    done = CliRunner().invoke(EXTRACT, ["-"], input=STRANGER(scene))
    assert (1, True) == (done.exit_code, "no credential is inside" in done.output)

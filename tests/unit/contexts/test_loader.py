from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from contexts.loader import FOLDER, BundledLoader, ContextsChangedError
from schemas.problems import ProblemError

PUBLISHED = {
    "https://www.w3.org/2018/credentials/v1": "ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc",
    "https://www.w3.org/ns/credentials/v2": "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    "https://www.w3.org/ns/credentials/status/v1": "fda5add353231e6a6884a46b12e6c75464281900cb348284d9c360f62381d9f7",
    "https://w3id.org/security/data-integrity/v1": "b5d829bd09aa7c42abc6efa0c8ed7635313b5487f37ccfce3ecd149ca9418554",
    "https://w3id.org/security/data-integrity/v2": "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
    "https://w3id.org/security/multikey/v1": "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
    "https://w3id.org/security/jwk/v1": "0f14b62f6071aafe00df265770ea0c7508e118247d79b7d861a406d2aa00bece",
    "https://w3id.org/security/suites/ed25519-2020/v1": (
        "b9e1ab971fd8bf2c7553e0c4a9438e0b9450afde1ea1ca5b2492368b9f549588"
    ),
    "https://w3id.org/vc/status-list/2021/v1": "6dd06a52bedb771e059c1083ba8ba7848dce22f6b4a8cfa0b98ba3fc188870e4",
}
"""Digests that the specifications print."""


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "contexts"
    shutil.copytree(FOLDER, folder)
    return folder


def test_every_context_of_the_manifest_is_served() -> None:
    loader = BundledLoader.open()
    assert all("@context" in loader.load(url) for url in loader.urls())


def test_the_pinned_digests_are_those_that_the_specifications_print() -> None:
    manifest = json.loads((FOLDER / "manifest.json").read_text())
    pinned = {entry["address"]: entry["sha256"] for entry in manifest["contexts"]}
    assert PUBLISHED == {url: pinned[url] for url in PUBLISHED}


def test_each_file_has_an_origin_and_a_licence_and_no_file_is_left_over() -> None:
    entries = json.loads((FOLDER / "manifest.json").read_text())["contexts"]
    assert all(entry["origin"] and entry["licence"] for entry in entries)
    files = {str(path.relative_to(FOLDER)) for path in FOLDER.glob("*/*.json*")}
    assert {entry["file"] for entry in entries} == files


def test_no_context_uses_what_the_converter_does_not_read() -> None:
    for path in FOLDER.glob("*/*.json*"):
        text = path.read_text()
        for keyword in ("@import", "@propagate", "@base", "@nest", "@index", "@reverse", "@direction", "@language"):
            assert f'"{keyword}"' not in text, (path, keyword)
        assert "#double" not in text
        assert "rdf-syntax-ns#type" not in text


def test_any_other_address_is_refused() -> None:
    with pytest.raises(ProblemError, match="context-unknown"):
        BundledLoader.open().load("https://www.w3.org/ns/credentials/v3")


def test_a_changed_byte_stops_the_start(copied: Path) -> None:
    """threats.md A29."""
    path = copied / "w3c" / "credentials-v2.jsonld"
    path.write_bytes(path.read_bytes().replace(b"validUntil", b"validUnti1", 1))
    with pytest.raises(ContextsChangedError, match="credentials-v2"):
        BundledLoader.open(copied)


def test_a_missing_file_stops_the_start(copied: Path) -> None:
    (copied / "clr" / "context-2.0.1.json").unlink()
    with pytest.raises(ContextsChangedError, match="clr/context"):
        BundledLoader.open(copied)


def test_what_was_loaded_cannot_be_added_to() -> None:
    documents = {"https://x.example/1": {"@context": {}}}
    loader = BundledLoader(documents)
    documents["https://x.example/2"] = {"@context": {}}
    assert ("https://x.example/1",) == loader.urls()

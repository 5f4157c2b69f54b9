"""An institution's own fonts: read beside its file, kept, and what its pages and its seal are set in."""

from __future__ import annotations

import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from issuer.documents.fonts import OURS, TEMPLATES, Compilers, families_in, is_font
from issuer.documents.typesetting import Typesetter
from issuer.institutions.files import MAX_FONT_BYTES, read_institution
from issuer.institutions.models import InstitutionRow
from issuer.institutions.profile import Branding, Institution
from issuer.institutions.store import institution_of, profile_json
from schemas.awards import Kind, Language, Learner
from schemas.problems import ProblemError
from tests.support.documents import INSTITUTION, LOGO, badge
from tests.support.pages import pages, squeezed, text_of

SYLLABICS = (TEMPLATES / "fonts" / "NotoSansCanadianAboriginal-Regular.ttf").read_bytes()
OWN = SYLLABICS.replace("Canadian".encode("utf-16-be"), "Kanadian".encode("utf-16-be"))
"""The font for syllabics under another name: that of an institution in these tests."""
FAMILY = "Noto Sans Kanadian Aboriginal"
LEARNER = Learner("ᐱᓯᐊᓪᓗᒃ", "ᖁᓪᓕᖅ", "a@example.org", "1")


def fonts_of(pdf: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {
            str(one.FontName).partition("+")[2]
            for one in document.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
        }


def branded(**changes: Any) -> Institution:
    return dataclasses.replace(INSTITUTION, branding=dataclasses.replace(INSTITUTION.branding, **changes))


def described(folder: Path, **branding: Any) -> Path:
    """Return the file of an institution with its logo beside it."""
    (folder / "logo.svg").write_text(LOGO)
    (folder / "own.ttf").write_bytes(OWN)
    (folder / "note.txt").write_text("no font")
    profile = profile_json(INSTITUTION) | {"slug": "ubsa"}
    profile["branding"] = {"logo": "logo.svg", "colour": "#174a47", **branding}
    path = folder / "institution.json"
    path.write_text(json.dumps(profile), encoding="utf-8")
    return path


def read(path: Path) -> Institution:
    return read_institution(path, did_of=lambda slug: f"did:web:registrar.parchemin.example:t:{slug}")


def test_pages_and_seal_are_set_in_the_institutions_own_font() -> None:
    typesetter = Typesetter()
    own = branded(font=FAMILY, font_files=(OWN,))
    made = pages(typesetter, badge(learner=LEARNER), institution=own)
    assert "NotoSansKanadianAboriginal-Regular" in fonts_of(made)
    assert squeezed("ᐱᓯᐊᓪᓗᒃ ᖁᓪᓕᖅ") in text_of(made)
    ours = pages(typesetter, badge(learner=LEARNER))
    assert "NotoSansKanadianAboriginal-Regular" not in fonts_of(ours)
    assert typesetter.stamp(own, Language.FRENCH, Kind.BADGE) is not typesetter.stamp(
        INSTITUTION, Language.FRENCH, Kind.BADGE
    )


def test_a_letter_that_neither_font_has_is_still_pointed_at() -> None:
    with pytest.raises(ProblemError) as caught:
        pages(Typesetter(), badge(learner=Learner("漢字", "", "a@b.c", "1")), institution=branded(font_files=(OWN,)))
    assert ["/learner/given_name"] == [error.pointer for error in caught.value.problem.errors]


def test_a_font_is_read_from_beside_the_institutions_file(tmp_path: Path) -> None:
    found = read(described(tmp_path, font=FAMILY, font_files=["own.ttf"])).branding
    assert (FAMILY, (OWN,)) == (found.font, found.font_files)
    plain = read(described(tmp_path)).branding
    assert ("", ()) == (plain.font, plain.font_files)
    assert OURS[0] == read(described(tmp_path, font=OURS[0])).branding.font


@pytest.mark.parametrize(
    ("branding", "code"),
    [
        ({"font": FAMILY}, "malformed"),
        ({"font": "Comic Sans", "font_files": ["own.ttf"]}, "malformed"),
        ({"font_files": ["own.ttf"]}, "malformed"),
        ({"font": FAMILY, "font_files": ["note.txt"]}, "malformed"),
        ({"font": FAMILY, "font_files": ["../own.ttf"]}, "malformed"),
        ({"font": FAMILY, "font_files": ["none.ttf"]}, "not-parsable"),
        ({"font": FAMILY, "font_files": ["own.ttf"] * 5}, "malformed"),
    ],
)
def test_a_font_that_is_none_is_refused(tmp_path: Path, branding: dict[str, Any], code: str) -> None:
    with pytest.raises(ProblemError) as caught:
        read(described(tmp_path, **branding))
    assert caught.value.problem.code == code


def test_fonts_have_a_bound(tmp_path: Path) -> None:
    path = described(tmp_path, font=FAMILY, font_files=["own.ttf"])
    (tmp_path / "own.ttf").write_bytes(OWN + bytes(MAX_FONT_BYTES))
    with pytest.raises(ProblemError) as caught:
        read(path)
    assert caught.value.problem.code == "too-large"


def test_fonts_are_kept_with_the_institution_and_older_rows_have_none() -> None:
    own = branded(font=FAMILY, font_files=(OWN,))
    row = InstitutionRow(slug=own.slug, did=own.did, profile=profile_json(own), logo=own.branding.logo)
    assert own == institution_of(row)
    older = profile_json(INSTITUTION)
    older["branding"] = {name: older["branding"][name] for name in ("logo_media_type", "colour", "motto")}
    row.profile = older
    assert INSTITUTION.branding == institution_of(row).branding


def test_a_font_is_known_by_its_first_bytes() -> None:
    assert [True, False, False] == [is_font(content) for content in (OWN, b"", b"wOFF1234")]
    assert families_in((OWN,)) == (FAMILY,)


def test_compilers_are_made_once_for_a_set_of_fonts_and_few_are_kept() -> None:
    compilers = Compilers()
    first = compilers.of((OWN,))
    assert first is compilers.of((OWN,))
    for number in range(9):
        compilers.of((OWN + bytes(number + 1),))
    assert first is not compilers.of((OWN,))


def test_branding_without_a_font_is_ours() -> None:
    assert Branding(b"") == Branding(b"", font="", font_files=())

"""English and French on every page, and the way between them (R85)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import flask
import pytest
from babel.messages.mofile import read_mo

from app.i18n import current_language
from app.translations import build
from tests.support.web import verifier_app

PAGES = {
    "/": ("Documents that prove themselves", "Des documents qui font leurs preuves"),
    "/help": ("What the three lines mean", "Ce que disent les trois lignes"),
    "/accessibility": ("What we hold ourselves to", "Ce à quoi nous nous tenons"),
    "/problems/": ("About the service", "Sur le service"),
    "/verify": ("Is it genuine?", "Est-il authentique"),
    "/v1/docs": ("For programs", "Pour les programmes"),
    "/nowhere": ("There is nothing here.", "Il n&#39;y a rien ici."),
}


@pytest.fixture
def client():
    return verifier_app().test_client()


def _language_of(page: str) -> str:
    return re.search(r'<html lang="(\w+)"', page)[1]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("language", "index"), [("en", 0), ("fr", 1)])
def test_every_page_speaks_both_languages(client, path, language, index):
    page = client.get(path, headers={"Accept-Language": language}).text
    assert language == _language_of(page)
    assert PAGES[path][index] in page
    assert PAGES[path][1 - index] not in page


def test_no_string_is_missing_in_french():
    lacking = build.missing(build.merged(), list(build.used()))
    assert [] == [f"{text.place} {text.id!r}" for text in lacking]


def test_no_french_is_left_of_a_text_that_is_gone():
    assert [] == build.obsolete(build.merged(), list(build.used()))


def test_no_two_rooms_translate_one_text_differently():
    assert [] == build.contradictions()


def test_blanks_survive_translation():
    """A blank that the French has lost, or one it has made up, would break the page that shows it."""
    wrong = []
    for message in build.merged():
        originals = message.id if isinstance(message.id, (list, tuple)) else [message.id]
        strings = message.string if isinstance(message.string, (list, tuple)) else [message.string]
        wanted = {blank for text in originals for blank in re.findall(r"%\(\w+\)[sd]", text)}
        wrong += [text for text in strings if message.id and set(re.findall(r"%\(\w+\)[sd]", text)) - wanted]
        wrong += [text for text in strings[-1:] if message.id and wanted - set(re.findall(r"%\(\w+\)[sd]", text))]
    assert [] == wrong


def test_french_is_spaced_as_in_quebec():
    """U+00A0 before a colon and inside guillemets, never a plain space that could break the line."""
    texts = [message.string for message in build.merged() if message.id]
    flat = [text for entry in texts for text in (entry if isinstance(entry, (list, tuple)) else [entry])]
    assert [] == [text for text in flat if re.search(r" [:;!?»]|« ", text)]


def test_a_catalogue_appears_whole_or_not_at_all(tmp_path):
    target = tmp_path / "fr" / "LC_MESSAGES" / "messages.mo"
    build.write(build.merged(), target)
    with target.open("rb") as file:
        assert "Aide" == read_mo(file).get("Help").string
    assert [target] == list(target.parent.iterdir())


def test_a_catalogue_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    target = tmp_path / "messages.mo"
    target.write_bytes(b"the old one")
    monkeypatch.setattr(build, "write_mo", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        build.write(build.merged(), target)
    assert [("messages.mo", b"the old one")] == [(path.name, path.read_bytes()) for path in tmp_path.iterdir()]


@pytest.mark.parametrize(("texts", "told"), [([], 0), ([build.Used("Brand new", "app/x.py:1")], 1)])
def test_the_check_fails_when_a_text_has_no_french(texts, told, monkeypatch, capsys):
    monkeypatch.setattr(build, "used", lambda: texts)
    assert told == build.main(["--check"])
    printed = capsys.readouterr().out
    assert told == printed.count("missing  app/x.py:1  'Brand new'")
    assert "obsolete 'Help'" in printed


def test_building_alone_checks_nothing(monkeypatch, capsys):
    monkeypatch.setattr(build, "used", lambda: 1 / 0)
    assert 0 == build.main([])
    assert "" == capsys.readouterr().out


def test_outside_a_request_the_language_is_english():
    assert "en" == current_language()


def test_a_missing_text_is_found(tmp_path):
    room = tmp_path / "app"
    (room / "templates").mkdir(parents=True)
    (room / "templates" / "a.html").write_text('{% block x %}{{ _("Brand new") }}{% endblock %}', encoding="utf-8")
    (room / "b.py").write_text('from gettext import gettext\ngettext("Also new")\nN_("Marked")\n', encoding="utf-8")
    found = build.missing(build.merged(), list(build.used(tmp_path)))
    assert {"Brand new", "Also new", "Marked"} == {text.id for text in found}


def test_a_text_that_no_code_shows_is_reported():
    assert "Help" in build.obsolete(build.merged(), [])


def test_two_rooms_that_contradict_each_other_are_reported(tmp_path):
    for room, french in (("app", "Aide"), ("holder", "Secours")):
        (tmp_path / f"{room}.po").write_text(
            f'msgid ""\nmsgstr ""\n\nmsgid "Help"\nmsgstr "{french}"\n', encoding="utf-8"
        )
    assert ["holder.po: 'Help' is 'Aide' elsewhere"] == build.contradictions(tmp_path)


def test_the_language_asked_for_is_remembered(client):
    assert "fr" == _language_of(client.get("/help?lang=fr").text)
    assert "fr" == _language_of(client.get("/verify", headers={"Accept-Language": "en"}).text)
    assert "en" == _language_of(client.get("/verify?lang=en").text)


def test_an_unknown_language_changes_nothing(client):
    response = client.get("/help?lang=xx%0d%0aSet-Cookie:x", headers={"Accept-Language": "fr-CA,fr;q=0.9,en;q=0.8"})
    assert "fr" == _language_of(response.text)
    assert "parchemin-language" not in response.headers.get("Set-Cookie", "")


@pytest.mark.parametrize("accept", ["de", "", "*", "zh-CN;q=1.0"])
def test_whoever_reads_neither_gets_english(client, accept):
    assert "en" == _language_of(client.get("/help", headers={"Accept-Language": accept}).text)


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("/help", "/help?lang=fr"),
        ("/problems/revoked?from=mail&from=page", "/problems/revoked?from=mail&from=page&lang=fr"),
        ("/problems/revoked?lang=en", "/problems/revoked?lang=fr"),
        ("/nowhere", "/?lang=fr"),
        ("/nowhere//evil.example/x", "/?lang=fr"),
        ("/help?_external=1&_scheme=javascript", "/help?_external=1&_scheme=javascript&lang=fr"),
        ('/help?x="><b>', "/help?x=%22%3E%3Cb%3E&lang=fr"),
    ],
)
def test_the_switch_keeps_the_place_and_never_leaves_the_house(client, path, other):
    page = client.get(path, follow_redirects=True).text
    assert other == re.search(r'<a href="([^"]+)" hreflang="fr"', page)[1].replace("&amp;", "&")


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("en", "June 1, 2026", "November 21, 2026, 14:05 EST"),
        ("fr", "1er juin 2026", "21 novembre 2026 à 14\u00a0h\u00a005 HNE"),
    ],
)
def test_days_and_moments_are_written_as_in_quebec(language, day, moment):
    app = verifier_app()
    with app.test_request_context(f"/?lang={language}"):
        words = {"d": date(2026, 6, 1), "t": datetime(2026, 11, 21, 19, 5, tzinfo=UTC)}
        assert f"{day}|{moment}" == flask.render_template_string("{{ d | day }}|{{ t | moment }}", **words)

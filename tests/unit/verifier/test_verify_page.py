"""The page "verify a file": what may be handed over, what is answered, what is kept (R60-R65)."""

from __future__ import annotations

import io
import re

import pytest

from tests.support.web import StandInParts, verifier_app
from verifier.pages import statement_in_words

BASE = "http://127.0.0.1:8000"
TOKEN = "Zm9vYmFyYmF6cXV4LXF1dXV4MTIz"


class Reader:
    """Somebody with the page open."""

    def __init__(self, **settings):
        self.parts = StandInParts()
        self.client = verifier_app(self.parts, base_url=BASE, **settings).test_client()
        self.token = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/verify").text)[1]

    def hand(self, *files, text="", **headers):
        """Send the form; each file is a name and its bytes."""
        form = {"csrf_token": self.token, "text": text, "files": [(io.BytesIO(raw), name) for name, raw in files]}
        return self.client.post("/verify", data=form, content_type="multipart/form-data", headers=headers)


@pytest.fixture
def reader():
    return Reader()


@pytest.mark.parametrize(
    ("raw", "headline"),
    [
        (b"fine", "Verified"),
        (b"tampered", "Verification failed"),
        (b"revoked", "Verification failed"),
        (b"expired", "Was valid"),
        (b"unknown", "Not fully checked"),
    ],
)
def test_each_verdict_has_its_headline_and_three_lines(reader, raw, headline):
    """R62, R63, R69."""
    page = reader.hand(("badge.json", raw)).text
    assert headline == re.search(r"<h4>(.*?)</h4>", page)[1]
    assert ["integrity", "status", "identity"] == re.findall(r'data-part="(\w+)"', page)


def test_the_answer_is_given_in_french(reader):
    """R85."""
    page = reader.hand(("badge.json", b"revoked"), **{"Accept-Language": "fr-CA"}).text
    assert "Échec de vérification" in page
    assert "Révoqué" in page


@pytest.mark.parametrize(("raw", "shown"), [(b"fine", 1), (b"revoked", 1), (b"expired", 1), (b"tampered", 0)])
def test_what_a_document_says_is_shown_unless_somebody_changed_it(reader, raw, shown):
    """R60: whose it is and what it says, with the verdict on the same paper; nothing of a forgery."""
    page = reader.hand(("badge.json", raw)).text
    assert shown == page.count('<article class="paper">')
    assert shown == page.count("Zoé L’Écuyer")
    assert ("Mentorat &lt;par&gt; les pairs" in page) is bool(shown)
    assert ("is not shown, since nobody can vouch for it" in page) is not bool(shown)


def test_a_name_that_nobody_vouches_for_is_told_as_the_issuers_own_word(reader):
    """Never our looks beside a name that nobody vouches for (ux.md)."""
    assert "Université des Érables (by its own word)" in reader.hand(("badge.json", b"unknown")).text
    assert "by its own word" not in reader.hand(("badge.json", b"fine")).text


def test_what_a_document_says_is_framed_in_the_readers_language(reader):
    """R85: days and numbers too."""
    page = reader.hand(("badge.json", b"fine"), **{"Accept-Language": "fr-CA"}).text
    assert "Délivré par" in page
    assert "12 juin 2026" in page
    assert "4,5" in page


@pytest.mark.parametrize(
    ("name", "language", "words"),
    [
        ("degree_conferred", "en", "Degree conferred"),
        ("average_at_least_3_0_of_4_3", "en", "Average at least 3 out of 4.3"),
        ("average_at_least_3_5_of_4_3", "fr", "Moyenne d'au moins 3,5 sur 4,3"),
        ("average_at_least_60_of_100", "en", "Average at least 60 out of 100"),
        ("credits_listed_at_least_90", "fr", "Au moins 90 crédits inscrits"),
        ("average_at_least___of_4", "en", "average_at_least___of_4"),
        ("good_looking", "en", "good_looking"),
    ],
)
def test_a_statement_is_told_in_words(name, language, words):
    app = verifier_app(StandInParts(), base_url=BASE)
    with app.test_request_context("/verify", headers={"Accept-Language": language}):
        assert words == statement_in_words(name)


def test_the_bytes_are_judged_as_they_came(reader):
    """Architecture section 4: the object received is the object verified."""
    raw = b'\xef\xbb\xbf{ "a" :\r\n1 }\n'
    reader.hand(("odd.json", raw))
    assert [raw] == reader.parts.verifier.seen


def test_several_files_give_several_answers_and_a_sum(reader):
    """R64."""
    page = reader.hand(("a.pdf", b"fine"), ("b.pdf", b"revoked"), ("c.pdf", b"fine")).text
    assert ["verified", "failed", "verified"] == re.findall(r'class="answer" data-verdict="([\w-]+)"', page)
    assert "2 documents of 3 are verified." in page


def test_a_pasted_credential_is_judged_too(reader):
    assert "Pasted text" in reader.hand(text='  {"type": "VerifiableCredential"}  ').text
    assert [b'{"type": "VerifiableCredential"}'] == reader.parts.verifier.seen


@pytest.mark.parametrize(
    ("text", "gate"),
    [
        (f"{BASE}/s/{TOKEN}", f"{BASE}/s/{TOKEN}"),
        (f"  {BASE}/s/{TOKEN}\n", f"{BASE}/s/{TOKEN}"),
        (f"{BASE}/d/{TOKEN}", f"{BASE}/d/{TOKEN}"),
        (TOKEN, f"{BASE}/s/{TOKEN}"),
    ],
)
def test_a_share_link_or_its_token_leads_to_its_gate(reader, text, gate):
    """R64: and nothing is verified or fetched on the way."""
    response = reader.hand(text=text)
    assert (303, gate) == (response.status_code, response.headers["Location"])
    assert [] == reader.parts.verifier.seen


@pytest.mark.parametrize(
    "text",
    [
        f"https://evil.example/s/{TOKEN}",
        f"http://127.0.0.1:8000@evil.example/s/{TOKEN}",
        f"http://evil.example#http://127.0.0.1:8000/s/{TOKEN}",
        f"{BASE}/s/../../{TOKEN}",
        f"{BASE}/sign-in?next=//evil.example",
        "javascript:alert(1)//aaaaaaaaaaaaaaaaaaaaaa",
    ],
)
def test_no_other_link_leads_anywhere(reader, text):
    """I10: no open redirect, no request for a stranger's address."""
    response = reader.hand(text=text)
    assert response.status_code in {200, 422}
    assert "Location" not in response.headers


def test_htmx_is_led_to_a_gate_by_its_own_header(reader):
    response = reader.hand(text=TOKEN, **{"HX-Request": "true"})
    assert (204, f"{BASE}/s/{TOKEN}") == (response.status_code, response.headers["HX-Redirect"])


def test_htmx_gets_the_answers_alone(reader):
    part = reader.hand(("a.pdf", b"fine"), **{"HX-Request": "true"}).text
    assert "Verified" in part
    assert "<html" not in part


def test_nothing_handed_over_is_told_at_the_field(reader):
    response = reader.hand()
    assert 422 == response.status_code
    assert 'href="#files"' in response.text


def test_a_file_field_left_empty_counts_as_nothing(reader):
    """A browser sends an empty part without a name."""
    lines = ["--cut", 'Content-Disposition: form-data; name="csrf_token"', "", reader.token, "--cut"]
    lines += ['Content-Disposition: form-data; name="files"; filename=""', "Content-Type: application/octet-stream"]
    lines += ["", "", "--cut", 'Content-Disposition: form-data; name="text"', "", "{}", "--cut--", ""]
    body = "\r\n".join(lines).encode()
    response = reader.client.post("/verify", data=body, content_type="multipart/form-data; boundary=cut")
    assert 200 == response.status_code
    assert [b"{}"] == reader.parts.verifier.seen


def test_too_many_files_are_refused_before_any_is_judged():
    reader = Reader(verify_files=2)
    response = reader.hand(("a", b"fine"), ("b", b"fine"), ("c", b"fine"))
    assert 422 == response.status_code
    assert "At most 2 files at once." in response.text
    assert [] == reader.parts.verifier.seen


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:/Users/Zoé/diplôme.pdf", "diplôme.pdf"),
        ("x\u202efdp.exe", "xfdp.exe"),
        ("<img src=x onerror=alert(1)>.pdf", "&lt;img src=x onerror=alert(1)&gt;.pdf"),
        ("a" * 500, "a" * 120),
    ],
)
def test_a_strangers_file_name_is_harmless(reader, name, shown):
    """J11, J13, A30."""
    page = reader.hand((name, b"fine")).text
    assert shown == re.search(r'class="file-name break">.*?<span>(.*?)</span></h3>', page, re.DOTALL)[1]


def test_the_expert_view_names_every_check_and_code(reader):
    page = reader.hand(("a.pdf", b"revoked")).text
    assert all(f"<code>{part}-check</code>" in page for part in ("integrity", "status", "identity"))
    assert 'href="/problems/revoked"' in page


def test_an_empty_file_is_judged_like_any_other(reader):
    """It is the verifier who says that nothing is there, not the page."""
    reader.hand(("empty.pdf", b""))
    assert [b""] == reader.parts.verifier.seen


def test_more_questions_than_the_setting_allows_are_asked_to_wait():
    """L12: with Retry-After, and the page itself stays open."""
    reader = Reader(verify_per_minute=2)
    statuses = [reader.hand(("a.pdf", b"fine")).status_code for _ in range(3)]
    assert [200, 200, 429] == statuses
    refused = reader.hand(("a.pdf", b"fine"), Accept="application/json")
    assert ("rate-limited", "60") == (refused.get_json()["code"], refused.headers["Retry-After"])
    assert 200 == reader.client.get("/verify").status_code
    assert 2 == len(reader.parts.verifier.seen)

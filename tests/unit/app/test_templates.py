"""Every template of every room: no inline code, every form guarded, every page named (threats.md J02, J11)."""

from __future__ import annotations

import re

import pytest

from tests.shared import ROOT

ROOMS = ("app", "verifier", "accounts", "holder", "issuer")
TEMPLATES = sorted(path for room in ROOMS for path in (ROOT / room / "templates").rglob("*.html"))
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle\s*=|\son[a-z]+\s*=|javascript:|\shx-on", re.IGNORECASE)
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+false|Markup\(")
PARENT = re.compile(r'\{% extends "([^"]+)" %\}')
FORM = re.compile(r'<form\b[^>]*method="post".*?</form>', re.DOTALL | re.IGNORECASE)


def _name(path):
    return str(path.relative_to(ROOT))


def _text(path):
    """Return a template without its comments."""
    return re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_no_template_has_inline_code_or_unescaped_text(path):
    """The policy would block it, and a page that relies on it would break in silence."""
    text = _text(path)
    assert [] == UNESCAPED.findall(text)
    assert [] == INLINE.findall(re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL))


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_every_form_that_changes_something_carries_its_token(path):
    """J02: by itself or by the room's own macro for it."""
    forms = FORM.findall(_text(path))
    assert [] == [form for form in forms if "csrf_token" not in form and not re.search(r"guard\(\)|token\(\)", form)]


def _pages():
    """Return the templates that extend another and that no other extends."""
    parents = {parent for path in TEMPLATES for parent in PARENT.findall(_text(path))}
    return [path for path in TEMPLATES if PARENT.search(_text(path)) and _served(path) not in parents]


def _served(path):
    return str(path).rpartition("/templates/")[2]


@pytest.mark.parametrize("path", _pages(), ids=_name)
def test_every_page_has_a_title_of_its_own_and_one_main_heading(path):
    """WCAG 2.4.2: the title says where one is."""
    text = _text(path)
    assert "{% block title %}" in text
    assert "<h1" in text


def test_there_are_templates_of_every_room():
    assert set(ROOMS) == {_name(path).partition("/")[0] for path in TEMPLATES}

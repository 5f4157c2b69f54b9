"""A file that answers for the network keeps the rules of the network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from services.fetch import Fetched, FetchFailedError, FetchForbiddenError, FetchTooLargeError
from services.fetch_fixtures import FixtureFetcher, FixturesError

URL = "https://registrar.example/did.json"


def _fetcher(folder: Path, answers: Any, slept: list[float] | None = None) -> FixtureFetcher:
    path = folder / "fetch.json"
    path.write_text(answers if isinstance(answers, str) else json.dumps(answers))
    return FixtureFetcher(path, sleep=(slept if slept is not None else []).append)


def _get(fetcher: FixtureFetcher, url: str = URL, max_bytes: int = 100) -> Fetched:
    return fetcher.fetch(url, accept="application/json", max_bytes=max_bytes)


def test_a_file_stands_for_an_address(tmp_path: Path) -> None:
    (tmp_path / "did.json").write_bytes(b"{}")
    fetcher = _fetcher(tmp_path, {URL: {"file": "did.json"}})
    assert Fetched(URL, 200, "application/json", b"{}") == _get(fetcher)


def test_status_and_type_are_as_the_map_says(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"<p>")
    found = _get(_fetcher(tmp_path, {URL: {"file": "a.html", "status": 503, "content_type": "text/html"}}))
    assert (503, "text/html", b"<p>") == (found.status, found.media_type, found.body)


@pytest.mark.parametrize("url", ["https://other.example/", URL + "?x", "https://registrar.example/DID.json"])
def test_every_other_address_is_unreachable(tmp_path: Path, url: str) -> None:
    with pytest.raises(FetchFailedError):
        _get(_fetcher(tmp_path, {URL: {"stream_bytes": 0}}), url)


@pytest.mark.parametrize("url", ["https://127.0.0.1/a", "http://registrar.example/", "file:///etc/passwd"])
def test_a_forbidden_address_stays_forbidden(tmp_path: Path, url: str) -> None:
    with pytest.raises(FetchForbiddenError):
        _get(_fetcher(tmp_path, {url: {"stream_bytes": 0}}), url)


def test_redirects_are_followed_judged_and_counted(tmp_path: Path) -> None:
    """F04."""
    next_url = "https://elsewhere.example/x"
    chain = {URL: {"location": next_url, "status": 302}, next_url: {"location": "/y"}}
    good = {**chain, "https://elsewhere.example/y": {"stream_bytes": 3}}
    assert (URL, b"\0\0\0") == ((found := _get(_fetcher(tmp_path, good))).url, found.body)
    with pytest.raises(FetchForbiddenError):
        _get(_fetcher(tmp_path, {URL: {"location": "https://127.0.0.1/"}}))
    with pytest.raises(FetchFailedError, match="redirects"):
        _get(_fetcher(tmp_path, {URL: {"location": URL}}))


def test_what_takes_too_long_fails_without_the_waiting(tmp_path: Path) -> None:
    slept: list[float] = []
    assert b"" == _get(_fetcher(tmp_path, {URL: {"delay_s": 0.5, "stream_bytes": 0}}, slept)).body
    assert [0.5] == slept
    with pytest.raises(FetchFailedError, match="in time"):
        _get(_fetcher(tmp_path, {URL: {"delay_s": 60, "stream_bytes": 0}}, slept))
    assert [0.5] == slept


def test_delays_add_up_over_redirects(tmp_path: Path) -> None:
    other = "https://registrar.example/b"
    answers = {URL: {"delay_s": 3, "location": other}, other: {"delay_s": 3, "stream_bytes": 0}}
    with pytest.raises(FetchFailedError, match="in time"):
        _get(_fetcher(tmp_path, answers))


def test_more_than_was_asked_for_is_not_read(tmp_path: Path) -> None:
    """F05."""
    (tmp_path / "big").write_bytes(b"x" * 101)
    for answer in ({"stream_bytes": 200_000_000_000}, {"file": "big"}):
        with pytest.raises(FetchTooLargeError):
            _get(_fetcher(tmp_path, {URL: answer}))


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "missing", ".", "sub/../../secret"])
def test_a_file_stays_inside_the_folder_of_the_map(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "answers"
    folder.mkdir()
    (tmp_path / "secret").write_bytes(b"s")
    with pytest.raises(FetchFailedError):
        _get(_fetcher(folder, {URL: {"file": name}}))


@pytest.mark.parametrize("text", ["", "[]", '{"a":[]}', '{"a":{},"a":{}}'])
def test_what_is_no_map_is_refused_at_the_start(tmp_path: Path, text: str) -> None:
    with pytest.raises(FixturesError):
        _fetcher(tmp_path, text)
    with pytest.raises(FixturesError):
        FixtureFetcher(tmp_path / "absent.json")

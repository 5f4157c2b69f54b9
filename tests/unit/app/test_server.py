"""Where the server listens: told in a line when nobody can listen there."""

from __future__ import annotations

import socket

import pytest

from app.server import listening_place
from schemas.problems import ProblemError


def test_a_free_place_is_returned_as_host_and_port():
    assert ("127.0.0.1", 0) == listening_place("127.0.0.1:0")
    assert ("::1", 0) == listening_place("[::1]:0")


@pytest.mark.parametrize(
    "bind", ["", "8000", ":8000", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:99999", "nowhere.invalid:80"]
)
def test_what_is_no_place_is_refused(bind):
    with pytest.raises(ProblemError) as caught:
        listening_place(bind)
    assert "setting-invalid" == caught.value.problem.code


def test_a_place_that_is_taken_is_refused():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ProblemError) as caught:
        listening_place(f"127.0.0.1:{taken.getsockname()[1]}")
    assert "nobody can listen" in caught.value.problem.detail

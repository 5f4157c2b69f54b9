from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from proofs import pyld_child
from proofs.pyld_oracle import OracleDisagreesError, OracleUnavailableError, PyLDOracle
from tests.support import linked_data as ld

DID = "did:web:registrar.parchemin.example:t:erable"


@pytest.fixture
def oracle() -> Iterator[PyLDOracle]:
    with PyLDOracle(ld.loader()) as oracle:
        yield oracle


def test_both_implementations_agree_about_what_we_issue(oracle: PyLDOracle) -> None:
    for document in (ld.badge(DID), ld.full_badge(DID)):
        oracle.confirm(document, ld.converter().canonical(document))


def test_any_difference_is_raised(oracle: PyLDOracle) -> None:
    document = ld.badge(DID)
    with pytest.raises(OracleDisagreesError, match="another canonical form"):
        oracle.confirm(document, ld.converter().canonical({**document, "name": "Autre"}))
    with pytest.raises(OracleDisagreesError, match="JsonLdError"):
        oracle.confirm({**document, "@context": ["https://x.example/unknown"]}, "")
    oracle.confirm(document, ld.converter().canonical(document))


def test_the_child_answers_line_by_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    contexts = {url: ld.loader().load(url) for url in ld.loader().urls()}
    lines = [contexts, {"@context": [ld.V2], "id": "urn:x:1", "name": "x"}, {"@context": ["urn:x:unknown"]}]
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(json.dumps(line) + "\n" for line in lines)))
    pyld_child.main()
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"nquads": '<urn:x:1> <https://schema.org/name> "x" .\n'} == answers[0]
    assert {"error": "JsonLdError"} == answers[1]


def poison() -> Any:
    tree: Any = {"name": "x"}
    for _ in range(5):
        tree = {"knows": [tree] * 6}
    return {"@context": [ld.V2, ld.EXAMPLES], **tree}


def test_an_answer_that_does_not_come_ends_the_child() -> None:
    with PyLDOracle(ld.loader(), seconds=0.5) as oracle:
        with pytest.raises(OracleUnavailableError, match="no answer"):
            oracle.confirm(poison(), "")
        with pytest.raises(OracleUnavailableError, match="closed"):
            oracle.confirm(ld.badge(DID), "")


def test_a_child_that_ended_is_noticed() -> None:
    with PyLDOracle(ld.loader()) as oracle:
        oracle._process.kill()
        oracle._process.wait()
        with pytest.raises(OracleUnavailableError, match="ended"):
            oracle.confirm(ld.full_badge(DID), "")

"""The public interface for programs is described for machines and for people."""

from __future__ import annotations

import jsonschema
import pytest

from app.api_reference import operations, with_problems
from tests.support.web import verifier_app

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


@pytest.fixture
def client():
    return verifier_app().test_client()


@pytest.fixture
def spec(client):
    return client.get("/v1/openapi.json").get_json()


def test_it_is_openapi_3_1_and_tells_of_verification(spec):
    assert "3.1.0" == spec["openapi"]
    assert "Verify a document" == spec["paths"]["/v1/verify"]["post"]["summary"]


def test_every_error_of_every_operation_is_a_problem(spec):
    errors = [
        response
        for item in spec["paths"].values()
        for told in item.values()
        if "responses" in told
        for code, response in told["responses"].items()
        if code == "default" or int(code) >= 400
    ]
    assert [] != errors
    assert [PROBLEM] * len(errors) == [response["content"] for response in errors]


def test_what_we_answer_follows_the_schema_that_we_describe(client, spec):
    answer = client.get("/v1/nowhere").get_json()
    schema = {**spec["components"]["schemas"]["Problem"], "components": spec["components"]}
    jsonschema.validate(answer, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**answer, "trace": "line 1"}, schema)


def test_no_schema_is_described_that_nothing_uses(spec):
    assert {"Problem", "FieldError"} == set(spec["components"]["schemas"])


def test_the_page_for_people_tells_every_operation(client, spec):
    page = client.get("/v1/docs").text
    found = list(operations(spec))
    assert [] != found
    for operation in found:
        assert f"{operation.method} {operation.path}" in page
        assert all(f"<code>{kind}</code>" in page for kind in operation.takes)


def test_describing_changes_nothing_of_what_was_registered():
    spec = {"paths": {"/x": {"get": {"responses": {"400": {"description": "no"}}}}}}
    told = with_problems(spec)
    assert {"400": {"description": "no"}} == spec["paths"]["/x"]["get"]["responses"]
    assert PROBLEM == told["paths"]["/x"]["get"]["responses"]["400"]["content"]

"""Judge a document by one of our published JSON Schemas, never from the network.

validate(report.to_json(), "report/1.json")

Anybody may sign a document that names one, so judging takes time in proportion to the document: that items
differ is seen from their texts, not by comparing each with each, and our patterns are anchored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry, Resource

from schemas.problems import SCHEMA_MISMATCH, FieldError, ProblemError

SCHEMA_BASE: Final = "https://parchemin.example/schemas/"
FOLDER: Final = Path(__file__).parent / "json"
_MAX_ERRORS: Final = 20
_DETAIL_CHARS: Final = 200


class UnknownSchemaError(LookupError):
    """There is no schema of that name among ours."""


def validate(document: Any, schema_id: str) -> None:
    """Raise `ProblemError` SCHEMA_MISMATCH unless `document` follows the schema.

    `schema_id` is the schema's `$id`, or its path under `schemas/json/`. Each error names the place
    in the document and the keyword that failed; the value itself is never repeated.
    """
    errors = sorted(_validator(schema_id).iter_errors(document), key=lambda error: list(map(str, error.path)))
    if not errors:
        return
    found = tuple(
        FieldError(_pointer(error.absolute_path), SCHEMA_MISMATCH.code, f"does not follow `{error.validator}`")
        for error in errors[:_MAX_ERRORS]
    )
    where = ", ".join(error.pointer or "/" for error in found[:3])
    raise ProblemError(SCHEMA_MISMATCH.about(f"{len(errors)} error(s), at {where}"[:_DETAIL_CHARS], errors=found))


def schema_bytes(path: str) -> bytes:
    """Return the bytes of the schema at a path under `schemas/json/`; raise `UnknownSchemaError`."""
    if path not in schema_paths():
        raise UnknownSchemaError(path)
    return (FOLDER / path).read_bytes()


@cache
def schema_paths() -> tuple[str, ...]:
    """Return the path of each schema, for example `award/badge.json`."""
    return tuple(sorted(file.relative_to(FOLDER).as_posix() for file in FOLDER.rglob("*.json")))


@cache
def _schemas() -> Mapping[str, Any]:
    loaded = [json.loads((FOLDER / path).read_bytes()) for path in schema_paths()]
    return {schema["$id"]: schema for schema in loaded}


@cache
def _validator(schema_id: str) -> Draft202012Validator:
    address = schema_id if schema_id.startswith("https:") else SCHEMA_BASE + schema_id
    schemas = _schemas()
    if address not in schemas:
        raise UnknownSchemaError(schema_id)
    # No `retrieve` is given: a reference to anything that is not ours is an error, not a request.
    registry: Registry[Any] = Registry().with_resources(
        (identifier, Resource.from_contents(schema)) for identifier, schema in schemas.items()
    )
    return _Judge(schemas[address], registry=registry, format_checker=FormatChecker())


def _unique_items(_judge: Validator, wanted: bool, instance: Any, _schema: Any) -> Iterator[ValidationError]:  # noqa: FBT001 (the interface)
    """Judge `uniqueItems` (JSON Schema Validation, section 6.4.3)."""
    if wanted and isinstance(instance, list) and len({_text(item) for item in instance}) < len(instance):
        yield ValidationError("two items are equal")


_Judge: Final[type[Draft202012Validator]] = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"uniqueItems": _unique_items}
)


def _text(item: Any) -> str:
    """Return a text that equal JSON values share, and no others: 1.0 is 1, and true is neither."""
    return json.dumps(_plain(item), sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _pointer(path: Any) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)

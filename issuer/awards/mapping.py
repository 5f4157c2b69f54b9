"""How the columns of a student system's export become the fields of an award.

    {"columns": {"MATRICULE": "learner.student_id", "PRENOM": "learner.given_name"},
     "constants": {"kind": "diploma", "language": "fr+en"},
     "ignore": ["SEXE"], "encoding": "windows-1252", "delimiter": ";"}

Without a profile, each header is itself the dotted path of a field: `programme.title.fr`, `tags.0`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from schemas.award_loading import field_errors
from schemas.problems import MALFORMED, FieldError, ProblemError

ENCODINGS: Final = ("utf-8", "windows-1252", "iso-8859-15")
_PATH: Final = re.compile(r"[a-z_]+(\.([a-z_]+|[0-9]{1,2}))*\Z")
_IS_PATH: Final = validate.Regexp(_PATH)
_KEPT_EMPTY: Final = frozenset({"learner.family_name"})  # people with one name


class _ProfileSchema(Schema):
    columns = fields.Dict(keys=fields.String(), values=fields.String(validate=_IS_PATH), load_default=dict)
    constants = fields.Dict(keys=fields.String(validate=_IS_PATH), values=fields.String(), load_default=dict)
    ignore = fields.List(fields.String(), load_default=list)
    encoding = fields.String(validate=validate.OneOf(ENCODINGS), load_default="utf-8")
    delimiter = fields.String(validate=validate.OneOf([",", ";", "\t", "|"]), load_default="")


@dataclass(frozen=True, slots=True)
class MappingProfile:
    """A profile; `columns` renames headers to paths, `constants` sets what no column holds."""

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    ignore: frozenset[str] = frozenset()
    encoding: str = "utf-8"
    delimiter: str = ""

    def paths(self, headers: Sequence[str]) -> tuple[str | None, ...]:
        """Return the path of each column, None for one that is ignored.

        Raises `ProblemError` MALFORMED for a header that is unknown, empty or there twice.
        """
        found = tuple(self._path(header) for header in headers)
        named = [path for path in (*found, *self.constants) if path is not None]
        twice = sorted({path for path in named if named.count(path) > 1})
        if twice:
            raise ProblemError(MALFORMED.about(f"two columns for {twice[0]}"))
        return found

    def _path(self, header: str) -> str | None:
        if header in self.ignore:
            return None
        path = self.columns.get(header, header)
        if not _PATH.fullmatch(path):
            raise ProblemError(MALFORMED.about("a column is neither a field of an award nor in the mapping profile"))
        return path


def load_profile(data: Any) -> MappingProfile:
    """Return the profile that parsed JSON describes; raise `ProblemError` MALFORMED with pointers."""
    if not isinstance(data, Mapping):
        raise ProblemError(MALFORMED.about("a mapping profile is a JSON object"))
    try:
        loaded = _ProfileSchema().load(dict(data), unknown=RAISE)
    except ValidationError as error:
        errors = tuple(FieldError(e.pointer, MALFORMED.code, e.detail) for e in field_errors(error.messages))
        raise ProblemError(MALFORMED.about("the mapping profile is not right", errors=errors)) from None
    return MappingProfile(
        loaded["columns"], loaded["constants"], frozenset(loaded["ignore"]), loaded["encoding"], loaded["delimiter"]
    )


def nested(pairs: Mapping[str, str]) -> dict[str, Any]:
    """Return the object that dotted paths describe; a number in a path is a place in a list.

    Empty values are left out. Raises `ProblemError` MALFORMED when two paths contradict each other.
    """
    root: dict[str, Any] = {}
    for path, value in pairs.items():
        if value != "" or path in _KEPT_EMPTY:
            _put(root, path.split("."), value)
    return {name: _lists(value) for name, value in root.items()}


def _put(root: dict[str, Any], steps: list[str], value: str) -> None:
    place = root
    for step in steps[:-1]:
        inner = place.setdefault(step, {})
        if not isinstance(inner, dict):
            raise ProblemError(MALFORMED.about(f"the column {'.'.join(steps)} contradicts another"))
        place = inner
    if steps[-1] in place:
        raise ProblemError(MALFORMED.about(f"the column {'.'.join(steps)} contradicts another"))
    place[steps[-1]] = value


def _lists(value: Any) -> Any:
    """Turn objects whose every key is a number into lists, in the order of the numbers."""
    if not isinstance(value, dict):
        return value
    inner = {key: _lists(item) for key, item in value.items()}
    if all(key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner

"""The house's style, checked: sizes of functions and files, docstrings of tables, banned things."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.shared import ROOT

ROOMS = ("schemas", "contexts", "keys", "services", "proofs", "verifier", "issuer", "holder", "accounts", "app")
MEASURED = (*ROOMS, "tests/support/hostile_set")
LONGEST_FILE, LONGEST_FUNCTION, USUAL_FUNCTION = 600, 50, 35


def _sources() -> list[Path]:
    return [path for room in MEASURED for path in sorted((ROOT / room).rglob("*.py"))]


def _functions() -> list[tuple[str, int]]:
    found = []
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                found.append((f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", length))
    return found


def test_no_file_is_longer_than_600_lines():
    long = {str(p.relative_to(ROOT)): n for p in _sources() if (n := p.read_text().count("\n")) > LONGEST_FILE}
    assert {} == long


def test_no_function_is_longer_than_50_lines():
    assert [] == [row for row in _functions() if row[1] > LONGEST_FUNCTION]


def test_nine_functions_in_ten_have_at_most_35_lines():
    lengths = [length for _, length in _functions()]
    assert sum(length > USUAL_FUNCTION for length in lengths) <= len(lengths) / 10


@pytest.mark.parametrize("room", ROOMS)
def test_each_name_resolves_inside_the_repository(room):
    """The packages have everyday names: nobody else's `app` may be imported by mistake."""
    module = __import__(room)
    assert ROOT / room == Path(str(module.__file__)).parent


def test_every_table_says_whether_it_holds_personal_data():
    """R94: a table's docstring begins `pii:` or `no_pii:`."""
    silent = []
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_table = isinstance(node, ast.ClassDef) and any(
                isinstance(line, ast.Assign) and any(getattr(t, "id", "") == "__tablename__" for t in line.targets)
                for line in node.body
            )
            if is_table and not (ast.get_docstring(node) or "").lower().startswith(("pii:", "no_pii:")):
                silent.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert [] == silent

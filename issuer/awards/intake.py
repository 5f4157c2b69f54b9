"""Read a file of awards row by row: CSV, JSON lines, or JSON (one award or a list).

    for row in read_awards(raw, profile=profile):
        row.line, row.award, row.problem

A bad row is told with its line and its problem, and the others go on (R81, threats.md K03). Only a
file that cannot be read as rows at all is refused whole.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from issuer.awards.mapping import MappingProfile, nested
from schemas import strict_json
from schemas.award_loading import load_award
from schemas.awards import Award
from schemas.limits import DEFAULT
from schemas.problems import CONFLICT, MALFORMED, NOT_PARSABLE, TOO_LARGE, Problem, ProblemError

MAX_BYTES: Final = 256 * 1024 * 1024
MAX_COLUMNS: Final = 500
_UTF8_BOM: Final = b"\xef\xbb\xbf"
_UTF16_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")
_LIST_LIMITS: Final = replace(DEFAULT, body_bytes=MAX_BYTES, json_nodes=5_000_000)
_SURROGATES: Final = range(0xD800, 0xE000)
_TEXT: Final = re.compile(rb"\S")
_LINE: Final = re.compile(rb"([^\r\n]*)(?:\r\n|\r|\n|\Z)")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: the line it begins on, and its award or what is wrong with it."""

    line: int
    external_id: str
    award: Award | None = None
    problem: Problem | None = None


def read_awards(raw: bytes, *, profile: MappingProfile | None = None) -> Iterator[Row]:
    """Yield the rows of a file in order; its kind is found by how it begins.

    Raises `ProblemError` before the first row: TOO_LARGE, NOT_PARSABLE (UTF-16, nothing), or
    MALFORMED (the headers). An `external_id` that stands twice is told at its second row.
    """
    if len(raw) > MAX_BYTES:
        raise ProblemError(TOO_LARGE.about())
    body = raw.removeprefix(_UTF8_BOM)
    first = _first(body)
    if not first or body.startswith(_UTF16_BOMS):
        raise ProblemError(NOT_PARSABLE.about("no rows in UTF-8 were found"))
    if first == b"[":
        rows = _json_list(body)
    elif first == b"{":
        rows = _json_lines(body)
    else:
        rows = _csv_rows(body, profile or MappingProfile())
    return _once(rows)


def count_lines(raw: bytes) -> int | None:
    """Return how many rows a file has by its lines, for a progress bar; None for a JSON list, which has none."""
    first = _first(raw.removeprefix(_UTF8_BOM))
    return None if first == b"[" else sum(1 for _ in _lines(raw)) - (first != b"{")


def _lines(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each line that has text with its number, one at a time."""
    for number, found in enumerate(_LINE.finditer(body), start=1):
        if found[1].strip():
            yield number, found[1]


def _first(body: bytes) -> bytes:
    """Return the first byte of text, empty when there is none; the body is not copied, since it may be large."""
    found = _TEXT.search(body)
    return found[0] if found else b""


def _once(rows: Iterator[Row]) -> Iterator[Row]:
    seen: dict[str, int] = {}
    for row in rows:
        if row.award is not None:
            earlier = seen.setdefault(row.award.external_id, row.line)
            if earlier != row.line:
                yield Row(row.line, row.external_id, problem=CONFLICT.about(f"the same award stands on line {earlier}"))
                continue
        yield row


def _json_list(body: bytes) -> Iterator[Row]:
    documents = strict_json.loads(body, limits=_LIST_LIMITS)
    return (_row(number, document) for number, document in enumerate(documents, start=1))


def _json_lines(body: bytes) -> Iterator[Row]:
    """Yield one award a line; an object over several lines is the file's only award."""
    _, first = next(_lines(body))
    if not first.rstrip().endswith(b"}"):
        return iter([_row(1, strict_json.loads(body))])
    return (_json_line(number, line) for number, line in _lines(body))


def _json_line(number: int, line: bytes) -> Row:
    try:
        return _row(number, strict_json.loads(line))
    except ProblemError as error:
        return Row(number, "", problem=error.problem)


def _csv_rows(body: bytes, profile: MappingProfile) -> Iterator[Row]:
    # Bytes that are no letters in this encoding become surrogates: their row is refused, not the file.
    errors = "surrogateescape" if profile.encoding == "utf-8" else "replace"
    head = body[: body.find(b"\n") % (len(body) + 1)].decode(profile.encoding, errors)
    text = io.TextIOWrapper(io.BytesIO(body), profile.encoding, errors, newline="")
    reader = csv.reader(text, delimiter=profile.delimiter or _delimiter(head))
    headers = [header.strip() for header in next(reader)]
    if len(headers) > MAX_COLUMNS:
        raise ProblemError(TOO_LARGE.about(f"more than {MAX_COLUMNS} columns"))
    return _cells(reader, profile.paths(headers), profile)


def _delimiter(header: str) -> str:
    return max(",;\t|", key=header.count)


def _cells(reader: Any, paths: tuple[str | None, ...], profile: MappingProfile) -> Iterator[Row]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Row(line, "", problem=NOT_PARSABLE.about("this is not a row of a CSV file"))
            continue
        if any(cell.strip() for cell in cells):
            yield _csv_row(line, cells, paths, profile)


def _csv_row(line: int, cells: list[str], paths: tuple[str | None, ...], profile: MappingProfile) -> Row:
    if len(cells) != len(paths):
        return Row(line, "", problem=MALFORMED.about(f"{len(paths)} columns are expected, {len(cells)} are there"))
    if any(ord(letter) in _SURROGATES or letter == "\ufffd" for cell in cells for letter in cell):
        return Row(line, "", problem=NOT_PARSABLE.about("this row is not written in the encoding of the file"))
    pairs = {path: cell.strip() for path, cell in zip(paths, cells, strict=True) if path is not None}
    try:
        return _row(line, nested({**profile.constants, **pairs}))
    except ProblemError as error:
        return Row(line, "", problem=error.problem)


def _row(line: int, document: Any) -> Row:
    external_id = document.get("external_id") if isinstance(document, dict) else None
    named = external_id[:120] if isinstance(external_id, str) else ""
    try:
        return Row(line, named, award=load_award(document))
    except ProblemError as error:
        return Row(line, named, problem=error.problem)

"""Single values of JSON-LD as terms of N-Quads, and the lists that `@context` and `type` are.

Specification: JSON-LD 1.1 Processing Algorithms and API, sections 5.3 and 8.2.3 (values to
literals, canonical doubles); RDF 1.1 N-Quads with the canonical escapes of RDFC-1.0 section 5.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Any, Final

from proofs import jcs
from schemas.problems import CONTEXT_UNKNOWN, MALFORMED, SHAPE_NOT_ALLOWED, ProblemError

_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_I18N: Final = "https://www.w3.org/ns/i18n#"
_JSON: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON"
_EXACT: Final = 2**53
_LARGEST_INTEGER: Final = 10**21
_SHOWN: Final = 60
_CONTEXTS_PER_DOCUMENT: Final = 16
_TYPES_PER_NODE: Final = 16

is_iri = re.compile(r'[A-Za-z][A-Za-z0-9+\-.]*:[^\x00-\x20\x7f<>"{}|^`\\]*').fullmatch
needs_escape = re.compile(r'[\x00-\x1f"\\\x7f]').search
_is_language = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*").fullmatch
_ESCAPES: Final = str.maketrans(
    {chr(code): f"\\u{code:04X}" for code in (*range(0x20), 0x7F)}
    | {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
)
_DOUBLE: Final = re.compile(r"(\d)0*E\+?(-?)0*(\d)")


def escaped(text: str) -> str:
    """Return `text` as it stands between the quotes of a literal."""
    return text.translate(_ESCAPES) if needs_escape(text) else text


def shown(text: str) -> str:
    """Return a key or name of a document for a sentence: short, quoted, ASCII."""
    return ascii(text[:_SHOWN])


def number(value: Any, datatype: str) -> str:
    """Return the literal of a number or truth value, with `datatype` unless that is empty.

    Raises MALFORMED when the literal would not stand for exactly this number: integers beyond
    2^53, doubles of more than 16 digits, negative zero (threats.md A21).
    """
    if isinstance(value, bool):
        return _typed("true" if value else "false", datatype or _XSD + "boolean")
    if not math.isfinite(value):
        raise ProblemError(MALFORMED.about("a number that is none"))
    double = datatype == _XSD + "double"
    if not double and value == int(value) and abs(value) < _LARGEST_INTEGER:
        if abs(value) >= _EXACT or str(value) == "-0.0":
            raise ProblemError(MALFORMED.about("a number that readers do not agree about"))
        return _typed(str(int(value)), datatype or _XSD + "integer")
    text = _double(float(value))
    if float(text) != value or str(value) == "-0.0":
        raise ProblemError(MALFORMED.about("a number that readers do not agree about"))
    return _typed(text, datatype or _XSD + "double")


def _typed(text: str, datatype: str) -> str:
    """Return a literal; that it is a text is not written (canonical N-Quads, RDFC-1.0 section 5)."""
    return f'"{text}"' if datatype == _XSD + "string" else f'"{text}"^^<{datatype}>'


@lru_cache(maxsize=1024)
def _double(value: float) -> str:
    """Return the canonical double; marks and credits are few and come again and again."""
    return _DOUBLE.sub(r"\1E\2\3", f"{value:1.15E}")


def json_literal(value: Any) -> str:
    """Return the literal of a `@json` value: its canonical form (RFC 8785)."""
    return f'"{escaped(jcs.canonical(value).decode())}"^^<{_JSON}>'


def value_object(value: dict[str, Any], *, plain_allowed: bool) -> str:
    """Return the literal of `{"@value": …, "@language": …, "@direction": …}`.

    A direction is signed as part of the datatype (JSON-LD 1.1 API, section 8.2.3, `i18n-datatype`).
    An object with neither says the same as a plain text, so a check that expects the text would
    not see it: refused unless `plain_allowed` (names and descriptions; threats.md A10, A14, A15).
    """
    text, language, direction = value.get("@value"), value.get("@language", ""), value.get("@direction")
    if value.keys() - {"@value", "@language", "@direction"} or not isinstance(text, str):
        raise ProblemError(SHAPE_NOT_ALLOWED.about("a value object may hold a text, its language and its direction"))
    if len(value) == 1 and not plain_allowed:
        raise ProblemError(SHAPE_NOT_ALLOWED.about("a text is written as a value object"))
    if "@language" in value and not (isinstance(language, str) and _is_language(language)):
        raise ProblemError(MALFORMED.about("@language is not a language tag"))
    if "@direction" in value:
        if direction not in ("ltr", "rtl"):
            raise ProblemError(MALFORMED.about("@direction is neither ltr nor rtl"))
        return f'"{escaped(text)}"^^<{_I18N}{language.lower()}_{direction}>'
    return f'"{escaped(text)}"@{language.lower()}' if language else f'"{escaped(text)}"'


def context_list(urls: Any) -> tuple[str, ...]:
    """Return `@context` as a key; only addresses, each once."""
    found = [urls] if isinstance(urls, str) else urls
    if not isinstance(found, list) or not found:
        raise ProblemError(SHAPE_NOT_ALLOWED.about("@context must be a list of addresses"))
    if not all(isinstance(url, str) for url in found):
        raise ProblemError(CONTEXT_UNKNOWN.about("a context may only be named by its address"))
    if len(found) > _CONTEXTS_PER_DOCUMENT or len(set(found)) != len(found):
        raise ProblemError(SHAPE_NOT_ALLOWED.about("@context names too many contexts, or one twice"))
    return tuple(found)


def type_list(types: Any) -> tuple[str, ...]:
    """Return `type` as a key: one text or several, each once; none when there is no type."""
    names = (types,) if isinstance(types, str) else tuple(types) if isinstance(types, list | tuple) else ()
    if (types is not None and not names) or not all(isinstance(name, str) for name in names):
        raise ProblemError(MALFORMED.about("a type is not a text"))
    if len(set(names)) != len(names) or len(names) > _TYPES_PER_NODE:
        raise ProblemError(SHAPE_NOT_ALLOWED.about("too many types, or one that is named twice"))
    return names

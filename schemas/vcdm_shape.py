"""The shape that a signed JSON document must have, whatever its contexts say.

What is signed is a set of statements; the same statements can be written in many shapes, and a
check that reads JSON sees only one of them. So there is one shape: plain keys, no contexts below
the top, no blank node names, no arrays in arrays, no nulls, no numbers that readers disagree
about (threats.md A04, A10-A17, A21). The entries of `verifiableCredential` are credentials of
their own, and a proof may repeat the context of its document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from schemas.limits import DEFAULT, Limits
from schemas.problems import (
    CONTEXT_UNKNOWN,
    MALFORMED,
    SHAPE_NOT_ALLOWED,
    FieldError,
    Problem,
    ProblemError,
    ProblemType,
)

_VALUE_OBJECT: Final = frozenset({"@value", "@language", "@direction"})
_HOLDS_CONTEXT: Final = frozenset({"verifiableCredential", "proof"})
_FREE: Final = frozenset({"jsonSchema", "publicKeyJwk", "secretKeyJwk", "jwk"})
"""Members whose value is JSON as such, signed as it stands."""
_ENVELOPES: Final = ("EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation")
# Unknown vocabularies stop those who need them (JSON-LD); what is no public address stops everybody (threats.md A08).
_is_public: Final = re.compile(
    r"https://(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*(?::[0-9]{1,5})?(?:[/?][!$-;=?-Z_a-z~\[\]@%]*)?"
).fullmatch
_EXACT: Final = 2**53
_LONGEST_CONTEXT: Final = 16


def check_shape(document: Mapping[str, Any], limits: Limits = DEFAULT) -> None:
    """Raise `ProblemError` (SHAPE_NOT_ALLOWED, MALFORMED) unless every part of `document` has the one shape."""
    inline = limits.inline_contexts
    stack: list[tuple[str, Any, str]] = [("", document, "verifiableCredential")]
    while stack:
        pointer, item, held_by = stack.pop()
        kind = type(item)
        if kind is dict:
            stack.extend(_members(pointer, item, held_by, inline))
        elif kind is list:
            for index, value in enumerate(item):
                if type(value) is list:
                    raise refusal(SHAPE_NOT_ALLOWED, f"{pointer}/{index}", "an array stands in an array")
                stack.append((f"{pointer}/{index}", value, held_by))
        elif item is None:
            raise refusal(SHAPE_NOT_ALLOWED, pointer, "null stands for a value")
        elif kind is int or kind is float:
            _check_number(pointer, item)


def check_contexts(contexts: Any, pointer: str = "/@context", *, inline: int = 0) -> tuple[str, ...]:
    """Return the addresses of `@context` if it is an ordered list of different addresses.

    After the first address up to `inline` contexts may be written out (`Limits.inline_contexts`).
    """
    if not isinstance(contexts, list) or not contexts:
        raise refusal(SHAPE_NOT_ALLOWED, pointer, "@context is not a list of addresses")
    addresses = [context for context in contexts if isinstance(context, str)]
    written = [context for context in contexts[1:] if isinstance(context, dict)]
    if len(addresses) + len(written) != len(contexts) or len(written) > inline:
        raise refusal(CONTEXT_UNKNOWN, pointer, "a context may only be named by its address")
    if not all(_is_public(address) for address in addresses):
        raise refusal(CONTEXT_UNKNOWN, pointer, "a context is named by an https address on the public Internet")
    if len(set(addresses)) != len(addresses) or len(contexts) > _LONGEST_CONTEXT:
        raise refusal(SHAPE_NOT_ALLOWED, pointer, "@context names too many contexts, or one twice")
    return tuple(addresses)


def contexts_of(document: Mapping[str, Any]) -> Any:
    """Return `@context`; an envelope may name its one context by the address alone (VCDM 2.0 section 4.13)."""
    contexts = document["@context"]
    types = document.get("type")
    is_envelope = (types[0] if isinstance(types, list) and len(types) == 1 else types) in _ENVELOPES
    return [contexts] if is_envelope and isinstance(contexts, str) else contexts


def refusal(problem: ProblemType, pointer: str, detail: str) -> ProblemError:
    """Return the error for one place of a document (`pointer`: RFC 6901)."""
    return ProblemError(_problem(problem, pointer, detail))


def child(pointer: str, key: str) -> str:
    """Return the pointer of a member (RFC 6901 section 3)."""
    return f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"


def _problem(problem: ProblemType, pointer: str, detail: str) -> Problem:
    return problem.about(detail, errors=(FieldError(pointer, problem.code, detail),))


def _members(pointer: str, item: Mapping[str, Any], held_by: str, inline: int) -> Iterator[tuple[str, Any, str]]:
    """Yield what is to be looked at inside an object, after a look at its keys."""
    is_value = "@value" in item
    for key, value in item.items():
        place = child(pointer, key)
        if key == "@context":
            if held_by not in _HOLDS_CONTEXT:
                raise refusal(SHAPE_NOT_ALLOWED, place, "@context stands where it may not")
            check_contexts(contexts_of(item), place, inline=inline)
        elif key[:1] == "@" and not (is_value and key in _VALUE_OBJECT):
            raise refusal(SHAPE_NOT_ALLOWED, place, "a keyword stands where it may not")
        elif ":" in key:
            raise refusal(SHAPE_NOT_ALLOWED, place, "a key is written as an address or with a prefix")
        elif key == "id" and isinstance(value, str) and value[:2] == "_:":
            raise refusal(SHAPE_NOT_ALLOWED, place, "a blank node is given a name")
        elif key not in _FREE:
            yield place, value, key
    if is_value and item.keys() - _VALUE_OBJECT:
        raise refusal(SHAPE_NOT_ALLOWED, pointer, "a value object holds something else")


def _check_number(pointer: str, number: float) -> None:
    """Refuse integers beyond 2^53 and negative zero, which readers take for something else."""
    if not abs(number) < _EXACT or repr(number) == "-0.0":
        raise refusal(MALFORMED, pointer, "a number that readers do not agree about")

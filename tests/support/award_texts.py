"""Every text of an award, reached one by one: to put something else in its place."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

from schemas.awards import Award, Text

_NOT_TEXTS = {"kind", "language", "external_id", "email"}


def with_texts(value: Any, make: Callable[[str], str | None], pointer: str = "") -> Any:
    """Return the award with each text replaced by `make(pointer)`; None leaves it as it is."""
    if isinstance(value, str):
        found = make(pointer)
        return value if found is None else found
    if isinstance(value, Text):
        texts = {code: getattr(value, code) for code in ("fr", "en")}
        return Text(**{code: with_texts(text, make, f"{pointer}/{code}") for code, text in texts.items()})
    if isinstance(value, tuple):
        return tuple(with_texts(one, make, f"{pointer}/{at}") for at, one in enumerate(value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.replace(
            value,
            **{
                field.name: with_texts(getattr(value, field.name), make, f"{pointer}/{field.name}")
                for field in dataclasses.fields(value)
                if field.name not in _NOT_TEXTS
            },
        )
    return value


def pointers(award: Award) -> Iterator[str]:
    """Return where each text of an award stands."""
    found: list[str] = []

    def note(pointer: str) -> None:
        found.append(pointer)

    with_texts(award, note)
    return iter(found)

"""The published cases of SD-JWT: user claims, what the holder shows, what the verifier must see."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from proofs.sd_jwt import Concealed, Place, conceal, reveal
from tests.shared import SHARED, shared


class _Loader(yaml.SafeLoader):
    """YAML with the tag `!sd` on keys and elements."""


def _sd(loader: _Loader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return Concealed(loader.construct_mapping(node, deep=True))
    if isinstance(node, yaml.SequenceNode):
        return Concealed(loader.construct_sequence(node, deep=True))
    if node.style:
        return Concealed(node.value)
    plain = yaml.ScalarNode(loader.resolve(yaml.ScalarNode, node.value, (True, False)), node.value)
    return Concealed(loader.construct_object(plain))


_Loader.add_constructor("!sd", _sd)


def _marked(value: Any) -> Any:
    """Move the mark from a key to its value, as `conceal` wants it."""
    if isinstance(value, Concealed):
        return Concealed(_marked(value.value))
    if isinstance(value, dict):
        return {
            (key.value if isinstance(key, Concealed) else key): (
                Concealed(_marked(item)) if isinstance(key, Concealed) else _marked(item)
            )
            for key, item in value.items()
        }
    return [_marked(item) for item in value] if isinstance(value, list) else value


def _wanted(choice: Any, pointer: str = "") -> Iterator[str]:
    """Yield the pointers that the holder shows; `None`, false and the text "None" show nothing."""
    if choice in (False, None, "None"):
        return
    yield pointer
    items = choice.items() if isinstance(choice, dict) else enumerate(choice) if isinstance(choice, list) else ()
    for name, item in items:
        yield from _wanted(item, f"{pointer}/{name}")


def _cases() -> list[Path]:
    folders = (SHARED / "vectors" / "sd-jwt-testcases", SHARED / "vectors" / "sd-jwt-examples")
    return sorted(path.parent for folder in folders for path in folder.glob("*/specification.yml"))


def _load(folder: Path) -> dict[str, Any]:
    return yaml.load((folder / "specification.yml").read_text(), Loader=_Loader)  # noqa: S506 (a SafeLoader with one tag)


def _chosen(places: tuple[Place, ...], wanted: set[str]) -> list[str]:
    return [place.text for place in places if place.pointer in wanted]


def test_the_cases_are_at_hand() -> None:
    shared("vectors", "sd-jwt-testcases")
    assert len(_cases()) > 25


@pytest.mark.parametrize("folder", _cases(), ids=lambda path: path.name)
def test_the_verifier_sees_what_the_case_says(folder: Path) -> None:
    case = _load(folder)
    payload, disclosures = conceal(_marked(case["user_claims"]))
    _, places = reveal(payload, disclosures)
    shown = _chosen(places, set(_wanted(case["holder_disclosed_claims"])))
    claims, _ = reveal(payload, shown)
    if "expect_verified_user_claims" in case:
        assert case["expect_verified_user_claims"] == claims


@pytest.mark.parametrize("folder", _cases(), ids=lambda path: path.name)
def test_all_disclosures_give_the_user_claims_back(folder: Path) -> None:
    claims = _marked(_load(folder)["user_claims"])
    payload, disclosures = conceal(claims)
    assert _plain(claims) == reveal(payload, disclosures)[0]


def _plain(value: Any) -> Any:
    if isinstance(value, Concealed):
        return _plain(value.value)
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value

"""Documents of a known shape against the whole algorithm: the same answer to every document."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proofs import plan_shapes, rdfc
from proofs.dataset import Dataset
from proofs.plan_layout import Layout, Marks, Names, UnfitError
from proofs.plan_shapes import Shapes
from schemas.limits import DEFAULT, Limits
from schemas.problems import ProblemError
from tests.support import linked_data as ld
from tests.support.linked_data_documents import documents

DID = "did:web:registrar.parchemin.example:t:erable"

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_ADDRESSES = st.uuids().map(lambda name: f"urn:uuid:{name}") | st.integers(0, 9).map(
    lambda name: f"https://x.example/{name}"
)
_NASTY = st.sampled_from(
    [
        *("", " ", '"', '",', '","', ',"', ",", "\\", '\\"', '\\",', "%b", "%s", "%", "\0", "\10\2", "\x1f", "\x7f"),
        *("\u2028", "\ue000", "\U0001f600", "\n", "\t", "é", "a", "b", "A+", "fr", "LetterGrade", "Course"),
        *("_:c14n0", "_:a", "_:", "a b", "relative", "@id", "urn:x:1", "urn:x:2", "cred:x", "schema:name", DID),
        *(
            "https://a b",
            "https://a<b>",
            "urn:x:\n",
            "urn:x:\x7f",
            "ftp://x.example/",
            "HTTPS://x.example/",
            "mailto:a@b",
            ":",
            "x:",
        ),
        *("https://www.w3.org/2018/credentials#issuer", "urn:x-slot:0:1:"),
    ]
)
_VALUES = st.one_of(_TEXTS, _ADDRESSES, _NASTY)
_NUMBERS = st.sampled_from([0, 1, -1, 3, 2**53 - 1, 2**53, 10**21, 10**30])
_FRACTIONS = st.sampled_from([0.0, -0.0, 1.0, 3.5, 0.1, 1e21, 1e-7, 1e300, 0.1 + 0.2, float("inf"), float("nan")])


def whole(document: Mapping[str, Any], limits: Limits = DEFAULT) -> bytes:
    """Return what the whole algorithm finds."""
    return rdfc.canonical(ld.converter().dataset(document, limits=limits), limits=limits).encode()


def dataset(document: Mapping[str, Any], limits: Limits) -> Dataset:
    return ld.converter().dataset(document, limits=limits)


class Watched:
    """Shapes that are laid out at first sight, and how often they asked the whole algorithm."""

    def __init__(self) -> None:
        self.asked = 0
        self.shapes = Shapes(self._whole, dataset, ld.converter().names)

    def _whole(self, document: Mapping[str, Any], limits: Limits) -> bytes:
        self.asked += 1
        return whole(document, limits)

    def canonical(self, document: Mapping[str, Any], limits: Limits = DEFAULT) -> bytes:
        return self.shapes.canonical(document, limits)


@pytest.fixture(autouse=True)
def at_first_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_shapes, "_WORTH_IT", 1)


def outcome(make: Callable[[], bytes]) -> bytes | str:
    try:
        return make()
    except ProblemError as error:
        return f"refused: {error.problem.code}: {error.problem.detail}"


def filled(draw: Callable[[Any], Any], value: Any, *, name: str = "") -> Any:
    """Return `value` with some of its texts and numbers changed."""
    if isinstance(value, dict):
        return {key: filled(draw, item, name=key) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(draw, item, name=name) for item in value]
    if (name in {"type", "@context"} and draw(st.integers(0, 20))) or draw(st.booleans()):
        return value
    kinds: dict[type, Any] = {str: _VALUES, int: _NUMBERS, float: _FRACTIONS, bool: st.booleans()}
    return draw(kinds.get(type(value), st.none()))


def agree(document: Any, data: st.DataObject, fillings: int) -> None:
    watched = Watched()
    assert outcome(lambda: whole(document)) == outcome(lambda: watched.canonical(document))
    for _ in range(fillings):
        other = filled(data.draw, document)
        expected = outcome(lambda: whole(other))  # noqa: B023 (called at once)
        assert expected == outcome(lambda: watched.canonical(other))  # noqa: B023


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(document=documents() | st.just(ld.full_badge(DID)), data=st.data())
def test_a_known_shape_is_answered_as_the_whole_algorithm_answers(document: Any, data: st.DataObject) -> None:
    agree(document, data, 4)


@pytest.mark.soak
@settings(max_examples=2_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(document=documents() | st.just(ld.full_badge(DID)), data=st.data())
def test_a_known_shape_is_answered_so_ten_thousand_times(document: Any, data: st.DataObject) -> None:
    agree(document, data, 4)


def other_badge(number: int) -> dict[str, Any]:
    badge = ld.full_badge(f"did:web:x{number}.example")
    badge["id"] = f"urn:uuid:{number}"
    badge["credentialSubject"]["achievement"]["creditsAvailable"] = number + 0.5
    badge["credentialSubject"]["result"][0]["value"] = 'A "plus"' * (number % 2)
    badge["credentialSubject"]["achievement"]["tag"] = [f"z{number}", "a", 'c"']
    return badge


def test_a_badge_of_a_known_shape_is_filled_in_not_converted() -> None:
    watched = Watched()
    for number in range(20):
        assert whole(other_badge(number)) == watched.canonical(other_badge(number))
    assert 1 == watched.asked


def test_a_shape_is_laid_out_when_it_comes_for_the_third_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_shapes, "_WORTH_IT", 3)
    watched = Watched()
    for number in range(5):
        watched.canonical(other_badge(number))
    assert 3 == watched.asked


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("credentialSubject", "achievement", "achievementType"), "Degree"),
        (("credentialSubject", "achievement", "type"), ["Achievement", "Alignment"]),
        (("@context",), [ld.V2, ld.OPEN_BADGES.replace("3.0.3", "3.0.2")]),
        (("credentialSubject", "identifier", 0, "hashed"), True),
    ],
    ids=["a word of a vocabulary", "another type", "another context", "a truth value"],
)
def test_what_decides_about_the_meaning_is_compared(place: tuple[Any, ...], value: Any) -> None:
    watched = Watched()
    changed = copy.deepcopy(ld.full_badge(DID))
    holder: Any = changed
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    for document in (ld.full_badge(DID), changed, ld.full_badge(DID), changed):
        assert outcome(lambda: whole(document)) == outcome(lambda: watched.canonical(document))  # noqa: B023


@pytest.mark.parametrize("id_", ["urn:uuid:6d3c6b1e-0d2e-4a0a-8f4e-3c5a9d1f2b02", DID, "_:b0", "relative", 7])
def test_an_id_that_is_wrong_or_used_twice_is_refused(id_: Any) -> None:
    watched = Watched()
    watched.canonical(ld.full_badge(DID))
    with pytest.raises(ProblemError):
        watched.canonical(ld.full_badge(DID) | {"id": id_})


@pytest.mark.parametrize("address", ["https://x.example/\x7f", "urn:x:\x7f", "https://x.example/\x00", "urn:x: "])
def test_an_address_with_a_control_character_is_none(address: str) -> None:
    """Known shapes escaped U+007F in an address, and the whole algorithm did not."""
    watched = Watched()
    badge = ld.full_badge(DID)
    watched.canonical(badge)
    badge["credentialSubject"]["achievement"]["image"]["id"] = address
    with pytest.raises(ProblemError, match="not an absolute identifier"):
        watched.canonical(badge)


def test_a_repeated_value_is_refused() -> None:
    watched = Watched()
    badge = ld.full_badge(DID)
    watched.canonical(badge)
    badge["credentialSubject"]["achievement"]["tag"] = ["eau", "nord", "eau"]
    with pytest.raises(ProblemError, match="repeated"):
        watched.canonical(badge)


def test_blank_nodes_that_look_the_same_take_the_whole_algorithm() -> None:
    watched = Watched()
    badge = ld.full_badge(DID)
    watched.canonical(badge)
    alignments = badge["credentialSubject"]["achievement"]["alignment"]
    alignments[1] = alignments[0].copy()
    assert whole(badge) == watched.canonical(badge)
    assert 2 == watched.asked


def test_the_depth_that_is_allowed_belongs_to_the_shape() -> None:
    watched = Watched()
    watched.canonical(ld.full_badge(DID))
    with pytest.raises(ProblemError, match="nested deeper"):
        watched.canonical(ld.full_badge(DID), Limits(json_depth=2))


def test_a_minus_before_zero_is_refused() -> None:
    document = {"@context": [ld.V2, ld.EXAMPLES], "type": ["VerifiableCredential"], "mark": 1.5, "done": 0.0}
    watched = Watched()
    watched.canonical(document)
    with pytest.raises(ProblemError):
        watched.canonical(document | {"done": -0.0})


def test_half_of_a_surrogate_pair_is_left_to_the_whole_algorithm() -> None:
    watched = Watched()
    watched.canonical(ld.full_badge(DID))
    with pytest.raises(UnicodeEncodeError):
        watched.canonical(ld.full_badge(DID) | {"name": "\ud800"})


def test_what_is_compared_but_cannot_be_written_is_refused() -> None:
    watched = Watched()
    badge = ld.full_badge(DID)
    badge["credentialStatus"]["statusListCredential"] = 5
    assert whole(badge) == watched.canonical(badge)
    assert whole(badge) == watched.canonical(badge)
    assert 1 == watched.asked
    badge["credentialStatus"]["statusListCredential"] = 2**80
    with pytest.raises(ProblemError):
        watched.canonical(badge)


def test_a_document_that_is_no_plain_dict_takes_the_whole_algorithm() -> None:
    class Record(dict[str, Any]):
        """A mapping of another kind."""

    watched = Watched()
    assert whole(ld.full_badge(DID)) == watched.canonical(Record(ld.full_badge(DID)))
    assert whole(ld.full_badge(DID)) == watched.canonical(Record(ld.full_badge(DID)))
    assert 2 == watched.asked


@pytest.mark.parametrize(
    "document",
    [
        {"@context": [ld.V2], "type": ["VerifiablePresentation"], "verifiableCredential": [ld.badge(DID)]},
        {"@context": [ld.V2, ld.EXAMPLES], "type": ["VerifiableCredential"], "a": {"b": "1"}, "c": {"b": "1"}},
        {
            "@context": [ld.V2, ld.EXAMPLES],
            "type": ["VerifiableCredential"],
            "a": {"x": "1"},
            "b": {"x": "1"},
            "c": 2**80,
        },
        {"@context": [ld.V2], "type": ["JsonSchema"], "jsonSchema": {"title": "x"}, "id": "urn:x:1"},
        {
            "@context": [ld.V2, ld.EXAMPLES],
            "type": ["VerifiableCredential"],
            "a": {"id": "urn:x:1", "name": "n"},
            "b": {"id": "urn:x:1", "name": "n"},
        },
    ],
    ids=["named graph", "equal nodes", "large number", "JSON value", "harmless copy"],
)
def test_what_cannot_be_laid_out_is_answered_all_the_same(document: Any) -> None:
    watched = Watched()
    for _ in range(3):
        assert outcome(lambda: whole(document)) == outcome(lambda: watched.canonical(document))


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, most in (("_SHAPES", 2), ("_SEEN", 3), ("_KINDS_OF_ONE", 2)):
        monkeypatch.setattr(plan_shapes, name, most)
    watched = Watched()
    for number in range(6):
        document = {"@context": [ld.V2, ld.EXAMPLES], "type": ["VerifiableCredential", f"T{number % 3}"], "k": True}
        watched.canonical(document)
        watched.canonical(document | {f"key{number}": "x"})
        assert len(watched.shapes._known) <= 2
        assert len(watched.shapes._seen) <= 3
        assert all(len(kinds) <= 2 for kinds in watched.shapes._known.values())


def test_large_documents_are_not_laid_out() -> None:
    watched = Watched()
    document = ld.full_badge(DID)
    document["credentialSubject"]["achievement"]["tag"] = [f"tag {number}" for number in range(1_200)]
    for _ in range(2):
        assert whole(document) == watched.canonical(document)
    assert 2 == watched.asked


def test_a_document_inside_itself_is_refused() -> None:
    watched = Watched()
    document = ld.full_badge(DID)
    document["credentialSubject"]["achievement"]["creator"] = document["credentialSubject"]
    with pytest.raises(ProblemError):
        watched.canonical(document)


def test_names_that_contexts_use_are_no_ordinary_addresses() -> None:
    names = Names(frozenset({"https", "urn:x:y", "cred"}))
    assert not names.stands_for_itself("https://x.example")
    assert not names.stands_for_itself("urn:x:y")
    assert not names.stands_for_itself("_:b")
    assert not names.stands_for_itself("x")
    assert names.stands_for_itself("urn:x:z")
    assert "https" not in names.ordinary
    assert "urn" not in names.ordinary


def test_a_blank_node_with_two_parents_has_no_layout() -> None:
    shared = Dataset()
    child = shared.blank()
    shared.add(child, "<urn:p>", '"x"')
    for parent in ("<urn:a>", "<urn:b>"):
        shared.add(parent, "<urn:p>", child)
    with pytest.raises(UnfitError, match="two parents"):
        Layout(
            {"a": {"id": "urn:a", "x": 1}, "b": {"id": "urn:b", "x": 1}},
            shared,
            marks=Marks(),
            names=Names(frozenset()),
        )

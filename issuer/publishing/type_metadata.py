"""What a wallet shows for an SD-JWT VC of ours: names of its type and of its claims, in French and English.

    type_metadata("transcript", public_url)["claims"][0]["display"]

The document stands at the address that is the `vct` of such credentials. Their `vct#integrity` is
left out: a better translation must not make a credential of last year unreadable.
Specification: draft-ietf-oauth-sd-jwt-vc-25, section 4 (Type Metadata).
"""

from __future__ import annotations

from typing import Any, Final

from schemas.problems import NOT_FOUND, ProblemError

_Words = tuple[str, str]
"""French and English."""

_NAMES: Final[dict[str, tuple[_Words, _Words]]] = {
    "transcript": (
        ("Relevé de notes", "Transcript"),
        (
            "Un relevé de notes dont on peut ne montrer qu'une partie.",
            "A transcript of records of which a part can be shown.",
        ),
    ),
    "diploma": (
        ("Diplôme", "Diploma"),
        ("Un diplôme dont on peut ne montrer qu'une partie.", "A diploma of which a part can be shown."),
    ),
}
_Claim = tuple[tuple[str | None, ...], _Words, str]
_EVERY: Final[tuple[_Claim, ...]] = (
    (("institution",), ("Établissement", "Institution"), "never"),
    (("learner", "given_name"), ("Prénom", "Given name"), "always"),
    (("learner", "family_name"), ("Nom de famille", "Family name"), "always"),
    (("learner", "student_id"), ("Numéro étudiant", "Student number"), "always"),
    (("learner", "birth_date"), ("Date de naissance", "Date of birth"), "always"),
    (("study", "programme"), ("Programme", "Programme"), "always"),
    (("study", "degree"), ("Grade", "Degree"), "always"),
    (("statements", "degree_conferred"), ("Grade conféré", "Degree conferred"), "always"),
)
_OF_KIND: Final[dict[str, tuple[_Claim, ...]]] = {
    "transcript": (
        (("study", "average"), ("Moyenne", "Average"), "always"),
        (("study", "credits_listed"), ("Crédits inscrits", "Credits listed"), "always"),
        (("terms",), ("Trimestres", "Terms"), "always"),
        (("terms", None), ("Trimestre", "Term"), "always"),
        (("terms", None, "courses", None), ("Cours", "Course"), "always"),
        (("terms", None, "courses", None, "result"), ("Résultat", "Result"), "allowed"),
    ),
    "diploma": (
        (("study", "conferred_on"), ("Date de collation", "Conferred on"), "always"),
        (("study", "honours"), ("Mention", "Honours"), "always"),
    ),
}


def type_address(public_url: str, kind: str) -> str:
    """Return the address of the metadata of a kind, which is its `vct`."""
    return f"{public_url}/types/{kind}"


def type_metadata(kind: str, public_url: str) -> dict[str, Any]:
    """Return the metadata of a kind of document that is shown in parts; raise NOT_FOUND for any other."""
    if kind not in _NAMES:
        raise ProblemError(NOT_FOUND.about("there is no such type"))
    name, description = _NAMES[kind]
    return {
        "vct": type_address(public_url, kind),
        "name": name[1],
        "description": description[1],
        "display": [
            {"locale": locale, "name": name[at], "description": description[at]}
            for at, locale in enumerate(("fr", "en"))
        ],
        "claims": [_claim(*claim) for claim in (*_EVERY, *_OF_KIND[kind])],
    }


def _claim(path: tuple[str | None, ...], label: _Words, disclosable: str) -> dict[str, Any]:
    display = [{"locale": "fr", "label": label[0]}, {"locale": "en", "label": label[1]}]
    return {"path": list(path), "display": display, "sd": disclosable}

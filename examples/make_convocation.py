#!/usr/bin/env python3
"""Write the convocation of Université Boréale: the same bytes on every machine, every time.

    python examples/make_convocation.py [FOLDER]

From `source/programmes.toml` and `source/learners.toml` come, in FOLDER (this folder unless said):

    convocation.csv         one diploma a row, headers are the dotted paths of an award
    transcripts.jsonl       one transcript a line, for the same learners in the same order
    awards/transcript.json  what the first learner's transcript was a year before: a transcript in progress

Nothing is drawn by chance: each choice is a digest of who and what it is about, so that a changed
learner changes that learner's rows only. Every average is computed from the courses it stands over.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, Final

Row = dict[str, Any]
TermKey = tuple[int, int]
"""Year and season; seasons in the order of the calendar: winter 0, summer 1, fall 2."""

HERE: Final = Path(__file__).resolve().parent
MAIL_DOMAIN: Final = "etudiant.boreale.example"
CONFERRED_ON: Final = "2026-06-05"
ISSUED_ON: Final = "2026-06-12"
LAST_TERM: Final[TermKey] = (2026, 0)
IN_PROGRESS_UNTIL: Final[TermKey] = (2025, 0)
IN_PROGRESS_ISSUED_ON: Final = "2025-06-13"

SEASONS: Final = (("Hiver", "Winter"), ("Été", "Summer"), ("Automne", "Fall"))
SUMMER, FALL = 1, 2
POINTS: Final = {
    "A+": "4.3",
    "A": "4.0",
    "A-": "3.7",
    "B+": "3.3",
    "B": "3.0",
    "B-": "2.7",
    "C+": "2.3",
    "C": "2.0",
    "C-": "1.7",
    "D+": "1.3",
    "D": "1.0",
    "E": "0",
}
PASSING: Final = tuple(grade for grade in POINTS if grade != "E")
SCALE: Final = "4.3"
FAILED, WITHDRAWN, TRANSFERRED, SATISFACTORY = "E", "X", "EQ", "S"
SPREAD: Final = (-2, -1, -1, 0, 0, 0, 0, 1, 1, 2)
HONOURS: Final = (
    ("4.0", {"fr": "avec grande distinction", "en": "with great distinction"}),
    ("3.7", {"fr": "avec distinction", "en": "with distinction"}),
)
COLUMNS: Final = (
    "kind",
    "external_id",
    "language",
    "learner.given_name",
    "learner.family_name",
    "learner.email",
    "learner.student_id",
    "learner.birth_date",
    "issued_on",
    "conferred_on",
    "programme.code",
    "programme.title.fr",
    "programme.title.en",
    "degree.fr",
    "degree.en",
    "honours.fr",
    "honours.en",
)


def choose(count: int, *about: object) -> int:
    """Return a number from 0 to `count` - 1 that depends on `about` alone."""
    digest = hashlib.sha256("\x1f".join(map(str, about)).encode()).digest()
    return int.from_bytes(digest[:8], "big") % count


def average_of(terms: Iterable[Row]) -> Decimal:
    """Return the average weighted by credits, to two decimals; only courses with points count."""
    graded = [course for term in terms for course in term["courses"] if "points" in course]
    total = sum((Decimal(course["points"]) * course["credits"] for course in graded), Decimal(0))
    weight = Decimal(sum(course["credits"] for course in graded))
    return (total / weight).quantize(Decimal("0.01"), ROUND_HALF_UP)


def line_of(course: list[Any], grade: str, *, origin: str | None = None) -> Row:
    """Return one line of a transcript; only letter grades have points."""
    code, french, english, credit = course
    line: Row = {"code": code, "title": {"fr": french, "en": english}, "credits": credit, "grade": grade}
    if grade in POINTS:
        line["points"] = POINTS[grade]
    if origin:
        line["transferred_from"] = origin
    return line


def grade_of(learner: Row, course: list[Any], attempt: int = 1) -> str:
    """Return a passing grade near the learner's level; theses and internships are satisfactory or not."""
    if course[0][3] == "9":
        return SATISFACTORY
    step = SPREAD[choose(len(SPREAD), learner["id"], course[0], attempt)]
    place: int = learner["level"] + step
    return PASSING[min(max(place, 0), len(PASSING) - 1)]


def courses_of(learner: Row, programme: Mapping[str, Any]) -> list[list[Any]]:
    """Return every course that the learner needs, in the order in which they are taken."""
    electives = sorted(programme["electives"], key=lambda course: choose(2**64, learner["id"], course[0]))
    chosen = electives[: learner.get("electives", 6)]
    finish = [course for course in programme.get("finish", ()) if course[0] == learner["finish"]]
    return sorted([*programme["required"], *chosen, *finish], key=lambda course: str(course[0][3]))


def regular_terms(count: int) -> list[TermKey]:
    """Return the last `count` fall and winter terms before the convocation, oldest first."""
    year, season = LAST_TERM
    keys = []
    for _ in range(count):
        keys.append((year, season))
        year, season = (year, 0) if season == FALL else (year - 1, FALL)
    return keys[::-1]


def setbacks(learner: Row, terms: list[list[list[Any]]]) -> dict[str, str]:
    """Return the courses that a learner failed or left the first time, each with that grade."""
    early = [course[0] for term in terms[: max(1, len(terms) * 2 // 3)] for course in term if course[0][3] != "9"]
    early.sort(key=lambda code: choose(2**64, learner["id"], code, "setback"))
    grades = [FAILED] * learner.get("failed", 0) + [WITHDRAWN] * learner.get("withdrawn", 0)
    return dict(zip(early, grades, strict=False))


def transferred(learner: Row, courses: list[list[Any]]) -> list[Row]:
    """Return the lines of what was learnt elsewhere: one a course, or one block."""
    origin = learner["from"]
    if not learner.get("block"):
        return [line_of(course, TRANSFERRED, origin=origin) for course in courses]
    credit = sum(course[3] for course in courses)
    block = [f"REC{credit:04}", "Formation technique reconnue", "Recognized technical studies", credit]
    return [line_of(block, TRANSFERRED, origin=origin)]


def taken(learner: Row, courses: list[list[Any]]) -> dict[TermKey, list[Row]]:
    """Return the lines of each fall and winter term, with second attempts a year later or at the end."""
    load = learner.get("load", 5)
    terms = [courses[start : start + load] for start in range(0, len(courses), load)]
    first_grades = setbacks(learner, terms)
    lines: list[list[Row]] = [[] for _ in terms]
    for at, term in enumerate(terms):
        for course in term:
            if course[0] not in first_grades:
                lines[at].append(line_of(course, grade_of(learner, course)))
                continue
            again = min(at + 2, len(terms) - 1)
            lines[at].append(line_of(course, first_grades[course[0]]))
            lines[again].append(line_of(course, grade_of(learner, course, attempt=2)))
    return dict(zip(regular_terms(len(terms)), lines, strict=True))


def terms_of(learner: Row, programme: Mapping[str, Any]) -> list[tuple[TermKey | None, Row]]:
    """Return the terms of a transcript, each with its place in time (none for transferred credits)."""
    courses = courses_of(learner, programme)
    elsewhere = learner.get("transfers", 0)
    by_term = taken(learner, courses[elsewhere:])
    internships = programme.get("internships", ())[: learner.get("internships", 0)]
    for back, course in enumerate(reversed(internships)):
        by_term[(LAST_TERM[0] - 1 - back, SUMMER)] = [line_of(course, SATISFACTORY)]
    found: list[tuple[TermKey | None, Row]] = []
    if elsewhere:
        name = {"fr": "Crédits reconnus", "en": "Transfer credits"}
        found.append((None, {"name": name, "courses": transferred(learner, courses[:elsewhere])}))
    for key in sorted(by_term):
        french, english = SEASONS[key[1]]
        name = {"fr": f"{french} {key[0]}", "en": f"{english} {key[0]}"}
        found.append((key, {"name": name, "courses": by_term[key]}))
    return found


def person(learner: Row) -> Row:
    """Return the learner as an award names them."""
    named = {
        "given_name": learner["given"],
        "family_name": learner["family"],
        "email": f"{learner['mail']}@{MAIL_DOMAIN}",
        "student_id": learner["id"],
    }
    return named | ({"birth_date": learner["born"].isoformat()} if "born" in learner else {})


def transcript(learner: Row, programmes: Mapping[str, Any], *, in_progress: bool = False) -> Row:
    """Return the learner's transcript as an award: final, or as it was when `in_progress`."""
    programme = programmes[learner["programme"]]
    placed = terms_of(learner, programme)
    terms = [term for key, term in placed if not in_progress or key is None or key <= IN_PROGRESS_UNTIL]
    award: Row = {
        "kind": "transcript",
        "external_id": f"REL-{'2025H' if in_progress else '2026E'}-{learner['id']}",
        "language": learner["language"],
        "learner": person(learner),
        "issued_on": IN_PROGRESS_ISSUED_ON if in_progress else ISSUED_ON,
        "programme": {"code": learner["programme"], "title": programme["title"]},
        "average": str(average_of(terms)),
        "average_scale": SCALE,
        "terms": terms,
    }
    return award if in_progress else award | {"degree": programme["degree"], "conferred_on": CONFERRED_ON}


def diploma(learner: Row, programmes: Mapping[str, Any]) -> Row:
    """Return the learner's diploma as an award; honours follow from the average."""
    programme = programmes[learner["programme"]]
    average = average_of(term for _, term in terms_of(learner, programme))
    honours = next((words for least, words in HONOURS if average >= Decimal(least)), {})
    return {
        "kind": "diploma",
        "external_id": f"DIP-2026E-{learner['id']}",
        "language": learner["language"],
        "learner": person(learner),
        "issued_on": ISSUED_ON,
        "conferred_on": CONFERRED_ON,
        "programme": {"code": learner["programme"], "title": programme["title"]},
        "degree": programme["degree"],
        "honours": honours,
    }


def cell(award: Row, column: str) -> str:
    """Return what stands under a dotted header; what an award has not is an empty cell."""
    value: Any = award
    for step in column.split("."):
        value = value.get(step, "")
        if value == "":
            break
    return str(value)


def write(folder: Path) -> None:
    """Write the three files into `folder`."""
    programmes = tomllib.loads((HERE / "source" / "programmes.toml").read_text(encoding="utf-8"))
    learners = tomllib.loads((HERE / "source" / "learners.toml").read_text(encoding="utf-8"))["learner"]
    (folder / "awards").mkdir(parents=True, exist_ok=True)
    with (folder / "convocation.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        rows.writerows(
            [cell(award, column) for column in COLUMNS] for award in (diploma(one, programmes) for one in learners)
        )
    with (folder / "transcripts.jsonl").open("w", encoding="utf-8", newline="") as file:
        for learner in learners:
            file.write(json.dumps(transcript(learner, programmes), ensure_ascii=False) + "\n")
    early = json.dumps(transcript(learners[0], programmes, in_progress=True), ensure_ascii=False, indent=2)
    (folder / "awards" / "transcript.json").write_bytes(f"{early}\n".encode())


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Write the convocation of Université Boréale.")
    arguments.add_argument(
        "folder", nargs="?", type=Path, default=HERE, help="where to write (this folder unless said)"
    )
    write(arguments.parse_args().folder)

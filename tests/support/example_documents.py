"""Every credential that the examples issue, signed by a throw-away issuer, with its status lists."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schemas import strict_json
from schemas.award_loading import load_award
from schemas.awards import Award, Kind
from tests.shared import ROOT
from tests.support.issuing import open_house

EXAMPLES = ROOT / "examples"


def example_awards() -> Iterator[Award]:
    """Return each award of `examples/`: one file each, the convocation's rows, the transcripts' lines."""
    for path in sorted((EXAMPLES / "awards").glob("*.json")):
        yield load_award(strict_json.loads(path.read_bytes()))
    with (EXAMPLES / "convocation.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            yield load_award(_nested(row))
    for line in (EXAMPLES / "transcripts.jsonl").read_bytes().splitlines():
        yield load_award(strict_json.loads(line))


def example_documents(folder: Path, *, every: int = 1) -> dict[str, Any]:
    """Return each Data Integrity document by a name: both suites, and the lists of the issuer.

    `every` takes one in so many of the rows and lines; of the awards with a file each, all.
    """
    house = open_house(folder)
    found: dict[str, Any] = {}
    for number, award in enumerate(example_awards()):
        if number >= len(Kind) and number % every:
            continue
        document_id = house.desk.issue(award, "boreale", "registrar").document_id
        for form in house.desk.forms(document_id):
            if form.format.startswith("ldp_vc"):
                found[f"{award.kind} {award.external_id} {form.format}"] = json.loads(form.body)
    for document in list(found.values()):
        for entry in document["credentialStatus"]:
            address = entry["statusListCredential"]
            if address not in found:
                found[address] = json.loads(house.desk.status_list(address.rpartition("/")[2]))
    house.database.close()
    return found


def _nested(row: dict[str, str]) -> dict[str, Any]:
    """Return the award of a CSV row: dotted headers nest, an empty cell is no field but for a family name."""
    award: dict[str, Any] = {}
    for header, value in row.items():
        if value or header == "learner.family_name":
            *steps, last = header.split(".")
            place = award
            for step in steps:
                place = place.setdefault(step, {})
            place[last] = value
    return award

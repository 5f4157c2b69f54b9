"""`parchemin verify --jsonl -` as a shell runs it, with credentials that were really signed."""

from __future__ import annotations

import json
import subprocess
import sys

from issuer.throw_away import Wish, make_throw_away_issuer
from services.clock import SystemClock
from tests.shared import ROOT
from tests.support.demonstration import environment
from tests.support.issuer_simulator import converter

UNSIGNED = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential"],
    "issuer": "did:example:whoever",
}


def test_a_stream_gets_a_report_a_line_and_the_worst_exit_code() -> None:
    """Proof core, item 10: nobody vouches for a did:key, so good ones are not fully checked; changed ones fail."""
    issuer = make_throw_away_issuer(SystemClock().now, converter())
    good = [issuer.issue({**UNSIGNED, "credentialSubject": {"id": f"urn:example:{at}"}}, Wish()) for at in range(80)]
    changed = {**good[7], "credentialSubject": {"id": "urn:example:other"}}
    done = subprocess.run(
        [sys.executable, "-m", "app", "verify", "--jsonl", "--jobs", "2", "-"],
        cwd=ROOT,
        env=environment(),
        input="\n".join([*map(json.dumps, good), json.dumps(changed), "no document"]),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert ["not-fully-checked"] * 80 + ["failed"] * 2 == [report["verdict"] for report in reports], done.stderr
    assert ["yes"] * 80 + ["no"] * 2 == [report["integrity"]["answer"] for report in reports]
    assert 1 == done.returncode

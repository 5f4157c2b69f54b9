"""The verifier keeps nothing: it starts and answers where no database and no other role is installed (architecture §2)."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.shared import ROOT

FORBIDDEN = ("sqlalchemy", "alembic", "issuer", "holder", "accounts", "psycopg", "services.database")
SCRIPT = f"""
import json, sys, pathlib

class Absent:
    def find_spec(self, name, path=None, target=None):
        if any(name == one or name.startswith(one + ".") for one in {FORBIDDEN!r}):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
from app.config import Settings
from app.factory import create_verifier_app
from app.wiring import make_verifier_parts

settings = Settings(development=True, secret_key="t" * 40, var=pathlib.Path(sys.argv[1]))
client = create_verifier_app(settings, make_verifier_parts(settings)).test_client()
answer = client.post("/v1/verify", data=b'{{"type": "VerifiableCredential"}}', content_type="application/vc")
print(json.dumps({{
    "pages": {{path: client.get(path).status_code for path in ("/", "/verify", "/help", "/v1/docs", "/sign-in")}},
    "ready": client.get("/ready").get_json(),
    "answer": [answer.status_code, answer.get_json().get("verdict")],
    "loaded": sorted(name for name in sys.modules if name.partition(".")[0] in {FORBIDDEN!r}),
}}))
"""


def test_the_verifier_starts_and_answers_with_nothing_that_keeps(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    told = json.loads(done.stdout)
    assert {"/": 200, "/verify": 200, "/help": 200, "/v1/docs": 200, "/sign-in": 404} == told["pages"]
    assert {"status": "ready", "waiting": []} == told["ready"]
    assert [200, "failed"] == told["answer"]
    assert [] == told["loaded"]

"""Threats B: beginnings and ends of validity."""

from __future__ import annotations

from typing import Final

from tests.support.hostile_set.documents import bare, old, without
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.proven import refused
from tests.support.hostile_set.signing import secure, vc_jwt
from tests.support.hostile_set.suites import SUITES, USUAL
from tests.support.hostile_set.world import Rows, World

OUTSIDE_ITS_PERIOD: Final[Rows] = [
    ("validUntil past", {"validUntil": "2026-05-31T00:00:00Z"}, "expired"),
    ("validUntil past with offset", {"validUntil": "2026-05-31T00:00:00-05:00"}, "expired"),
    ("validFrom future", {"validFrom": "2099-01-01T00:00:00Z"}, "not-yet-valid"),
    (
        "reversed",
        {"validFrom": "2026-06-01T00:00:00Z", "validUntil": "2026-05-31T00:00:00Z"},
        "malformed expired",
    ),
]
MISSPELT_MOMENTS: Final[Rows] = [
    ("malformed", {"validUntil": "tomorrow"}, "malformed"),
    ("date alone", {"validUntil": "2036-05-31"}, "malformed"),
    ("no offset", {"validUntil": "2036-05-31T00:00:00"}, "malformed"),
    (
        "two values",
        {"validUntil": ["2036-05-31T00:00:00Z", "2037-05-31T00:00:00Z"]},
        "malformed shape-not-allowed",
    ),
    ("number", {"validUntil": 2_000_000_000}, "malformed"),
    ("30 February", {"validUntil": "2036-02-30T00:00:00Z"}, "malformed"),
    ("29 February of no leap year", {"validUntil": "2037-02-29T00:00:00Z"}, "malformed"),
    ("month 13", {"validUntil": "2036-13-01T00:00:00Z"}, "malformed"),
    ("hour 25", {"validUntil": "2036-01-01T25:00:00Z"}, "malformed"),
    ("lower t", {"validUntil": "2036-01-01t00:00:00Z"}, "malformed"),
    ("lower z", {"validUntil": "2036-01-01T00:00:00z"}, "malformed"),
    ("blank", {"validUntil": "2036-01-01 00:00:00Z"}, "malformed"),
    ("empty", {"validUntil": ""}, "malformed"),
    ("null", {"validUntil": "null"}, "malformed shape-not-allowed"),
    ("true", {"validUntil": True}, "malformed"),
    ("year 0", {"validUntil": "0000-01-01T00:00:00Z"}, "malformed expired"),
    ("comma", {"validUntil": "2036-01-01T00:00:00,5Z"}, "malformed"),
    ("full width", {"validUntil": "\uff12\uff10\uff13\uff16-01-01T00:00:00Z"}, "malformed"),
    ("offset too far", {"validUntil": "2036-01-01T00:00:00+15:00"}, "malformed"),
    ("newline", {"validUntil": "2036-01-01T00:00:00Z\n"}, "malformed"),
    ("object", {"validUntil": {"@value": "2036-01-01T00:00:00Z"}}, "malformed shape-not-allowed"),
]
RIGHT_PERIODS: Final[Rows] = [
    ("fractions", {"validFrom": "2026-01-01T00:00:00.123456789Z"}),
    ("offset", {"validFrom": "2026-01-01T00:00:00+05:30"}),
    ("24:00", {"validUntil": "2036-12-31T24:00:00Z"}),
    ("far end", {"validUntil": "9999-12-31T23:59:59Z"}),
    ("negative offset", {"validUntil": "2036-01-01T00:00:00-14:00"}),
    ("same moment", {"validFrom": "2026-01-01T00:00:00Z", "validUntil": "2036-01-01T00:00:00.5Z"}),
    ("old", {"validFrom": "1970-01-01T00:00:00Z"}),
    ("before 1900", {"validFrom": "1867-07-01T00:00:00Z"}),
    ("leap day", {"validUntil": "2036-02-29T00:00:00Z"}),
    ("one digit fraction", {"validUntil": "2036-02-29T00:00:00.0Z"}),
]


def periods(world: World) -> None:
    for kind, suite in USUAL:
        key = Key(kind)
        for name, change, codes in [*OUTSIDE_ITS_PERIOD, *MISSPELT_MOMENTS]:
            document = bare(key.did, **change)
            document = {n: (None if v == "null" else v) for n, v in document.items()}
            token = codes + " not-parsable shape-not-allowed"
            refused(world, "B23", name, document, key, suite, codes=codes, token=token)
        for name, change in RIGHT_PERIODS:
            world.yes("B23", f"twin {name} {suite}", secure(bare(key.did, **change), key, suite))
            if suite.endswith("jcs-2022"):
                world.yes("B23", f"twin {name} as token", vc_jwt(bare(key.did, **change), key))
    old_periods(world)


def old_periods(world: World) -> None:
    for kind, suite in SUITES[:7]:
        key = Key(kind)
        base = old(key.did)
        world.yes("B23", f"VCDM 1.1 twin {kind} {suite}", secure(base, key, suite))
        world.yes(
            "B23",
            f"VCDM 1.1 with end {kind} {suite}",
            secure({**base, "expirationDate": "2036-01-01T00:00:00Z"}, key, suite),
        )
        world.no(
            "B23",
            f"VCDM 1.1 expired {kind} {suite}",
            secure({**base, "expirationDate": "2026-05-01T00:00:00Z"}, key, suite),
            "expired",
        )
        world.no(
            "B23",
            f"VCDM 1.1 in the future {kind} {suite}",
            secure({**base, "issuanceDate": "2099-01-01T00:00:00Z"}, key, suite),
            "not-yet-valid",
        )
        world.no(
            "B22",
            f"VCDM 1.1 without issuanceDate {kind} {suite}",
            secure(without(base, "issuanceDate"), key, suite),
            "malformed",
        )
        world.no(
            "B24",
            f"VCDM 1.1 with validUntil {kind} {suite}",
            secure({**base, "validUntil": "2026-01-01T00:00:00Z"}, key, suite),
            "term-undefined malformed expired",
        )

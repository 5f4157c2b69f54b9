"""The throw-away authorities of development, as the years go by."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.certifying import Certifying
from app.config import Settings
from app.trusting import merged_pins
from keys.certificates import DevelopmentCA
from keys.file_store import FileKeyStore
from keys.trust import PinnedCertificate
from services.clock import StoppedClock
from services.timestamps import token_moment
from tests.support.linked_data import converter, ecdsa_signer

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
YEAR = timedelta(days=365)
PASSPHRASE = "a passphrase of the tests"


def test_the_timestamp_authority_gets_a_fresh_certificate_before_the_old_one_ends(tmp_path: Path) -> None:
    """R24: a renewal wins time only when the authority's certificate ends later than the one before."""
    settings = Settings(development=True, var=tmp_path, passphrase=PASSPHRASE)
    clock = StoppedClock(NOW)
    ends = []
    for years in (0, 3, 8, 16):
        clock.moment = NOW + years * YEAR
        store = FileKeyStore(tmp_path / "keys", PASSPHRASE.encode())
        stamper = Certifying(settings=settings, clock=clock, keys=store, converter=converter()).timestamper()
        assert clock.moment == token_moment(stamper.stamp(hashlib.sha256(b"x").digest()))
        ends.append(stamper.certificates[0].not_valid_after_utc)
    assert ends[0] == ends[1] < ends[2] < ends[3]


def test_pins_are_kept_and_never_believed_for_longer_than_somebody_said() -> None:
    """R84, M09: an older certificate stays; of two ends the earlier one holds."""
    chain = DevelopmentCA.create(now=NOW).seal_certificate
    one, two = (
        chain(ecdsa_signer().public_key, organisation="Uni", did="did:web:uni.example", now=NOW)[0] for _ in range(2)
    )
    listed = [PinnedCertificate(one, NOW, NOW + 2 * YEAR), PinnedCertificate(two, NOW - YEAR)]
    assert (*listed[:1], PinnedCertificate(two, NOW - YEAR, NOW)) == merged_pins(
        [PinnedCertificate(two, NOW, NOW), PinnedCertificate(one, NOW, NOW + 3 * YEAR)], listed
    )
    assert tuple(listed) == merged_pins([], listed)
    assert (PinnedCertificate(one, NOW),) == merged_pins([PinnedCertificate(one, NOW)], [])

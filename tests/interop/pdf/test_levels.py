"""Every kind of seal key at every level: our verifier, OpenSSL and poppler say what it is, and what it is not.

Only B-LTA leaves the house. The lower levels are what a file is reduced to when its timestamps are
cut off (H11), or what others make: the key and the CMS are good, and we say that it will not last.
"""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typst
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

from proofs.pades import Sealer, check_seal, examine_seal
from proofs.pades_running import wait_for
from proofs.pades_sealing import DIGEST, RESERVED, CMSSigner, TimestampAdapter
from proofs.pdf_base import FIELD_NAME, SealPlace, finish_base
from schemas.awards import Kind, Language
from tests.support.documents import INSTITUTION, award_of
from tests.support.judges import VeraPDF
from tests.support.pdf_pki import NOW
from tests.support.pdf_signatures import openssl_accepts, pdfsig_accepts
from tests.support.sealed import SealWorld

pytestmark = [pytest.mark.interop, pytest.mark.xdist_group("pdf-judges")]
KEYS = ("P-256", "RSA-3072")
LEVELS = {"B-B": "pdf-untimestamped", "B-T": "pdf-untimestamped", "B-LT": "pdf-untimestamped", "B-LTA": ""}


@pytest.fixture(scope="module")
def worlds() -> dict[str, SealWorld]:
    first = SealWorld()
    return {"P-256": first, "RSA-3072": SealWorld(ca=first.ca, kind="RSA-3072", typesetter=first.typesetter)}


def sealed_at(world: SealWorld, level: str, base: bytes, stamp: Any = None) -> bytes:
    """Return the pages sealed at a level, by our signer and pyHanko's ways."""
    if level == "B-LTA":
        sealer = Sealer(
            signer=world.signer, timestamper=world.timestamper, material=world.material, now=lambda: world.ca.now
        )
        return sealer.seal(base, stamp=stamp)
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD_NAME,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        embed_validation_info=level == "B-LT",
        validation_context=world.material().context(NOW) if level == "B-LT" else None,
    )
    timestamper = None if level == "B-B" else TimestampAdapter(world.timestamper)
    signer = signers.PdfSigner(
        metadata, CMSSigner(world.signer), timestamper=timestamper, stamp_style=stamp.style() if stamp else None
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(base))
    out = wait_for(signer.async_sign_pdf(writer, existing_fields_only=True, bytes_reserved=RESERVED))
    result: bytes = out.getvalue()
    return result


@pytest.mark.parametrize("level", list(LEVELS))
@pytest.mark.parametrize("kind", KEYS)
def test_each_key_at_each_level_is_judged_alike(
    worlds: dict[str, SealWorld], tmp_path: Path, kind: str, level: str
) -> None:
    """With the seal's picture, on a transcript."""
    world = worlds[kind]
    stamp = world.typesetter.stamp(INSTITUTION, Language.FRENCH, Kind.ATTESTATION)
    pdf = sealed_at(world, level, world.base(award_of(Kind.ATTESTATION)), stamp)
    examined = examine_seal(pdf, trust=world.trust, now=NOW)
    assert LEVELS[level] == (examined.problem.code if examined.problem else "")
    assert {"B-LT": "B-T"}.get(level, level) == examined.finding.level
    assert world.signer.certificates[0] == examined.finding.certificate
    assert openssl_accepts(pdf, world.ca.root.public_bytes(Encoding.PEM), tmp_path, at=NOW)
    assert pdfsig_accepts(pdf, tmp_path)
    if level == "B-LTA":
        assert "B-LTA" == check_seal(pdf, trust=world.trust, now=NOW + timedelta(days=1500)).level


@pytest.mark.parametrize("level", list(LEVELS))
@pytest.mark.parametrize("kind", KEYS)
def test_the_invisible_seal_is_as_good(worlds: dict[str, SealWorld], tmp_path: Path, kind: str, level: str) -> None:
    """No picture: an empty rectangle, still tagged and named for a screen reader."""
    world = worlds[kind]
    pdf = sealed_at(world, level, _without_a_picture(world))
    examined = examine_seal(pdf, trust=world.trust, now=NOW)
    assert LEVELS[level] == (examined.problem.code if examined.problem else "")
    assert openssl_accepts(pdf, world.ca.root.public_bytes(Encoding.PEM), tmp_path, at=NOW)
    assert pdfsig_accepts(pdf, tmp_path)


def test_verapdf_finds_every_level_archivable_and_accessible(worlds: dict[str, SealWorld], tmp_path: Path) -> None:
    files = []
    for kind, world in worlds.items():
        stamp = world.typesetter.stamp(INSTITUTION, Language.FRENCH, Kind.ATTESTATION)
        seen, unseen = world.base(award_of(Kind.ATTESTATION)), _without_a_picture(world)
        for level in LEVELS:
            for name, pdf in (
                ("seen", sealed_at(world, level, seen, stamp)),
                ("unseen", sealed_at(world, level, unseen)),
            ):
                files.append(tmp_path / f"{kind}-{level}-{name}.pdf")
                files[-1].write_bytes(pdf)
    told = VeraPDF.compiled(tmp_path).judge("3a,ua1", *files)
    verdicts = [line for line in told.splitlines() if line.startswith(("PASS", "FAIL"))]
    assert (2 * len(files), []) == (len(verdicts), [line for line in verdicts if line.startswith("FAIL")]), told


def _without_a_picture(world: SealWorld) -> bytes:
    """Return a BASE whose seal has no size."""
    text = (
        '#set document(title: "Attestation")\n#set text(lang: "fr")\n#set page(width: 10cm, height: 8cm)\n= Attestation'
    )
    made = typst.compile(text.encode(), format="pdf", pdf_standards=["a-3a", "ua-1"])
    assert isinstance(made, bytes)
    return finish_base(made, SealPlace(f"Sceau de {world.signer.certificates[0].serial_number}"))

"""Every bound on input, with its default; `app/config.py` makes each one a setting (threats.md section 1)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes unless the name says otherwise; times in seconds."""

    body_bytes: int = 1_048_576
    pdf_bytes: int = 20_971_520
    upload_bytes: int = 67_108_864
    json_depth: int = 40
    json_nodes: int = 20_000
    string_chars: int = 262_144
    image_string_chars: int = 1_048_576
    integer_digits: int = 30
    proofs: int = 8
    proof_value_chars: int = 200
    sd_proof_value_chars: int = 65_536
    bbs_messages: int = 1_024
    credentials_per_presentation: int = 50
    clr_children: int = 200
    disclosures: int = 200
    jose_segment_bytes: int = 262_144
    status_list_bytes: int = 4_194_304
    did_document_bytes: int = 65_536
    did_chars: int = 2_048
    canonicalisation_work: int = 4_000
    canonicalisation_seconds: float = 2.0
    pdf_seconds: float = 5.0
    pdf_memory_bytes: int = 536_870_912
    crl_bytes: int = 8_388_608
    ocsp_bytes: int = 65_536
    verification_seconds: float = 4.0
    fetch_connect_seconds: float = 3.0
    fetch_total_seconds: float = 5.0
    fetch_redirects: int = 3
    inline_contexts: int = field(default=0, metadata={"is_setting": False})
    """Contexts that may be written into a document. No setting: only a conformance suite is served more than none."""


DEFAULT = Limits()

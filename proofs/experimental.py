"""The cryptosuites that must be switched on, and whose library must be installed.

    suites = allowed(settings.experimental_suites)
    check_proofs(document, suites=suites, ...)

Nobody audited them, or what they stand on: off unless the operator says otherwise
(docs/explanation/experimental-suites.md). Without its library a suite stays unsupported, which is
told to whoever asks for it and breaks nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Any

from keys import bls_keys
from proofs import ecdsa_sd_2023
from proofs.cryptosuite import Cryptosuite
from proofs.integrity import CRYPTOSUITES
from proofs.jsonld import Converter
from schemas.experimental import BBS_2023, SUITES
from schemas.limits import DEFAULT, Limits


def is_available(name: str) -> bool:
    """Is there such a suite, with its library installed?"""
    return name in SUITES and bls_keys.library() is not None


def allowed(names: Collection[str]) -> Mapping[str, Cryptosuite]:
    """Return every suite that proofs are checked with when the experimental ones of `names` are switched on."""
    if BBS_2023 not in names or not is_available(BBS_2023):
        return CRYPTOSUITES
    return MappingProxyType({**CRYPTOSUITES, BBS_2023: _bbs_2023().SUITE})


def derive(
    document: Mapping[str, Any],
    *,
    selective: Sequence[str],
    converter: Converter,
    suites: Mapping[str, Cryptosuite] = CRYPTOSUITES,
    limits: Limits = DEFAULT,
) -> dict[str, Any]:
    """Return what `selective` shows of a base proof of whichever of `suites` it is; see `ecdsa_sd_2023.derive`."""
    proof = document.get("proof")
    is_bbs = isinstance(proof, Mapping) and proof.get("cryptosuite") == BBS_2023 and BBS_2023 in suites
    how = _bbs_2023().derive if is_bbs else ecdsa_sd_2023.derive
    shown: dict[str, Any] = how(document, selective=selective, converter=converter, limits=limits)
    return shown


def _bbs_2023() -> Any:
    """Return the module, which imports the library."""
    return import_module("proofs.bbs_2023")

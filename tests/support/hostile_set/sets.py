"""Which tables there are, and which parts of them make a sample that takes seconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tests.support.hostile_set import lines_a, lines_b, lines_c, lines_d, lines_e, lines_f, lines_g, lines_valid
from tests.support.hostile_set.world import World

Make = Callable[[World], None]

MAKERS: Final[Mapping[str, Make]] = {
    "A": lines_a.make,
    "B": lines_b.make,
    "C": lines_c.make,
    "D": lines_d.make,
    "E": lines_e.make,
    "F": lines_f.make,
    "G": lines_g.make,
    "VALID": lines_valid.make,
}
SAMPLE: Final[Mapping[str, tuple[Make, ...]]] = {
    "A": (lines_a._shapes, lines_a._repeated, lines_a._parsing, lines_a._hidden_status),
    "B": (lines_b._swapped, lines_b._missing, lines_b._sets, lines_b._chains, lines_b._keys, lines_b._curves),
    "C": (lines_c._none, lines_c._headers, lines_c._kids, lines_c._crit, lines_c._claims, lines_c._envelopes),
    "D": (lines_d.make,),
    "E": (lines_e._holders, lines_e._hidden, lines_e._shapes),
    "F": (lines_f._hops, lines_f._rotated, lines_f._deactivated, lines_f._did_keys),
    "G": (lines_g._several, lines_g._sizes, lines_g._foreign, lines_g._token_lists),
    "VALID": (lines_valid._suites,),
}

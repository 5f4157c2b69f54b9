"""Does the time of an answer tell a guesser anything? (threats.md I01, I02)

Run by `make bench`. Pairs are asked in turn, so that what else the machine does meets both alike: a
token of which all but the last letter is right against one that is all wrong, and a right PIN or
password against a wrong one and against an account that there is not. Printed are the medians, in
microseconds, and the interval that holds the median difference with 95 %: it should hold zero.
"""

from __future__ import annotations

import contextlib
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from accounts.passwords import Hasher
from schemas.problems import ProblemError
from schemas.shares import ShareRequest
from tests.support.holders import House, make_house

LOOKS, TRIES, SHARES = 2_000, 400, 300


def microseconds(act: Callable[[], object]) -> float:
    """Return how long an act takes, whether it raises or not."""
    start = time.perf_counter_ns()
    with contextlib.suppress(ProblemError):
        act()
    return (time.perf_counter_ns() - start) / 1_000


def compare(title: str, first: Callable[[], object], second: Callable[[], object], times: int) -> None:
    """Ask both in turn, each as often before the other as after it, and print what their times tell."""
    pairs = []
    for number in range(times):
        if number % 2:
            other = microseconds(second)
            pairs.append((microseconds(first), other))
        else:
            pairs.append((microseconds(first), microseconds(second)))
    medians = [statistics.median(side) for side in zip(*pairs, strict=True)]
    least, most = median_interval([one - other for one, other in pairs])
    verdict = "holds zero" if least <= 0 <= most else "DOES NOT HOLD ZERO"
    print(f"{title:<46} {medians[0]:9.1f} {medians[1]:9.1f}   {least:+8.2f} to {most:+8.2f}  {verdict}")


def median_interval(values: list[float]) -> tuple[float, float]:
    """Return the interval that holds the median with 95 %, by ranks: nothing is assumed of how values lie."""
    ordered = sorted(values)
    half, width = len(ordered) / 2, 0.98 * len(ordered) ** 0.5
    return ordered[int(half - width)], ordered[int(half + width)]


def shares(house: House) -> list[str]:
    """Return the tokens of many shares without a PIN."""
    person, delivery = house.learner(), house.deliver()
    tokens = []
    for number in range(SHARES):
        request = ShareRequest(request_key=f"request-{number:08d}", documents=(delivery.document_id,), name="x")
        token = house.desk.shares.create(person.id, request).token
        tokens.append(token or "")
    return tokens


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        house = make_house(Path(folder))
        tokens = shares(house)
        strange = [secrets.token_urlsafe(18) for _ in tokens]
        near = [token[:-1] + ("A" if token[-1] != "A" else "B") for token in tokens]
        gate = house.desk.opening.gate
        print(f"{'':<46} {'first':>9} {'second':>9}   95 % interval of the difference, µs")
        compare(
            "unknown token: one letter wrong, all wrong",
            lambda: gate(secrets.choice(near)),
            lambda: gate(secrets.choice(strange)),
            LOOKS,
        )
    hasher = Hasher()
    encoded = hasher.hash("314159")
    compare(
        "PIN or password: right, wrong",
        lambda: hasher.matches(encoded, "314159"),
        lambda: hasher.matches(encoded, "314158"),
        TRIES,
    )
    compare(
        "sign-in: wrong password, no such account",
        lambda: hasher.matches(encoded, "314158"),
        lambda: hasher.matches(None, "314158"),
        TRIES,
    )


if __name__ == "__main__":
    main()

"""Lists each rule R… of the requirements and the tests that name it: `make rules`.

A rule without a test is "not built". The rules' numbers are stable; their short names stand here
since the requirements themselves are not part of the repository.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path

TESTS = Path(__file__).resolve().parent
NUMBERS = [*range(1, 20), *range(20, 30), 38, *range(30, 37), *range(40, 54), *range(60, 73), *range(80, 90)]
NUMBERS += [93, 94, 90, 91, 92, 95, *range(100, 112)]
NAMED = re.compile(r"\bR(\d{1,3})\b(?:\s*[-–]\s*R(\d{1,3})\b)?")
SPAN = 20


def rules_named_in(text: str) -> set[int]:
    """Return the numbers that a text names; `R61-R63` names three."""
    found: set[int] = set()
    for first, last in NAMED.findall(text):
        end = int(last) if last and int(first) < int(last) <= int(first) + SPAN else int(first)
        found.update(range(int(first), end + 1))
    return found


def index(folder: Path = TESTS) -> dict[int, list[str]]:
    """Return, for each rule, the test files that name it, relative to the tests folder."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        for number in rules_named_in(path.read_text(encoding="utf-8")):
            found[number].append(str(path.relative_to(folder)))
    return found


def main() -> int:
    """Print the table and a count."""
    found = index()
    numbers = sorted(set(NUMBERS))
    for number in numbers:
        sys.stdout.write(f"R{number:<4} {', '.join(found[number]) if number in found else 'not built'}\n")
    built = sum(number in found for number in numbers)
    sys.stdout.write(f"{built} of {len(numbers)} rules are named by a test\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

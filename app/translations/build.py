"""Makes the French catalogue: every room's `fr/<room>.po` into one `messages.mo`.

    python -m app.translations.build            # what `make translations` does
    python -m app.translations.build --check    # also list what is missing or no longer used

English is the source text, so there is no English catalogue. The file appears whole or not at all:
processes that start meanwhile read the old one.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER: Final = Path(__file__).resolve().parent
ROOT: Final = FOLDER.parent.parent
LANGUAGE: Final = "fr"
CATALOGUE: Final = FOLDER / LANGUAGE / "LC_MESSAGES" / "messages.mo"
ROOMS: Final = ("app", "schemas", "verifier", "issuer", "holder", "accounts")
_KEYWORDS: Final = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
_METHODS: Final = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
_OPTIONS: Final = {"**/templates/**": {"silent": "false"}}

Id = str | tuple[str, ...] | list[str]


@dataclass(frozen=True, slots=True)
class Used:
    """A text that the code shows, and where; a pair is singular and plural."""

    id: str | tuple[str, ...]
    place: str


def merged(folder: Path = FOLDER / LANGUAGE) -> Catalog:
    """Return one catalogue of all rooms; of two translations of one text the first room's is taken."""
    catalogue = Catalog(locale=LANGUAGE, domain="messages", header_comment="", fuzzy=False)
    for _, message in _rooms(folder):
        if catalogue.get(message.id, message.context) is None:
            catalogue.add(message.id, message.string, context=message.context)
    return catalogue


def contradictions(folder: Path = FOLDER / LANGUAGE) -> list[str]:
    """Return where two rooms translate one text differently."""
    catalogue = merged(folder)
    found = []
    for origin, message in _rooms(folder):
        taken = catalogue.get(message.id, message.context)
        if taken is not None and taken.string != message.string:
            found.append(f"{origin}: {message.id!r} is {taken.string!r} elsewhere")
    return found


def _rooms(folder: Path) -> Iterator[tuple[str, Message]]:
    """Yield each translated message with the file that holds it."""
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            room = read_po(file, locale=LANGUAGE, abort_invalid=True)
        yield from ((path.name, message) for message in room if message.id and message.string)


def write(catalogue: Catalog, target: Path = CATALOGUE) -> None:
    """Write the compiled catalogue, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".messages-")
    try:
        with os.fdopen(handle, "wb") as file:
            write_mo(file, catalogue)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def used(root: Path = ROOT) -> Iterator[Used]:
    """Yield every text that the rooms mark for translation, in code and in templates."""
    for room in ROOMS:
        found = extract_from_dir(root / room, method_map=_METHODS, options_map=_OPTIONS, keywords=_KEYWORDS)
        for name, line, text, *_ in found:
            yield Used(text, f"{room}/{name}:{line}")


def missing(catalogue: Catalog, texts: list[Used]) -> list[Used]:
    """Return the texts that have no French."""
    return [text for text in texts if not _translated(catalogue.get(text.id))]


def _translated(message: Message | None) -> bool:
    if message is None:
        return False
    strings = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    return bool(strings) and all(strings)


def obsolete(catalogue: Catalog, texts: list[Used]) -> list[Id]:
    """Return the texts that no code shows any more."""
    shown = {_key(text.id) for text in texts}
    return [message.id for message in catalogue if message.id and _key(message.id) not in shown]


def _key(text: Id) -> str:
    return text if isinstance(text, str) else text[0]


def main(arguments: list[str]) -> int:
    """Build the catalogue; with `--check` return 1 when a text has no French."""
    catalogue = merged()
    write(catalogue)
    if "--check" not in arguments:
        return 0
    texts = list(used())
    lacking = missing(catalogue, texts)
    for text in lacking:
        sys.stdout.write(f"missing  {text.place}  {text.id!r}\n")
    for old in obsolete(catalogue, texts):
        sys.stdout.write(f"obsolete {old!r}\n")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

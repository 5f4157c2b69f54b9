"""A report in words: headline, three lines, next step, moment of the evidence (ux.md, R101).

    words = sentences(report, "fr")
    print(as_text(words))

Used by the verifier's pages, the share page and the command line, so it needs no web framework.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from string import Formatter
from typing import Final

from babel.dates import get_timezone_name

from schemas.problems import EXPIRED, Part
from schemas.report import Answer, PartAnswer, Report, Verdict
from verifier.words import (
    ANSWERS,
    EVIDENCE,
    HEADLINES,
    LAST_KNOWN,
    LASTING,
    MIXED,
    MONTHS,
    NEXT_STEP_OF,
    NEXT_STEPS,
    NOT_LASTING,
    REASONS,
    SEALED,
    SENTENCES,
    TITLES,
    Language,
    Sentence,
)

_DAYS: Final = frozenset({"signed_at", "changed_at"})
_DAYS_AS_WRITTEN: Final = frozenset({"valid_from", "valid_until", "since"})  # midnight UTC is that day everywhere
_MOMENTS: Final = frozenset({"last_known_at", "as_of"})
_ICONS: Final[Mapping[Answer, str]] = {Answer.YES: "check", Answer.NO: "cross", Answer.UNKNOWN: "question"}
_MARKS: Final[Mapping[str, str]] = {"check": "✓", "cross": "✗", "question": "?", "clock": "◷"}
LONG_TERM: Final = "B-LTA"
"""The level of a seal that has long-term evidence; it is told when that was judged."""
_ATTRIBUTE: Final = re.compile(r"(?:^|,)(CN|O)=((?:\\.|[^,\\])*)")
_ESCAPED: Final = re.compile(r"\\(.)")
_ALPHABETS: Final = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the verdict; `icon` is check, cross, question or clock (its time has passed)."""

    part: str
    title: str
    icon: str
    word: str
    sentence: str
    code: str | None


@dataclass(frozen=True, slots=True)
class VerdictInWords:
    """The verdict as people read it; `lines` are integrity, status, identity, in this order."""

    verdict: str
    headline: str
    lines: tuple[Line, ...]
    next_step: str
    evidence: str
    language: Language
    items: tuple[VerdictInWords, ...]
    seal: str = ""
    """Of a sealed PDF: when, by which certificate, and until when its long-term evidence holds."""


def sentences(report: Report, language: Language, *, zone: tzinfo = UTC) -> VerdictInWords:
    """Put a report in words; days and times are told in `zone`."""
    return VerdictInWords(
        verdict=report.verdict.value,
        headline=HEADLINES[report.verdict.value].within(language),
        lines=tuple(
            _line(part, answer, language, zone, report.at)
            for part, answer in (
                (Part.INTEGRITY, report.integrity),
                (Part.STATUS, report.status),
                (Part.IDENTITY, report.identity),
            )
        ),
        next_step=NEXT_STEPS[_next_step(report)].within(language),
        evidence=EVIDENCE.within(language).format(at=moment_in_words(report.at, language, zone)),
        language=language,
        items=tuple(sentences(item, language, zone=zone) for item in report.items),
        seal=_seal(report, language, zone),
    )


def as_text(words: VerdictInWords) -> str:
    """Return the verdict as plain text, one line each."""
    lines = [words.headline, ""]
    lines += [f"{_MARKS[line.icon]} {line.title} — {line.word}. {line.sentence}" for line in words.lines]
    return "\n".join([*lines, "", words.next_step, *([words.seal] if words.seal else []), words.evidence])


def _seal(report: Report, language: Language, zone: tzinfo) -> str:
    """Tell of an untouched seal what stands in it; whose it is, the line of identity says."""
    facts = report.facts.get(Part.INTEGRITY, {})
    if "sealed_at" not in facts:
        return ""
    days = {
        name: day_in_words(datetime.fromisoformat(facts[name]), language, zone)
        for name in ("sealed_at", "archive_expires")
        if name in facts
    }
    told = [SEALED]
    if "archive_expires" in days:
        told.append(LASTING)
    elif facts.get("seal_level") != LONG_TERM:
        told.append(NOT_LASTING)
    signer = safe_name(_signer(facts.get("seal_subject", "")), language)
    return " ".join(words.within(language).format(signer=signer, **days) for words in told)


def _signer(subject: str) -> str:
    """Return the name and the organisation in a certificate's subject (RFC 4514)."""
    values = dict(_ATTRIBUTE.findall(subject))
    named = [_ESCAPED.sub(r"\1", values[key]) for key in ("CN", "O") if key in values]
    return ", ".join(named) or subject


def _local(moment: datetime, zone: tzinfo) -> datetime:
    """Return a moment as clocks show it in `zone`; at the calendar's ends, where they cannot, in UTC."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment.astimezone(UTC)


def day_in_words(moment: datetime, language: Language, zone: tzinfo = UTC) -> str:
    """Return `November 1, 2026` or `1er novembre 2026`."""
    local = _local(moment, zone)
    month = MONTHS[language][local.month - 1]
    if language == "en":
        return f"{month} {local.day}, {local.year}"
    return f"{'1er' if local.day == 1 else local.day} {month} {local.year}"


def moment_in_words(moment: datetime, language: Language, zone: tzinfo = UTC) -> str:
    """Return the day, the time in 24 hours and the zone's short name."""
    local = _local(moment, zone)
    day = day_in_words(moment, language, zone)
    if language == "en":
        return f"{day}, {local:%H:%M} {local.tzname()}"
    return f"{day} à {local.hour}\u00a0h\u00a0{local:%M} {_zone_in_french(local)}"


def _zone_in_french(local: datetime) -> str:
    """Return `HNE` for `EST`; the name as it is where Québec has none of its own."""
    name = str(local.tzname())
    named = get_timezone_name(local, "short", locale="fr_CA")
    return named if named.isalpha() and name != "UTC" else name


def safe_name(name: str, language: Language) -> str:
    """Return a stranger's name without invisible or direction-changing characters (threats.md A30).

    A word that mixes alphabets is followed by a mark: it may be dressed up as another name.
    """
    visible = "".join(char for char in name if unicodedata.category(char) not in {"Cf", "Cc", "Cs", "Co", "Cn"})
    visible = " ".join(visible.split())
    mixed = any(len(_alphabets(word)) > 1 for word in visible.split())
    return f"{visible} {MIXED.within(language)}" if mixed else visible


def _alphabets(word: str) -> set[str]:
    names = {unicodedata.name(char, "").partition(" ")[0] for char in word if char.isalpha()}
    return names & _ALPHABETS


def _line(part: Part, answer: PartAnswer, language: Language, zone: tzinfo, at: datetime) -> Line:
    ended = part is Part.STATUS and answer.answer is Answer.NO and answer.code == EXPIRED.code
    filled = _blanks(answer, language, zone, at)
    template = _choose(part, answer, filled).words.within(language)
    return Line(
        part=part.value,
        title=TITLES[part.value].within(language),
        icon="clock" if ended else _ICONS[answer.answer],
        word=ANSWERS["ended" if ended else answer.answer.value].within(language),
        sentence=template.format_map(filled),
        code=answer.code,
    )


def _choose(part: Part, answer: PartAnswer, filled: Mapping[str, str]) -> Sentence:
    """Return the sentence that says most with the facts there are."""
    fitting = [
        (sentence.code is not None, len(blanks), sentence)
        for sentence in SENTENCES
        if sentence.part == part.value
        and sentence.answer == answer.answer.value
        and sentence.code in {None, answer.code}
        and (blanks := _blanks_of(sentence)) <= filled.keys()
    ]
    return max(fitting, key=lambda entry: entry[:2])[2]


def _blanks_of(sentence: Sentence) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence.words.en) if name}


def _blanks(answer: PartAnswer, language: Language, zone: tzinfo, at: datetime) -> dict[str, str]:
    """Fill every blank that the facts allow."""
    reason = REASONS.get(answer.code or "not-reached", REASONS["internal"]).within(language)
    filled = {"reason": reason, "as_of": moment_in_words(answer.evidence_at or at, language, zone)}
    for key, value in answer.facts.items():
        if key in _DAYS:
            filled[key] = day_in_words(datetime.fromisoformat(value), language, zone)
        elif key in _DAYS_AS_WRITTEN:
            filled[key] = day_in_words(datetime.fromisoformat(value), language)
        elif key in _MOMENTS:
            filled[key] = moment_in_words(datetime.fromisoformat(value), language, zone)
        elif key == "last_known":
            filled[key] = LAST_KNOWN[value].within(language)
        elif key == "reason":
            filled["reason_given"] = safe_name(value, language)
        else:
            filled[key] = safe_name(value, language)
    for key in ("name", "registry"):
        if told := answer.facts.get(f"{key}_{language}"):
            filled[key] = safe_name(told, language)
    return {key: value for key, value in filled.items() if value}


def _next_step(report: Report) -> str:
    """Return the key of the advice; the gravest trouble decides."""
    if report.verdict in {Verdict.VERIFIED, Verdict.WAS_VALID}:
        return report.verdict.value
    parts = (report.integrity, report.identity, report.status)
    wanted = Answer.NO if report.verdict is Verdict.FAILED else Answer.UNKNOWN
    code = next(answer.code for answer in parts if answer.answer is wanted)
    return NEXT_STEP_OF.get(code or "", "changed" if wanted is Answer.NO else "try-again")

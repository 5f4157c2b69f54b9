"""The marshmallow schemas of the five kinds of award; `schemas/award_loading.py` uses them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validates_schema

from schemas.award_fields import (
    MESSAGES,
    TEXT_CHARS,
    Email,
    EmptyLine,
    IsoDate,
    Line,
    SmallDecimal,
    TextField,
)
from schemas.awards import (
    Attestation,
    Badge,
    Course,
    Diploma,
    Kind,
    Language,
    Learner,
    MicroCredential,
    Programme,
    Result,
    Signatory,
    Term,
    Transcript,
)
from schemas.limits import DEFAULT
from schemas.problems import AWARD_INCOMPLETE, MALFORMED, OUT_OF_RANGE

MAX_TERMS: Final = 60
MAX_COURSES_IN_TERM: Final = 60
MAX_RESULTS: Final = 40
MAX_TAGS: Final = 20
MAX_SIGNATORIES: Final = 4
MAX_COURSES: Final = DEFAULT.clr_children - 1  # one child of the transcript is the programme


class ManyField(fields.List[Any]):
    """A list with from `least` to `most` members, loaded as a tuple."""

    def __init__(self, inner: fields.Field[Any], *, most: int, least: int = 0, **kwargs: Any) -> None:
        """Bound the number of members."""
        super().__init__(
            inner, error_messages={**MESSAGES, "invalid": f"{MALFORMED.code}|A list is expected here."}, **kwargs
        )
        self.least = least
        self.most = most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[Any, ...]:  # type: ignore[override]  # a tuple keeps the award frozen
        if isinstance(value, list) and not self.least <= len(value) <= self.most:
            code = AWARD_INCOMPLETE.code if len(value) < self.least else OUT_OF_RANGE.code
            raise ValidationError(f"{code}|From {self.least} to {self.most} members.")
        return tuple(super()._deserialize(value, attr, data, **kwargs))


class StrictSchema(Schema):
    """Refuses unknown fields and makes the dataclass named by `makes`."""

    makes: ClassVar[type]
    error_messages: ClassVar[dict[str, str]] = {  # type: ignore[misc]  # marshmallow reads the class attribute
        "unknown": f"{MALFORMED.code}|This field is not known.",
        "type": f"{MALFORMED.code}|An object is expected here.",
    }

    class Meta:
        """Unknown fields are errors, at every depth."""

        unknown = RAISE

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> object:
        """Return the dataclass."""
        return self.makes(**data)


def nested(schema: type[StrictSchema], **kwargs: Any) -> fields.Nested:
    """Return a field that holds an object of `schema`."""
    return fields.Nested(schema, error_messages=dict(MESSAGES), **kwargs)


class LearnerSchema(StrictSchema):
    """The person; a person with one name has an empty family name."""

    makes = Learner
    given_name = Line(required=True, chars=150)
    family_name = EmptyLine(required=True, chars=150)
    email = Email(required=True)
    student_id = Line(required=True, chars=60)
    birth_date = IsoDate()


class SignatorySchema(StrictSchema):
    """Who signs the paper."""

    makes = Signatory
    name = Line(required=True, chars=150)
    title = TextField(required=True, chars=150)


class ProgrammeSchema(StrictSchema):
    """A programme of study."""

    makes = Programme
    code = Line(required=True, chars=40)
    title = TextField(required=True)


class CourseSchema(StrictSchema):
    """One line of a transcript."""

    makes = Course
    code = Line(required=True, chars=40)
    title = TextField(required=True)
    credits = SmallDecimal(required=True, most=1000)
    grade = Line(required=True, chars=20, formula=True)
    points = SmallDecimal(most=1000)
    transferred_from = Line()


class TermSchema(StrictSchema):
    """A session with its courses."""

    makes = Term
    name = TextField(required=True, chars=100)
    courses = ManyField(nested(CourseSchema), required=True, least=1, most=MAX_COURSES_IN_TERM)


class ResultSchema(StrictSchema):
    """A named result."""

    makes = Result
    name = TextField(required=True)
    value = Line(required=True, chars=100, formula=True)


class AwardSchema(StrictSchema):
    """What every kind has."""

    kind = fields.Enum(Kind, by_value=True, required=True, error_messages={**MESSAGES, "unknown": MESSAGES["invalid"]})
    external_id = Line(required=True, chars=120)
    language = fields.Enum(
        Language, by_value=True, required=True, error_messages={**MESSAGES, "unknown": MESSAGES["invalid"]}
    )
    learner = nested(LearnerSchema, required=True)
    issued_on = IsoDate(required=True)
    valid_until = IsoDate()
    signatories = ManyField(nested(SignatorySchema), most=MAX_SIGNATORIES)

    @validates_schema
    def dates_in_order(self, data: Mapping[str, Any], **_: Any) -> None:
        """Refuse a document that ends before it begins."""
        _require_order(data, "issued_on", "valid_until")


class TranscriptSchema(AwardSchema):
    """Every course of a learner in a programme."""

    makes = Transcript
    programme = nested(ProgrammeSchema, required=True)
    terms = ManyField(nested(TermSchema), required=True, least=1, most=MAX_TERMS)
    average = SmallDecimal(most=1000)
    average_scale = SmallDecimal(most=1000)
    degree = TextField()
    conferred_on = IsoDate()

    @validates_schema
    def average_on_its_scale(self, data: Mapping[str, Any], **_: Any) -> None:
        """Refuse an average without its scale or beyond it."""
        average, scale = data.get("average"), data.get("average_scale")
        if (average is None) != (scale is None):
            missing = "average" if average is None else "average_scale"
            raise ValidationError({missing: [f"{AWARD_INCOMPLETE.code}|An average is given with its scale."]})
        if average is not None and scale is not None and average > scale:
            raise ValidationError({"average": [f"{OUT_OF_RANGE.code}|The average lies beyond its scale."]})

    @validates_schema
    def courses_in_number(self, data: Mapping[str, Any], **_: Any) -> None:
        """Refuse more courses than a signed record holds."""
        if sum(len(term.courses) for term in data.get("terms", ())) > MAX_COURSES:
            raise ValidationError({"terms": [f"{OUT_OF_RANGE.code}|At most {MAX_COURSES} courses."]})


class DiplomaSchema(AwardSchema):
    """A degree conferred."""

    makes = Diploma
    programme = nested(ProgrammeSchema, required=True)
    degree = TextField(required=True)
    conferred_on = IsoDate(required=True)
    honours = TextField()


class MicroCredentialSchema(AwardSchema):
    """A short programme with its criteria and results."""

    makes = MicroCredential
    title = TextField(required=True)
    description = TextField(required=True, chars=TEXT_CHARS, lines=True)
    criteria = TextField(required=True, chars=TEXT_CHARS, lines=True)
    hours = SmallDecimal(most=100_000)
    credits = SmallDecimal(most=1000)
    results = ManyField(nested(ResultSchema), most=MAX_RESULTS)


class BadgeSchema(AwardSchema):
    """An Open Badge."""

    makes = Badge
    title = TextField(required=True)
    description = TextField(required=True, chars=TEXT_CHARS, lines=True)
    criteria = TextField(required=True, chars=TEXT_CHARS, lines=True)
    tags = ManyField(Line(chars=60), most=MAX_TAGS)

    @validates_schema
    def tags_differ(self, data: Mapping[str, Any], **_: Any) -> None:
        """Refuse the same tag twice: a set of statements holds each once."""
        tags = data.get("tags", ())
        if len(set(tags)) != len(tags):
            raise ValidationError({"tags": [f"{MALFORMED.code}|Each tag is given once."]})


class AttestationSchema(AwardSchema):
    """A statement about the learner."""

    makes = Attestation
    title = TextField(required=True)
    statement = TextField(required=True, chars=TEXT_CHARS, lines=True)
    programme = nested(ProgrammeSchema)
    period_from = IsoDate()
    period_until = IsoDate()

    @validates_schema
    def period_in_order(self, data: Mapping[str, Any], **_: Any) -> None:
        """Refuse a period that ends before it begins."""
        _require_order(data, "period_from", "period_until")


def _require_order(data: Mapping[str, Any], first: str, last: str) -> None:
    if data.get(first) and data.get(last) and data[last] < data[first]:
        raise ValidationError({last: [f"{OUT_OF_RANGE.code}|This date comes before {first}."]})


SCHEMAS: Final[Mapping[Kind, AwardSchema]] = {
    Kind.TRANSCRIPT: TranscriptSchema(),
    Kind.DIPLOMA: DiplomaSchema(),
    Kind.MICRO_CREDENTIAL: MicroCredentialSchema(),
    Kind.BADGE: BadgeSchema(),
    Kind.ATTESTATION: AttestationSchema(),
}

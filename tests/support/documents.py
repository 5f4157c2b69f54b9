"""Awards and an institution to print: realistic, with accents, long names, both languages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from issuer.institutions.profile import Branding, Institution
from schemas.awards import (
    Attestation,
    Award,
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
    Text,
    Transcript,
)

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><path d="M50 3 L93 20 V55 C93 80 70 92 50 97 '
    'C30 92 7 80 7 55 V20 Z" fill="#7a1f3d"/><path d="M25 60 Q37 48 50 60 T75 60" stroke="#f2e9d8" stroke-width="6" '
    'fill="none"/><path d="M25 74 Q37 62 50 74 T75 74" stroke="#f2e9d8" stroke-width="6" fill="none"/>'
    '<circle cx="50" cy="33" r="12" fill="#f2e9d8"/></svg>'
)
DOCUMENT_ID = "urn:uuid:0f0e9e5e-8c1d-4f00-9a2b-000000000001"
VERIFY_URL = "https://registrar.parchemin.example/d/7Q4KX9mVn2sYtE1bHc8RpA"
INSTITUTION = Institution(
    slug="ubsa",
    did="did:web:registrar.parchemin.example:t:ubsa",
    names=Text("Université de la Baie-Sainte-Anne", "Baie-Sainte-Anne University"),
    url="https://ubsa.example",
    contact_email="registraire@ubsa.example",
    place=Text("Baie-Sainte-Anne (Nouveau-Brunswick)", "Baie-Sainte-Anne, New Brunswick"),
    office=Text("Bureau du registraire", "Office of the Registrar"),
    branding=Branding(logo=LOGO.encode(), colour="#7a1f3d", motto="Scientia litori lucem"),
    signatories=(
        Signatory("Marie-Ève Châtelain", Text("Registraire", "Registrar")),
        Signatory("Jean-François D’Entremont", Text("Recteur et vice-chancelier", "President and Vice-Chancellor")),
    ),
)
LEARNER = Learner("Zoé-Anaïs", "Œuvray-Lévesque", "zoe@example.org", "20221048", date(2003, 3, 14))
PROGRAMME = Programme(
    "BSC-MI",
    Text(
        "Baccalauréat ès sciences (mathématiques et informatique)",
        "Bachelor of Science (Mathematics and Computer Science)",
    ),
)
_COURSES = (
    ("MAT1600", "Algèbre linéaire", "Linear Algebra"),
    ("IFT1015", "Programmation I", "Programming I"),
    ("PHY1441", "Électromagnétisme", "Electromagnetism"),
    ("BIO1334", "Biochimie générale", "General Biochemistry"),
    (
        "HST2112",
        "Histoire de l’Acadie et du Québec, de la Nouvelle-France à nos jours",
        "History of Acadia and Québec, from New France to the Present",
    ),
    ("FRA1010", "Grammaire et rédaction : niveau avancé", "Grammar and Composition: Advanced"),
    ("ECN1000", "Principes d’économie", "Principles of Economics"),
    ("STT1700", "Introduction à la statistique", "Introduction to Statistics"),
    ("PHI1130", "Philosophie des sciences : « vérité » et preuve", "Philosophy of Science: Truth and Proof"),
    ("LNG1080", "Phonétique et phonologie de l’inuktitut", "Phonetics and Phonology of Inuktitut"),
)
_GRADES = ("A+", "A", "A-", "B+", "B", "B-", "C+", "A", "A", "B+")


def transcript(
    language: Language = Language.FRENCH, *, courses: int = 24, learner: Learner = LEARNER, external_id: str = "T-1"
) -> Transcript:
    terms = []
    for start in range(0, courses, 5):
        year, season = 2022 + start // 10, start // 5 % 2
        name = Text(f"{('Automne', 'Hiver')[season]} {year + season}", f"{('Fall', 'Winter')[season]} {year + season}")
        terms.append(Term(name, tuple(_course(at) for at in range(start, min(start + 5, courses)))))
    return Transcript(
        kind=Kind.TRANSCRIPT,
        external_id=external_id,
        language=language,
        learner=learner,
        issued_on=date(2026, 11, 21),
        programme=PROGRAMME,
        terms=tuple(terms),
        average=Decimal("3.71"),
        average_scale=Decimal("4.3"),
        degree=Text("Baccalauréat ès sciences", "Bachelor of Science"),
        conferred_on=date(2026, 6, 1),
    )


def _course(at: int) -> Course:
    code, french, english = _COURSES[(at * 7 + at // 10) % 10]
    return Course(
        code,
        Text(french, english),
        Decimal(3),
        _GRADES[at * 3 % 10],
        Decimal("12.9") if at % 2 else Decimal("11.1"),
        "Collège communautaire du Nouveau-Brunswick" if at == 3 else None,
    )


def diploma(language: Language = Language.FRENCH, *, learner: Learner = LEARNER) -> Diploma:
    return Diploma(
        kind=Kind.DIPLOMA,
        external_id="D-1",
        language=language,
        learner=learner,
        issued_on=date(2026, 11, 21),
        programme=Programme("BSC-MI", Text("Mathématiques et informatique", "Mathematics and Computer Science")),
        degree=Text("Baccalauréat ès sciences", "Bachelor of Science"),
        conferred_on=date(2026, 6, 1),
        honours=Text("Avec grande distinction", "Magna cum laude"),
    )


def micro_credential(language: Language = Language.FRENCH, *, learner: Learner = LEARNER) -> MicroCredential:
    return MicroCredential(
        kind=Kind.MICRO_CREDENTIAL,
        external_id="M-1",
        language=language,
        learner=learner,
        issued_on=date(2026, 11, 21),
        valid_until=date(2029, 11, 21),
        title=Text("Gestion responsable des données de recherche", "Responsible Research Data Management"),
        description=Text(
            "Formation courte qui prépare à planifier, décrire, protéger et partager des données de recherche, "
            "dans le respect des principes PCAP® des Premières Nations.",
            "A short program on planning, describing, protecting and sharing research data, with respect for the "
            "First Nations principles of OCAP®.",
        ),
        criteria=Text(
            "Suivre les quatre modules ; réussir l’examen ; remettre un plan de gestion jugé satisfaisant.",
            "Complete the four modules; pass the examination; hand in a satisfactory management plan.",
        ),
        hours=Decimal(45),
        credits=Decimal("1.5"),
        results=(
            Result(Text("Examen", "Examination"), "92 %"),
            Result(Text("Plan de gestion", "Management plan"), "A"),
        ),
    )


def badge(language: Language = Language.FRENCH, *, learner: Learner = LEARNER) -> Badge:
    return Badge(
        kind=Kind.BADGE,
        external_id="B-1",
        language=language,
        learner=learner,
        issued_on=date(2026, 11, 21),
        title=Text("Mentorat par les pairs", "Peer Mentoring"),
        description=Text(
            "A accompagné au moins trois étudiantes ou étudiants de première année pendant deux sessions.",
            "Mentored at least three first-year students over two terms.",
        ),
        criteria=Text(
            "Trente heures de rencontres, un journal de bord et une recommandation.",
            "Thirty hours of meetings, a log and a recommendation.",
        ),
        tags=("mentorat", "vie étudiante"),
    )


def attestation(language: Language = Language.FRENCH, *, learner: Learner = LEARNER) -> Attestation:
    return Attestation(
        kind=Kind.ATTESTATION,
        external_id="A-1",
        language=language,
        learner=learner,
        issued_on=date(2026, 11, 21),
        valid_until=date(2027, 4, 30),
        title=Text("Attestation d’inscription à temps plein", "Confirmation of Full-Time Enrolment"),
        statement=Text(
            "La personne nommée ci-dessus est inscrite à temps plein et fréquente l’établissement : elle a acquitté "
            "ses droits de scolarité pour la période indiquée.",
            "The person named above is enrolled full-time and in attendance; tuition fees are paid for the period "
            "shown.",
        ),
        programme=PROGRAMME,
        period_from=date(2026, 9, 1),
        period_until=date(2026, 12, 23),
    )


MAKERS = {
    Kind.TRANSCRIPT: transcript,
    Kind.DIPLOMA: diploma,
    Kind.MICRO_CREDENTIAL: micro_credential,
    Kind.BADGE: badge,
    Kind.ATTESTATION: attestation,
}


def award_of(kind: Kind, language: Language = Language.FRENCH, *, learner: Learner = LEARNER) -> Award:
    return MAKERS[kind](language, learner=learner)

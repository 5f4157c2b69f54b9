"""The institution of the tests: invented, bilingual."""

from __future__ import annotations

from issuer.institutions.profile import Branding, Institution
from schemas.awards import Signatory, Text

LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img"><title>Boreal</title>'
    b'<path d="M32 4 58 52H6Z" fill="#1b4d3e"/><circle cx="32" cy="38" r="8" fill="#fbfaf7"/></svg>'
)


def make_institution(slug: str = "boreale", public_url: str = "https://registrar.parchemin.example") -> Institution:
    """Return an institution whose DID stands under `public_url`."""
    host = public_url.removeprefix("https://").replace(":", "%3A")
    return Institution(
        slug=slug,
        did=f"did:web:{host}:t:{slug}",
        names=Text(fr="Université Boréale", en="Boreal University"),
        url="https://boreale.example",
        contact_email="registraire@boreale.example",
        place=Text(fr="Rivière-aux-Aulnes (Québec)", en="Rivière-aux-Aulnes, Quebec"),
        office=Text(fr="Bureau du registraire", en="Office of the Registrar"),
        branding=Branding(logo=LOGO, colour="#1b4d3e", motto="Lux borealis"),
        signatories=(Signatory("Aputik Ittuk", Text(fr="Registraire", en="Registrar")),),
    )

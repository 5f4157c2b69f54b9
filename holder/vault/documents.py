"""Documents as their learner and their recipients see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from holder.history import store as history
from holder.history.store import Event
from holder.sharing import store as sharing
from holder.vault import store
from holder.vault.models import DocumentRow
from schemas.delivery import CredentialForm
from schemas.problems import NOT_FOUND, ProblemError
from services.database import Database

_URN: Final = "urn:uuid:"


@dataclass(frozen=True, slots=True)
class Document:
    """One document; texts are keyed by `fr` and `en`. `replaced_by` is the id of a newer version (R28)."""

    id: str
    person_id: str
    kind: str
    language: str
    titles: Mapping[str, str]
    institution_did: str
    institution_names: Mapping[str, str]
    institution_contact: str
    learner_name: str
    issued_on: date
    locked: bool
    replaced_by: str | None

    @property
    def key(self) -> str:
        """Return the document's name in our addresses: its id without `urn:uuid:`."""
        return self.id.removeprefix(_URN)

    def title(self, language: str) -> str:
        """Return the title in `fr` or `en`, or in the other language when there is none."""
        return self.titles.get(language) or next(iter(self.titles.values()), "")

    def institution(self, language: str) -> str:
        """Return the institution's name in `fr` or `en`, or in the other language."""
        return self.institution_names.get(language) or next(iter(self.institution_names.values()), "")


@dataclass(frozen=True, slots=True)
class BoundForm:
    """One credential form as kept; `bound_to` is the DID of the wallet it was signed for, or None."""

    position: int
    form: CredentialForm
    bound_to: str | None


def document_id(key: str) -> str:
    """Return the id of a document from its name in our addresses."""
    return key if ":" in key else _URN + key


class Vault:
    """The documents of every learner; each method sees those of one person only."""

    def __init__(self, *, database: Database) -> None:
        """Take the database."""
        self._database = database

    def all_of(self, person_id: str) -> list[Document]:
        """Return a person's documents, the newest first."""
        with self._database.reading() as session:
            return [_document(session, row) for row in store.all_of(session, person_id)]

    def get(self, person_id: str, identifier: str) -> Document:
        """Return one document of this person; raise NOT_FOUND, as for another's (threats.md J03)."""
        with self._database.reading() as session:
            row = store.owned(session, person_id, identifier)
            if row is None:
                raise ProblemError(NOT_FOUND.about())
            return _document(session, row)

    def pdf(self, document: Document) -> bytes:
        """Return the sealed PDF, byte for byte as received."""
        with self._database.reading() as session:
            raw = store.pdf(session, document.id)
        if raw is None:
            raise ProblemError(NOT_FOUND.about())
        return raw

    def forms(self, document: Document) -> list[BoundForm]:
        """Return every credential form as signed, the bearer forms first."""
        with self._database.reading() as session:
            return [
                BoundForm(row.position, _form(row.format, row.media_type, row.body), row.bound_to)
                for row in store.forms(session, document.id)
            ]

    def history(self, document: Document) -> list[Event]:
        """Return what happened to a document and to the shares that hold it, newest first (R52)."""
        with self._database.reading() as session:
            shares = [row.id for row in sharing.shares_with(session, document.person_id, document.id)]
            return history.of_document(session, document.person_id, document.id, shares)

    def opened(self, identifiers: tuple[str, ...]) -> list[Document]:
        """Return the documents of a share whose gate was passed, in the order of the share."""
        with self._database.reading() as session:
            rows = [store.document(session, identifier) for identifier in identifiers]
            return [_document(session, row) for row in rows if row is not None]


def _form(name: str, media_type: str, body: str) -> CredentialForm:
    return CredentialForm(name, media_type, body)  # type: ignore[arg-type]  # it was checked when it came


def _document(session: Session, row: DocumentRow) -> Document:
    return Document(
        row.id,
        row.person_id,
        row.kind,
        row.language,
        row.titles,
        row.institution_did,
        row.institution_names,
        row.institution_contact,
        row.learner_name,
        date.fromisoformat(row.issued_on),
        row.locked,
        store.successor(session, row),
    )

"""The verdict's words, English and French side by side (ux.md, R61-R63, R69, R85, R101).

They live here and not in the pages' catalogue because the command line and the signed report say
the same sentences without a web framework. A sentence's blanks are filled by `verifier/wording.py`.
French follows Québec usage: U+00A0 before a colon and inside « », 24-hour time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Language = Literal["en", "fr"]


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    en: str
    fr: str

    def within(self, language: Language) -> str:
        """Return the text in that language."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of the verdict: for a part, an answer and a code (None stands for any)."""

    part: str
    answer: str
    code: str | None
    words: Words


HEADLINES: Final[Mapping[str, Words]] = {
    "verified": Words("Verified", "Vérifié"),
    "was-valid": Words("Was valid", "A été valide"),
    "failed": Words("Verification failed", "Échec de vérification"),
    "not-fully-checked": Words("Not fully checked", "Vérification incomplète"),
}

TITLES: Final[Mapping[str, Words]] = {
    "integrity": Words("Integrity", "Intégrité"),
    "status": Words("Status", "Statut"),
    "identity": Words("Identity", "Identité"),
}

ANSWERS: Final[Mapping[str, Words]] = {
    "yes": Words("Yes", "Oui"),
    "no": Words("No", "Non"),
    "unknown": Words("Could not check", "Non vérifié"),
    "ended": Words("Was valid", "A été valide"),
}

SENTENCES: Final[tuple[Sentence, ...]] = (
    Sentence("integrity", "yes", None, Words("Untouched since it was signed.", "Intact depuis sa signature.")),
    Sentence(
        "integrity",
        "yes",
        None,
        Words("Untouched since it was signed on {signed_at}.", "Intact depuis sa signature le {signed_at}."),
    ),
    Sentence("integrity", "no", None, Words("Do not rely on it: {reason}.", "Ne vous y fiez pas : {reason}.")),
    Sentence(
        "integrity",
        "no",
        "tampered",
        Words("Changed after it was signed: do not rely on it.", "Modifié après sa signature : ne vous y fiez pas."),
    ),
    Sentence(
        "integrity",
        "no",
        "pdf-changed",
        Words("Changed after it was signed: do not rely on it.", "Modifié après sa signature : ne vous y fiez pas."),
    ),
    Sentence(
        "integrity",
        "unknown",
        None,
        Words("The proof could not be checked: {reason}.", "La preuve n'a pas pu être vérifiée : {reason}."),
    ),
    Sentence("status", "yes", None, Words("In force, as of {as_of}.", "En vigueur au {as_of}.")),
    Sentence("status", "no", None, Words("Not in force: {reason}.", "Pas en vigueur : {reason}.")),
    Sentence("status", "no", "revoked", Words("Revoked by its issuer.", "Révoqué par son émetteur.")),
    Sentence("status", "no", "revoked", Words("Revoked: {reason_given}.", "Révoqué : {reason_given}.")),
    Sentence("status", "no", "revoked", Words("Revoked on {changed_at}.", "Révoqué le {changed_at}.")),
    Sentence(
        "status",
        "no",
        "revoked",
        Words("Revoked on {changed_at}: {reason_given}.", "Révoqué le {changed_at} : {reason_given}."),
    ),
    Sentence("status", "no", "suspended", Words("Suspended by its issuer.", "Suspendu par son émetteur.")),
    Sentence("status", "no", "suspended", Words("Suspended since {changed_at}.", "Suspendu depuis le {changed_at}.")),
    Sentence(
        "status", "no", "replaced", Words("Replaced by a newer version.", "Remplacé par une version plus récente.")
    ),
    Sentence("status", "no", "expired", Words("No longer in force.", "N'est plus en vigueur.")),
    Sentence(
        "status", "no", "expired", Words("Was valid until {valid_until}.", "A été valide jusqu'au {valid_until}.")
    ),
    Sentence(
        "status",
        "no",
        "expired",
        Words("Was valid from {valid_from} to {valid_until}.", "Valide du {valid_from} au {valid_until}."),
    ),
    Sentence("status", "no", "not-yet-valid", Words("Not in force yet.", "Pas encore en vigueur.")),
    Sentence(
        "status",
        "no",
        "not-yet-valid",
        Words("Not in force before {valid_from}.", "Pas en vigueur avant le {valid_from}."),
    ),
    Sentence(
        "status",
        "unknown",
        None,
        Words(
            "Whether it is in force could not be checked: {reason}.",
            "On n'a pas pu vérifier s'il est en vigueur : {reason}.",
        ),
    ),
    Sentence(
        "status",
        "unknown",
        "status-unreachable",
        Words("We could not reach the issuer's list.", "La liste de l'émetteur est injoignable."),
    ),
    Sentence(
        "status",
        "unknown",
        "status-unreachable",
        Words(
            "We could not reach the issuer's list; last known answer: {last_known} at {last_known_at}.",
            "La liste de l'émetteur est injoignable ; dernière réponse connue : {last_known} au {last_known_at}.",
        ),
    ),
    Sentence("identity", "yes", None, Words("Its issuer is recognised.", "Son émetteur est reconnu.")),
    Sentence("identity", "yes", None, Words("Issued by {name}.", "Délivré par {name}.")),
    Sentence(
        "identity",
        "yes",
        None,
        Words(
            "Issued by {name}, recognised by {registry} since {since}.",
            "Délivré par {name}, reconnu par {registry} depuis le {since}.",
        ),
    ),
    Sentence(
        "identity",
        "yes",
        None,
        Words("Presented by the holder of the key {holder}.", "Présenté par le détenteur de la clé {holder}."),
    ),
    Sentence(
        "identity", "no", None, Words("Do not rely on the name: {reason}.", "Ne vous fiez pas au nom : {reason}.")
    ),
    Sentence(
        "identity",
        "no",
        "not-by-issuer",
        Words("The key that signed is not the issuer's.", "La clé qui a signé n'est pas celle de l'émetteur."),
    ),
    Sentence(
        "identity", "no", "not-by-issuer", Words("The key is not {name}'s.", "La clé n'est pas celle de « {name} ».")
    ),
    Sentence(
        "identity",
        "unknown",
        None,
        Words("Who issued it could not be checked: {reason}.", "On n'a pas pu vérifier qui l'a délivré : {reason}."),
    ),
    Sentence(
        "identity",
        "unknown",
        "issuer-unknown",
        Words("Issuer not in our registry.", "Émetteur absent de notre registre."),
    ),
    Sentence(
        "identity",
        "unknown",
        "issuer-unknown",
        Words(
            'Issuer not in our registry: the name "{name}" is its own claim.',
            "Émetteur absent de notre registre : « {name} » n'engage que lui.",
        ),
    ),
)

LAST_KNOWN: Final[Mapping[str, Words]] = {
    "in-force": Words("in force", "en vigueur"),
    "revoked": Words("revoked", "révoqué"),
    "suspended": Words("suspended", "suspendu"),
    "replaced": Words("replaced", "remplacé"),
}

REASONS: Final[Mapping[str, Words]] = {
    "not-parsable": Words("it could not be read", "la lecture en est impossible"),
    "malformed": Words("a value in it is not of the right form", "une valeur n'y a pas la bonne forme"),
    "out-of-range": Words("a value in it is outside what is allowed", "une valeur y dépasse ce qui est permis"),
    "context-unknown": Words(
        "it uses a vocabulary that is not accepted here", "il emploie un vocabulaire qui n'est pas accepté ici"
    ),
    "term-undefined": Words(
        "a part of it is not covered by its signature", "une partie n'en est pas couverte par la signature"
    ),
    "shape-not-allowed": Words(
        "it is written in a form that could hide something", "sa forme pourrait cacher quelque chose"
    ),
    "schema-mismatch": Words("it does not follow its own schema", "il ne suit pas son propre schéma"),
    "too-large": Words("it is larger than is accepted", "il est plus grand que ce qui est accepté"),
    "too-complex": Words("checking it would take too much work", "le vérifier demanderait trop de travail"),
    "tampered": Words("it was changed after it was signed", "il a été modifié après sa signature"),
    "proof-missing": Words("it is not signed", "il n'est pas signé"),
    "suite-unsupported": Words(
        "this kind of signature is not supported", "ce genre de signature n'est pas pris en charge"
    ),
    "not-by-issuer": Words(
        "the key that signed is not the issuer's", "la clé qui a signé n'est pas celle de l'émetteur"
    ),
    "purpose-wrong": Words("the key that signed may not sign this", "la clé qui a signé n'est pas faite pour cela"),
    "proof-expired": Words("the signature is no longer in force", "la signature n'est plus en vigueur"),
    "proof-uncheckable": Words("the signature could not be evaluated", "la signature n'a pas pu être évaluée"),
    "challenge-wrong": Words("it answers another question", "il répond à une autre demande"),
    "domain-wrong": Words("it was made for somebody else", "il a été fait pour quelqu'un d'autre"),
    "holder-mismatch": Words(
        "the one who presents it is not its holder", "la personne qui le présente n'en est pas le titulaire"
    ),
    "key-weak": Words("the key that signed is not safe", "la clé qui a signé n'est pas sûre"),
    "pdf-changed": Words("the PDF was changed after it was sealed", "le PDF a été modifié après avoir été scellé"),
    "pdf-unreadable": Words("this PDF could not be read", "ce PDF n'a pas pu être lu"),
    "pdf-untimestamped": Words(
        "the PDF's seal has no lasting proof of its time", "le sceau du PDF n'a pas de preuve durable de sa date"
    ),
    "pdf-not-certified": Words(
        "the PDF is not sealed against changes", "le PDF n'est pas scellé contre les modifications"
    ),
    "pdf-not-sealed": Words(
        "this PDF is not one of ours: it carries no seal that we know",
        "ce PDF n'est pas des nôtres : il ne porte aucun sceau connu de nous",
    ),
    "certificate-untrusted": Words(
        "the seal's certificate is not one we know for this issuer",
        "le certificat du sceau n'est pas connu pour cet émetteur",
    ),
    "certificate-revoked": Words("the seal's certificate was revoked", "le certificat du sceau a été révoqué"),
    "attachment-mismatch": Words(
        "the pages and the credential inside do not belong together",
        "les pages et le justificatif qu'elles contiennent ne vont pas ensemble",
    ),
    "timestamp-invalid": Words("the seal's timestamp does not hold", "l'horodatage du sceau ne tient pas"),
    "awaiting-timestamp": Words(
        "the document still waits for its timestamp", "le document attend encore son horodatage"
    ),
    "awaiting-evidence": Words(
        "the document still waits for proof that its certificates are in force",
        "le document attend encore la preuve que ses certificats sont en vigueur",
    ),
    "expired": Words("its time has passed", "sa période de validité est passée"),
    "not-yet-valid": Words("its time has not begun", "sa période de validité n'a pas commencé"),
    "revoked": Words("it was revoked by its issuer", "il a été révoqué par son émetteur"),
    "suspended": Words("it is suspended by its issuer", "il est suspendu par son émetteur"),
    "replaced": Words("it was replaced by a newer one", "il a été remplacé par un plus récent"),
    "status-unreachable": Words("the issuer's list could not be reached", "la liste de l'émetteur est injoignable"),
    "status-unverified": Words(
        "the issuer's list could not be believed", "la liste de l'émetteur n'est pas digne de foi"
    ),
    "status-stale": Words("the issuer's list is out of date", "la liste de l'émetteur est périmée"),
    "status-out-of-range": Words(
        "its place is not on the issuer's list", "sa place n'est pas sur la liste de l'émetteur"
    ),
    "status-list-length": Words(
        "the issuer's list is shorter than it must be", "la liste de l'émetteur est plus courte qu'il ne faut"
    ),
    "did-unresolved": Words(
        "the issuer's public key could not be found", "la clé publique de l'émetteur est introuvable"
    ),
    "did-invalid": Words(
        "the issuer's identifier is not of the right form", "l'identifiant de l'émetteur n'a pas la bonne forme"
    ),
    "did-document-invalid": Words(
        "what the issuer publishes about its keys is not right", "ce que l'émetteur publie sur ses clés est incorrect"
    ),
    "did-deactivated": Words("the issuer gave up its identifier", "l'émetteur a abandonné son identifiant"),
    "key-compromised": Words(
        "the key that signed is known to have been stolen", "on sait que la clé qui a signé a été volée"
    ),
    "issuer-unknown": Words(
        "nobody we know vouches for this issuer", "personne que nous connaissons ne s'en porte garant"
    ),
    "issuer-withdrawn": Words(
        "this issuer was no longer recognised when it signed", "cet émetteur n'était plus reconnu à la signature"
    ),
    "network-forbidden": Words(
        "it points to an address that may not be asked", "il renvoie à une adresse qu'il est interdit d'interroger"
    ),
    "busy": Words("the service is busy", "le service est occupé"),
    "internal": Words("something went wrong on our side", "un problème est survenu de notre côté"),
    "not-reached": Words("an earlier check stopped the verification", "une vérification précédente a tout arrêté"),
}

NEXT_STEPS: Final[Mapping[str, Words]] = {
    "verified": Words(
        "You can rely on it. Make sure that the person it names is the one you are dealing with.",
        "Vous pouvez vous y fier. Assurez-vous que la personne nommée est bien celle à qui vous avez affaire.",
    ),
    "was-valid": Words(
        "It is genuine, but its time has passed. If you need one that is in force today, ask its holder for it.",
        "Il est authentique, mais sa période de validité est passée. S'il vous en faut un en vigueur aujourd'hui, "
        "demandez-le à son titulaire.",
    ),
    "expired": Words(
        "Do not take it as in force today. Ask its holder for a current document.",
        "Ne le tenez pas pour valide aujourd'hui. Demandez un document en vigueur à son titulaire.",
    ),
    "changed": Words(
        "Ask the person who gave it to you for the original file or a new link; if in doubt, ask the institution.",
        "Demandez le fichier original ou un nouveau lien à la personne qui vous l'a remis ; en cas de doute, "
        "adressez-vous à l'établissement.",
    ),
    "unreadable": Words(
        "Make sure that this is the file you were given, whole and unedited; ask for it again if need be.",
        "Assurez-vous que c'est bien le fichier reçu, entier et non modifié ; au besoin, demandez-le de nouveau.",
    ),
    "revoked": Words(
        "Do not accept it. Ask its holder for a current document, or the institution that issued it for the reason.",
        "Ne l'acceptez pas. Demandez un document en vigueur à son titulaire, ou le motif à l'établissement émetteur.",
    ),
    "suspended": Words(
        "Do not accept it for now. Ask the institution that issued it when it will be decided.",
        "Ne l'acceptez pas pour l'instant. Demandez à l'établissement émetteur quand la décision sera prise.",
    ),
    "replaced": Words("Ask its holder for the newer version.", "Demandez la version plus récente à son titulaire."),
    "not-yet-valid": Words(
        "Try again once it is in force, or ask the institution that issued it.",
        "Réessayez quand il sera en vigueur, ou adressez-vous à l'établissement émetteur.",
    ),
    "try-again": Words(
        "Try again in a few minutes; if it stays so, ask the institution that issued it.",
        "Réessayez dans quelques minutes ; si rien ne change, adressez-vous à l'établissement émetteur.",
    ),
    "unknown-issuer": Words(
        "Find the institution's address by yourself, not from this document, and ask whether it is theirs.",
        "Trouvez vous-même l'adresse de l'établissement, pas dans ce document, et demandez-lui s'il vient bien de lui.",
    ),
    "not-issuer": Words(
        "Do not accept it. If it should be genuine, tell the institution whose name it bears.",
        "Ne l'acceptez pas. S'il devrait être authentique, prévenez l'établissement dont il porte le nom.",
    ),
    "holder": Words(
        "Ask the person to present it from the wallet to which it was issued.",
        "Demandez à la personne de le présenter depuis le portefeuille auquel il a été délivré.",
    ),
    "asked": Words("Ask for it again from the start.", "Refaites la demande depuis le début."),
    "other-form": Words(
        "Ask for another form of it, for example the certified PDF.",
        "Demandez-en une autre forme, par exemple le PDF certifié.",
    ),
}

NEXT_STEP_OF: Final[Mapping[str, str]] = {
    "not-parsable": "unreadable",
    "malformed": "unreadable",
    "too-large": "unreadable",
    "pdf-unreadable": "unreadable",
    "pdf-not-sealed": "unreadable",
    "proof-missing": "unreadable",
    "revoked": "revoked",
    "suspended": "suspended",
    "replaced": "replaced",
    "expired": "expired",
    "not-yet-valid": "not-yet-valid",
    "not-by-issuer": "not-issuer",
    "key-compromised": "not-issuer",
    "certificate-untrusted": "not-issuer",
    "certificate-revoked": "not-issuer",
    "issuer-withdrawn": "not-issuer",
    "did-deactivated": "not-issuer",
    "issuer-unknown": "unknown-issuer",
    "holder-mismatch": "holder",
    "challenge-wrong": "asked",
    "domain-wrong": "asked",
    "suite-unsupported": "other-form",
    "too-complex": "other-form",
}

EVIDENCE: Final = Words("Evidence taken on {at}.", "Éléments recueillis le {at}.")
SEALED: Final = Words(
    "The PDF was sealed on {sealed_at} with a certificate in the name of {signer}.",
    "Le PDF a été scellé le {sealed_at} avec un certificat au nom de {signer}.",
)
LASTING: Final = Words(
    "Its long-term evidence holds until {archive_expires}.",
    "Ses preuves à long terme tiennent jusqu'au {archive_expires}.",
)
NOT_LASTING: Final = Words("It has no long-term evidence.", "Il n'a pas de preuve à long terme.")
MIXED: Final = Words("(mixed alphabets)", "(alphabets mêlés)")
UNNAMED: Final = Words("its issuer", "son émetteur")
MONTHS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        "January", "February", "March", "April", "May", "June", "July",
        "August", "September", "October", "November", "December",
    ),
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet",
        "août", "septembre", "octobre", "novembre", "décembre",
    ),
}  # fmt: skip

"""What each problem means and what to do about it: the text of `/problems/<code>` in both languages.

Every code of the catalogue has an entry; a test insists. The words are translated at the edge.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from schemas.problems import N_

EXPLANATIONS: Final[Mapping[str, str]] = {
    # input
    "not-parsable": N_(
        "What was sent is not in a form that we read, or was cut off on its way. Send the original file, not "
        "a copy of its text."
    ),
    "malformed": N_("A value is there but is not of the kind it must be, for example a date that is not a date."),
    "out-of-range": N_("A number or a date is beyond what is accepted, for example a signature made in the future."),
    "context-unknown": N_(
        "The document names a vocabulary that we do not carry. Vocabularies are never fetched, since they "
        "could change the meaning of what was signed."
    ),
    "term-undefined": N_(
        "A part of the document has no meaning in its vocabulary, so the signature does not cover it. Ask the"
        " issuer for a corrected document."
    ),
    "shape-not-allowed": N_(
        "The document is written in an unusual form in which a date or a status could be hidden from the "
        "check. Ask the issuer for the usual form."
    ),
    "schema-mismatch": N_(
        "The document names a schema or is of a kind whose rules it does not follow. What was signed is intact, "
        "but is not what it claims to be."
    ),
    "too-large": N_("There is a limit for the size of a file and of a request. Send fewer files at once."),
    "too-complex": N_(
        "Checking this would take more work than we grant to one document; a genuine document needs far less."
    ),
    "unsupported-media-type": N_(
        "We take PDF files, credentials (JSON or JWT), presentations and share links. Send one of these, not "
        "compressed."
    ),
    # proof
    "tampered": N_(
        "At least one character differs from what was signed. Do not rely on the document; ask its holder for"
        " the original."
    ),
    "proof-missing": N_(
        "There is no signature, so nobody can say where it comes from. Ask its holder for the signed file."
    ),
    "suite-unsupported": N_(
        "The document is signed in a way that we cannot check yet. That says nothing against it: ask for "
        "another form of it."
    ),
    "not-by-issuer": N_("The document names an issuer, but somebody else's key signed it. Do not rely on it."),
    "purpose-wrong": N_("The key belongs to the issuer, who has not allowed it for signing documents of this kind."),
    "proof-expired": N_("The signature was made to hold until a date that has passed. Ask the issuer for a new one."),
    "proof-uncheckable": N_("Something needed for the check is missing. That is neither yes nor no: try again later."),
    "challenge-wrong": N_(
        "Each request asks a question of its own; this answers another one, perhaps an earlier one. Start "
        "again from the request."
    ),
    "domain-wrong": N_("The presentation names somebody else as its recipient. Ask its holder to make one for you."),
    "holder-mismatch": N_("The credential was issued to another key than the one that presents it."),
    "key-weak": N_("The key is of a kind that can be broken, so its signature proves nothing."),
    # PDF
    "pdf-changed": N_(
        "Something was added or changed after the seal: even a note or a signature counts. Ask its holder for"
        " the file as it was downloaded."
    ),
    "pdf-unreadable": N_("The file is damaged or protected. Download it again and send it unchanged."),
    "pdf-untimestamped": N_(
        "The seal carries no timestamp or no lasting evidence, so it cannot be checked in later years. Ask "
        "the institution for a new copy."
    ),
    "pdf-not-certified": N_("The seal does not forbid later changes, so what you see may not be what was sealed."),
    "pdf-not-sealed": N_(
        "The file carries no seal that we know: it may be a print, a scan, or a PDF that others made or signed. "
        "That is no forgery. Ask for the certified PDF."
    ),
    "certificate-untrusted": N_("The seal is whole, but its certificate is not one that the named institution uses."),
    "certificate-revoked": N_("The institution or its authority has taken back the certificate that sealed this file."),
    "attachment-mismatch": N_(
        "A certified PDF carries its credential; this one carries another document's. Do not rely on either."
    ),
    "timestamp-invalid": N_("The moment that the seal claims is not proved by a timestamp authority that we know."),
    "awaiting-timestamp": N_(
        "The timestamp authorities do not answer at present. The document will be ready when they do."
    ),
    "awaiting-evidence": N_(
        "The authority's lists and answers about its certificates could not be had, or are out of date. The "
        "document will be ready when they are there."
    ),
    "pdf-not-sealable": N_(
        "A foreign file could hide what is shown later, so a seal on it would promise too much. Have the document "
        "made here from its data."
    ),
    "text-unprintable": N_("A name or a title contains characters that cannot be printed, such as control characters."),
    # time and status
    "expired": N_("Its last day has passed. It was genuine in its time; ask for a newer one if you need it in force."),
    "not-yet-valid": N_("Its first day is still to come. Look again from that day on."),
    "revoked": N_("The issuer has taken it back for good. Only the issuer can say more: do not rely on it."),
    "suspended": N_(
        "The issuer has put it on hold and may restore it. Ask its holder or the issuer, and look again later."
    ),
    "replaced": N_("There is a newer version, and only that one is in force. Ask its holder for it."),
    "status-unreachable": N_(
        "Whether the document is still in force could not be learned. Try again in a few minutes."
    ),
    "status-unverified": N_(
        "The list that says what is revoked is not properly signed by the issuer, so it was not believed."
    ),
    "status-stale": N_("The list that says what is revoked is too old to be believed. Try again later."),
    "status-out-of-range": N_("The document points to a place that its issuer's list does not have."),
    "status-list-length": N_(
        "A list must be long enough to hide whom it speaks of; this one is too short to be believed."
    ),
    # issuer
    "did-unresolved": N_("The address that publishes the issuer's key did not answer. Try again later."),
    "did-invalid": N_("An issuer is named by an address that must be written exactly; this one is not."),
    "did-document-invalid": N_("The page on which the issuer publishes its keys contradicts itself or the document."),
    "did-deactivated": N_("The issuer has given up the identifier under which this was signed."),
    "key-compromised": N_(
        "The issuer has announced that this key was stolen. What it signed from that day on is not to be relied on."
    ),
    "issuer-unknown": N_(
        "The signature holds, but no registry that we know vouches for the issuer. Find the institution's "
        "address by yourself and ask it."
    ),
    "issuer-withdrawn": N_("The registry did not, or no longer, vouch for this issuer on the day of the signature."),
    # share
    "share-not-found": N_("The link may be incomplete: copy it whole, or ask for it again."),
    "share-expired": N_("Its holder gave it an end, and that has passed. Ask for a new one."),
    "share-disabled": N_("Its holder has ended it. Ask for a new one."),
    "check-what-you-typed": N_("What you typed does not open this share. That says nothing about the documents."),
    "too-many-attempts": N_("After several wrong attempts a share pauses, to protect its holder. Try again later."),
    # issuing
    "award-incomplete": N_(
        "Something that this kind of document needs is missing or not of the right form; each field is named."
    ),
    "already-issued": N_("An award with this number exists and says something else. Revoke or replace it instead."),
    "not-allowed": N_(
        "Your role does not allow this, or the form came from another page. Open the page again and retry."
    ),
    "list-full": N_("Every place on the institution's status list is taken; a new list must be made."),
    "not-approved": N_("A document is signed only after its approval."),
    "idempotency-conflict": N_("A repeated request must repeat its content too. Use a new key for a new request."),
    # payment
    "payment-declined": N_("Try another card, or ask the registrar's office. Nothing was charged."),
    "payment-pending": N_("The bank has not answered yet. Nothing more is needed: look again in a few minutes."),
    "no-shares-left": N_("Each share uses one credit. Add shares, then come back to this page."),
    # more
    "network-forbidden": N_(
        "For everybody's safety only public https addresses are asked, and none that leads inside a network."
    ),
    "key-store-unavailable": N_(
        "The device or file that holds the keys did not open. Nothing was signed; try again later, and tell whoever "
        "runs this service."
    ),
    "key-unfit": N_("Seals need an RSA key of 3,072 bits or more, or one on the curve P-256."),
    "certificate-mismatched": N_(
        "The first certificate must be that of the key, each must be signed by the next, and the last by itself."
    ),
    "certificate-not-in-force": N_("Ask the authority for a certificate that is in force today."),
    "certificate-unfit": N_(
        "It must be an end certificate whose key may sign documents: digital signature or non-repudiation, and no "
        "use that excludes documents."
    ),
    "setting-invalid": N_(
        "The service is not set up correctly; its operator finds the name of the setting in the detail."
    ),
    "not-found": N_("The address may be mistyped, or what was here is no longer to be seen by you."),
    "method-not-allowed": N_("The address exists, but does not answer to this kind of request."),
    "sign-in-needed": N_("This page belongs to somebody. Sign in, and you will be led back to it."),
    "rate-limited": N_(
        "To stay quick for everybody, the service answers only so many requests a minute from one address."
    ),
    "conflict": N_(
        "What you changed was changed by somebody else at the same time. Open it again and repeat your change."
    ),
    "busy": N_("There is more to do than there are hands. Nothing was lost: try again in a moment."),
    "internal": N_(
        "This is our fault, not yours, and nothing was decided about your document. Tell us the number of the incident."
    ),
}

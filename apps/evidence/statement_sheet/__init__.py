"""A witness statement as tagged PDF (PDF/UA-1): signed on the portal, or with lines to sign on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.core.typesetting import typeset_pdf
from apps.evidence.models import EvidenceItem, Submission, WitnessStatement
from apps.evidence.presentation import size_in_words
from apps.evidence.selectors import sender_notes_of
from apps.evidence.sender_words import facts_of_note
from apps.evidence.services.witness_statements import answers_of, signer_of
from apps.evidence.witness_questions import CHOICES, QUESTIONS

_SHEET = Path(__file__).parent / "statement.typ"


def declaration() -> str:
    """The written declaration of s. 92.525(2), F.S., which makes a signed paper as good as one under oath."""
    return _(
        "Under penalties of perjury, I declare that I have read the foregoing statement and that the facts stated in "
        "it are true."
    )


def statement_pdf(submission: Submission, statement: WitnessStatement | None) -> bytes:
    """The statement in the language in which it was signed; without one, the sheet to fill in by hand.

    It names the files that came up to the signature: later ones were not stated about.
    """
    with translation.override(statement.language if statement else translation.get_language()):
        return typeset_pdf(_SHEET, _data(submission, statement))


def _data(submission: Submission, statement: WitnessStatement | None) -> dict[str, Any]:
    agency, invitation = submission.agency, submission.invitation
    request = invitation.request.code if invitation else "–"
    given = {"agency": agency.name, "receipt": submission.code, "request": request}
    with timezone.override(agency.time_zone):
        return {
            "language": translation.get_language(),
            "program": settings.PORTAL_NAME,
            "signed": statement is not None,
            "words": _words(given),
            "files": [_file(item, note) for item, note in _files(submission, statement)],
            "answers": _answers(statement),
            "signature": _signature(statement),
        }


def _words(given: dict[str, str]) -> dict[str, str]:
    return {
        "title": _("Statement about video"),
        "about": _("Video given to %(agency)s, receipt %(receipt)s, for request %(request)s.") % given,
        "reference": _("Receipt %(receipt)s, %(agency)s") % given,
        "files": _("The files"),
        "stated": _("What is stated"),
        "open": _("not answered"),
        "declares": _("Declaration"),
        "declaration": declaration(),
        "how": _("Signed on the portal by typing the name. The act is in the portal's ledger."),
    }


def _files(submission: Submission, statement: WitnessStatement | None) -> list[tuple[EvidenceItem, Any]]:
    items = EvidenceItem.objects.filter(submission=submission).order_by("received_at", "pk")
    if statement is not None:
        items = items.filter(received_at__lte=statement.signed_at)
    notes = sender_notes_of(items)
    return [(item, notes.get(item.upload_id)) for item in items]


def _file(item: EvidenceItem, note: Any) -> dict[str, Any]:
    facts = [
        (_("Size"), size_in_words(item.size)),
        (_("Received"), _moment(item.received_at)),
        (_("Digest (SHA-256)"), item.digest or item.client_digest or "–"),
        *((fact.name, fact.value) for fact in facts_of_note(note)),
    ]
    return {"name": item.filename, "facts": facts}


def _answers(statement: WitnessStatement | None) -> list[dict[str, Any]]:
    given, choices = (answers_of(statement) if statement else {}), {key: str(words) for key, words in CHOICES}
    asked = [one for one in QUESTIONS if statement is None or one.key in given or not one.follows]
    return [
        {
            "question": str(question.words),
            "answer": choices.get(given.get(question.key, ""), given.get(question.key, "")),
            "choices": list(choices.values()) if question.choices else [],
        }
        for question in asked
    ]


def _signature(statement: WitnessStatement | None) -> list[tuple[str, str]]:
    signer = signer_of(statement) if statement else None
    return [
        (_("Name"), signer.name if signer else ""),
        (_("What you are to the cameras"), signer.part if signer else ""),
        (_("Date"), _moment(statement.signed_at) if statement else ""),
    ]


def _moment(at: Any) -> str:
    local = timezone.localtime(at)
    return f"{date_format(local, 'DATETIME_FORMAT')} ({local:%Z})"
